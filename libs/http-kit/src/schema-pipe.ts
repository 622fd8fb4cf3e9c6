import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import type { ZodType } from 'zod';
import { hostileInput, jsonPointer, queryPointer } from './hostile-input.js';
import { type InputFault, invalid, notFound } from './problem.js';

/** As many faults as are told at once; a client that has more shall mend these first. */
const MAX_FAULTS = 50;

/** The part of a Standard Schema issue, and of zod's, that is read here. */
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string;
  readonly keys?: readonly string[];
}

/**
 * Validates what `@Body({ schema })`, `@Query({ schema })` and `@Param({ schema })` declare, with the very schema OpenAPI shows.
 * Refuses: `invalid-body`, `invalid-query` (422) with a pointer for every fault; a malformed path id is simply 404.
 */
@Injectable()
export class SchemaPipe implements PipeTransform {
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, schema } = metadata;
    if (type === 'custom') return value;
    const pointerOf = type === 'body' ? jsonPointer : queryPointer;
    const result = schema ? await schema['~standard'].validate(value) : { value };
    if (result.issues) throw refusal(type, faultsOf(result.issues, pointerOf));
    // After the schema, which may leave out or clean what it does not need. Bodies were looked through when they were read.
    const hostile = type === 'body' ? null : hostileInput(result.value, pointerOf);
    if (hostile) throw refusal(type, [hostile]);
    return result.value;
  }
}

/** A value as a schema reads it, or what is wrong where; for what comes in many lines and is told line by line. */
export function readAs<T>(schema: ZodType<T>, value: unknown): { readonly value: T } | { readonly faults: readonly InputFault[] } {
  const read = schema.safeParse(value);
  return read.success ? { value: read.data } : { faults: faultsOf(read.error.issues, jsonPointer) };
}

function refusal(type: ArgumentMetadata['type'], faults: InputFault[]): Error {
  if (type === 'param') return notFound();
  return invalid(type === 'body' ? 'invalid-body' : 'invalid-query', faults);
}

function faultsOf(issues: readonly Issue[], pointerOf: (path: readonly PropertyKey[]) => string): InputFault[] {
  return issues
    .flatMap((issue) => {
      const path = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part));
      // zod tells all unknown properties of an object in one issue; each is a place of its own
      if (issue.code === 'unrecognized_keys' && issue.keys) {
        return issue.keys.map((key) => ({ pointer: pointerOf([...path, key]), detail: 'is not a known property' }));
      }
      return [{ pointer: pointerOf(path), detail: issue.message }];
    })
    .slice(0, MAX_FAULTS);
}
