import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { asyncApiDocument } from '../asyncapi.js';
import { type CloudEvent, eventSchemas } from './index.js';

type Json = Record<string, unknown>;
const root = path.join(import.meta.dirname, '..', '..', '..', '..');
const read = (...file: string[]): Json => JSON.parse(readFileSync(path.join(...file), 'utf8')) as Json;

const written = path.join(root, 'docs', 'reference', 'events');
const exampleFolder = path.join(import.meta.dirname, 'examples');
const examples = readdirSync(exampleFolder).map((file) => read(exampleFolder, file) as unknown as CloudEvent);
const schemas = eventSchemas();

// `strict`: a word of JSON Schema that is none would otherwise be ignored. Formats are described by their patterns beside them.
const ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true, validateFormats: false });

describe('the JSON Schema of a type of message', () => {
  it('stands in docs/reference/events, one file per type and version (after a new event: npm run event-schemas)', () => {
    const present = readdirSync(written);
    for (const { type, version, schema } of schemas) {
      const file = `${type}.v${version}.json`;
      expect(present).toContain(file);
      // Another shape under the same version would break consumers: a new optional field is all that may come.
      expect(read(written, file)).toEqual(schema);
    }
    const types = new Set(schemas.map(({ type }) => type));
    expect(present.filter((file) => !types.has(file.split('.')[0] ?? ''))).toEqual([]);
  });

  it.each(examples)('$type: a public validator takes the example', (example) => {
    const { schema } = schemas.find(({ type }) => type === example.type) ?? {};
    const validate = ajv.compile({ ...schema, $id: `${example.dataschema}:of-spec` });
    expect([validate(example), validate.errors]).toEqual([true, null]);
    expect(validate({ ...example, inventedLater: 1, data: { ...example.data, inventedLater: 1 } })).toBe(true);
  });

  it.each(examples)('$type: it refuses what is no such message', (example) => {
    const { schema } = schemas.find(({ type }) => type === example.type) ?? {};
    const validate = ajv.compile({ ...schema, $id: `${example.dataschema}:of-spec-refusing` });
    const { data: _data, ...withoutData } = example;
    const wrong = [withoutData, { ...example, type: 'Another' }, { ...example, time: 'yesterday' }, { ...example, data: [] }, { ...example, specversion: '2.0' }];
    const required = (((schema?.['properties'] as Json)['data'] as Json)['required'] as string[] | undefined) ?? [];
    for (const field of required) wrong.push({ ...example, data: { ...example.data, [field]: undefined } });
    for (const message of wrong) expect([message, validate(JSON.parse(JSON.stringify(message)))]).toEqual([message, false]);
    expect(required.length).toBeGreaterThan(0);
  });
});

describe('/asyncapi.json', () => {
  it('is valid by the official JSON Schema of AsyncAPI 3.0.0', () => {
    const official = read(createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json'));
    const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(official);
    const document = JSON.parse(JSON.stringify(asyncApiDocument())) as Json;
    expect([validate(document), validate.errors]).toEqual([true, null]);
    expect(validate({ ...document, channels: { StatusChanged: { address: 1 } } })).toBe(false);
  });

  it.each(examples)('describes $type as the example is', (example) => {
    const document = asyncApiDocument() as { components: { messages: Record<string, { payload: Json }>; schemas: Json } };
    const payload = document.components.messages[example.type]?.payload;
    const validate = new Ajv({ strict: false, validateFormats: false }).compile({ ...payload, components: document.components });
    expect([validate(example), validate.errors]).toEqual([true, null]);
  });
});
