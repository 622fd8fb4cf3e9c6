import { z } from 'zod';
import { messageTypes } from './catalogue.js';
import { cloudEventSchema, dataSchema } from './cloud-event.js';

type Json = Record<string, unknown>;

/**
 * The JSON Schema (draft 7, as AsyncAPI's own) of a zod schema. As input: a consumer must accept fields that came later, so none is
 * forbidden.
 */
export function draft7(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return rest;
}

/** A whole message of one type at one version: what `dataschema` names. */
export interface EventSchema {
  readonly type: string;
  readonly version: number;
  readonly schema: Json;
}

/** One JSON Schema per type and version of message, by itself: the envelope with the type's data. Plain JSON, made anew by every call. */
export function eventSchemas(): EventSchema[] {
  const envelope = draft7(cloudEventSchema);
  return messageTypes.map(({ type, schemaVersion: version, data }) => ({
    type,
    version,
    schema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $id: dataSchema(type, version),
      title: type,
      ...envelope,
      description: data.description,
      properties: {
        ...(envelope['properties'] as Json),
        type: { const: type },
        dataschema: { const: dataSchema(type, version) },
        data: draft7(data),
      },
    },
  }));
}
