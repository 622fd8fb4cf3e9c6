import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { ZodType } from 'zod';
import { problemSchema } from '#contract';

/** What a route is for the reference: one sentence, its success, the codes it may refuse with. */
export interface AnswerOptions {
  /** Status of success, e.g. 200, 201, 204. */
  readonly status: number;
  /** One sentence. */
  readonly does: string;
  /** The body of success; none for 204. */
  readonly schema?: ZodType;
  /** Media type of success if it is not JSON, e.g. `text/event-stream`. */
  readonly mediaType?: string;
  /** Codes beside those every route may answer with: `{ 409: ['version-conflict'] }`. */
  readonly refuses?: Readonly<Record<number, readonly string[]>>;
  /** Takes `Idempotency-Key`. */
  readonly idempotent?: boolean;
}

/** Sets the status of success and describes the route in OpenAPI. */
export function Answers(options: AnswerOptions): MethodDecorator {
  const { status, does, schema, mediaType, refuses = {}, idempotent } = options;
  const content = mediaType ? { content: { [mediaType]: { schema: { type: 'string' as const } } } } : {};
  const decorators = [
    HttpCode(status),
    ApiOperation({ summary: does }),
    ApiResponse({ status, description: does, ...(schema ? { standardSchema: schema } : {}), ...content }),
    ...Object.entries(refuses).map(([code, codes]) =>
      ApiResponse({ status: Number(code), description: codes.join(', '), standardSchema: problemSchema }),
    ),
  ];
  if (idempotent) {
    decorators.push(ApiHeader({ name: 'Idempotency-Key', required: false, schema: { type: 'string', minLength: 1, maxLength: 200 } }));
  }
  return applyDecorators(...decorators);
}
