import { describe, expect, it } from '@jest/globals';
import { asyncApiDocument } from './asyncapi.js';
import { messageTypes } from './events/index.js';

type Json = Record<string, unknown>;
const document = asyncApiDocument();
const part = (name: string): Record<string, Json> => document[name] as Record<string, Json>;

/** Everything below a value, with its place as a JSON pointer. */
function* walk(value: unknown, pointer = '#'): Generator<[string, unknown]> {
  yield [pointer, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, below] of Object.entries(value)) yield* walk(below, `${pointer}/${key}`);
}

function resolve(reference: string): unknown {
  return reference.slice(2).split('/').reduce<unknown>((value, key) => (value as Json | undefined)?.[key], document);
}

describe('the AsyncAPI document', () => {
  it('is plain JSON of version 3.0.0 with a title and a version', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(document).toMatchObject({ asyncapi: '3.0.0', info: { title: expect.any(String), version: expect.any(String) } });
    const allowed = ['asyncapi', 'id', 'info', 'servers', 'defaultContentType', 'channels', 'operations', 'components'];
    expect(allowed).toEqual(expect.arrayContaining(Object.keys(document)));
  });

  it('has one channel, message, operation and schema per type', () => {
    const types = messageTypes.map(({ type }) => type).sort();
    expect(Object.keys(part('channels')).sort()).toEqual(types);
    expect(Object.keys(part('operations')).sort()).toEqual(types.map((type) => `publish${type}`));
    expect(Object.keys(part('components')['messages'] as Json).sort()).toEqual(types);
    expect(Object.keys(part('components')['schemas'] as Json)).toEqual(expect.arrayContaining([...types, 'CloudEvent', 'Headers']));
  });

  it('points nowhere but into itself, at something that is there', () => {
    const references = [...walk(document)].filter(([pointer]) => pointer.endsWith('/$ref')).map(([, target]) => String(target));
    expect(references.length).toBeGreaterThan(messageTypes.length);
    for (const reference of references) expect([reference, typeof resolve(reference)]).toEqual([reference, 'object']);
  });

  it.each(messageTypes)('tells where $type is published and what is in it', ({ type, kind }) => {
    expect(part('channels')[type]).toMatchObject({
      address: `v1.{partition}.{tenantId}.${kind}.${type}`,
      description: expect.any(String),
      parameters: { partition: expect.anything(), tenantId: expect.anything() },
      messages: { [type]: { $ref: `#/components/messages/${type}` } },
    });
    expect(part('operations')[`publish${type}`]).toMatchObject({ action: 'send', channel: { $ref: `#/channels/${type}` } });
    const schema = resolve(`#/components/schemas/${type}`) as Json;
    expect(schema).toMatchObject({ type: 'object', description: expect.any(String), properties: expect.any(Object) });
    expect(schema).not.toHaveProperty('additionalProperties');
  });

  it('names in each address exactly its parameters', () => {
    for (const { address, parameters } of Object.values(part('channels'))) {
      const named = [...String(address).matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(parameters as Json)).toEqual(named);
    }
  });
});
