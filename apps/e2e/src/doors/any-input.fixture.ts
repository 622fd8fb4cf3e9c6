import fc from 'fast-check';
import { type JsonSchema, REQUIRED_VALUES } from './declared-routes.fixture.js';

/** Texts that have broken somebody's server before. */
const STRANGE_TEXTS = [
  '', ' ', '\u0000', 'a\u0000b', '\ud800', '\udfff\ud800', '\ufeff', '\ufffe', '\u202e', '\u0085', '\u2028', 'ä'.normalize('NFD'), '😀', 'İ', 'ß'.repeat(300),
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', '-0', '1e999', '0x10', 'true', '[]', '{}',
  "'; DROP TABLE store.event; --", '\\', '%', '%00', '%s%n', '../../etc/passwd', '<script>alert(1)</script>', '${7*7}', '{{7*7}}', '\r\nset-cookie: x=y',
  '2026-02-30T00:00:00Z', '9999-12-31T23:59:59.999Z', '0000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00Z', '2026-11-23T24:00:00Z', '2026-11-23', '25:00', '24:00', '-1:00',
  'x'.repeat(101), 'x'.repeat(5_000), '9'.repeat(400), '1 '.repeat(40), 'Europe/Atlantis', 'Etc/GMT+99', 'http://[', 'https://127.0.0.1/', 'file:///etc/passwd',
];
const STRANGE_NUMBERS = [0, -0, -1, 0.1, 1e21, 1e308, -1e308, 5e-324, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 53 + 2, 2 ** 63, 2 ** 64, 253_402_300_800_000];

const text = fc.oneof({ arbitrary: fc.constantFrom(...STRANGE_TEXTS), weight: 3 }, fc.string({ unit: 'binary', maxLength: 30 }), fc.string({ maxLength: 250 }));
const number = fc.oneof(fc.constantFrom(...STRANGE_NUMBERS), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));

/** Any JSON value at all, deep and strange ones among them. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  text,
  number,
  fc.constantFrom(null, true, false, {}, [], [[]], [null]),
  fc.constantFrom(20, 40, 3_000).map((depth) => nested(depth)),
  fc.array(text, { maxLength: 3 }),
  fc.dictionary(text, fc.oneof(text, number, fc.constant(null)), { maxKeys: 3 }),
);

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let i = 0; i < depth; i += 1) value = i % 2 ? [value] : { a: value };
  return value;
}

/** A part of a request. */
export interface Made<T> {
  readonly value: T;
  /** It is as declared, as far as one can see: nothing was put wrong on purpose. */
  readonly right: boolean;
}

/** A text of the request's body, or undefined for none. */
export type RawBody = string | undefined;

const ABSENT: Made<undefined> = { value: undefined, right: true };

function asRight<T>(some: fc.Arbitrary<T>): fc.Arbitrary<Made<T>> {
  return some.map((value) => ({ value, right: true }));
}

function asWrong<T>(some: fc.Arbitrary<T>): fc.Arbitrary<Made<T>> {
  return some.map((value) => ({ value, right: false }));
}

const textsByLength = new Map<string, fc.Arbitrary<string>>();

/** Made once for each length: fast-check looks at all its dangerous texts each time one is made, which took as long as the requests. */
export function textOf(minLength: number, maxLength: number): fc.Arbitrary<string> {
  const key = `${minLength} ${maxLength}`;
  const known = textsByLength.get(key) ?? fc.string({ minLength, maxLength });
  textsByLength.set(key, known);
  return known;
}

/** Makes inputs from what a route declares. `resolve` follows `$ref`; `known` gives values that exist, by the names of properties. */
export class AnyInput {
  constructor(
    private readonly resolve: (schema: JsonSchema) => JsonSchema,
    private readonly known: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  ) {}

  /** Bodies: right ones, right ones with one thing wrong, and anything at all. */
  body(schema: JsonSchema): fc.Arbitrary<Made<RawBody>> {
    const right = this.right(schema, '');
    const near = fc.tuple(right, fc.nat(), anything, text, fc.nat(5)).map(([value, place, other, name, how]) => spoil(value, place, other, name, how));
    const values = fc.oneof({ arbitrary: asRight(right), weight: 3 }, { arbitrary: asWrong(near), weight: 6 }, { arbitrary: asWrong(anything), weight: 1 });
    const json = values.map((made) => ({ ...made, value: JSON.stringify(made.value) }));
    const brokenJson = fc.tuple(json, fc.nat()).map(([{ value }, at]) => value.slice(0, at % (value.length + 1)));
    const prototypes = right.map((value) => JSON.stringify(value).replace(/^\{/, '{"__proto__":{"role":"owner"},').replace(',}', '}'));
    return fc.oneof({ arbitrary: json, weight: 10 }, asWrong(brokenJson), asWrong(prototypes), asWrong(fc.constant(undefined)));
  }

  /** Values of a query parameter as texts; undefined leaves it out. */
  parameter(name: string, schema: JsonSchema, required = false): fc.Arbitrary<Made<string | undefined>> {
    const values = REQUIRED_VALUES[name];
    const wrong = [asWrong(text), asWrong(number.map(String))];
    // Two that have to be there and fit each other would hardly ever come by chance.
    if (required && values) return fc.oneof({ arbitrary: asRight(fc.constantFrom(...values)), weight: 8 }, asWrong(fc.constant(undefined)), ...wrong);
    const right = this.right(schema, name).map(String);
    return fc.oneof({ arbitrary: fc.constant(ABSENT), weight: 6 }, { arbitrary: asRight(right), weight: 3 }, ...wrong);
  }

  /** Values for a place in the path. */
  pathPart(name: string): fc.Arbitrary<Made<string>> {
    const known = this.known[name]?.map(String) ?? fc.constant('x');
    return fc.oneof({ arbitrary: asRight(known), weight: 5 }, asWrong(text.map((part) => part || 'x')));
  }

  private right(given: JsonSchema, name: string): fc.Arbitrary<unknown> {
    const schema = this.resolve(given);
    const own = this.rightBySchema(schema, name);
    // Two properties of a name may be of two kinds: a date, and an instant.
    const known = this.known[`${name} ${schema.format}`] ?? this.known[name];
    return known ? fc.oneof({ arbitrary: known, weight: 3 }, own) : own;
  }

  private rightBySchema(schema: JsonSchema, name: string): fc.Arbitrary<unknown> {
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const ways = schema.anyOf ?? schema.oneOf;
    if (ways) return fc.oneof(...ways.map((way) => this.right(way, name)));
    switch (schema.type) {
      case 'object':
        return this.object(schema);
      case 'array': {
        const { minItems = 0, maxItems = 5 } = schema;
        return fc.array(this.right(schema.items ?? {}, name.replace(/s$/, '')), { minLength: minItems, maxLength: Math.min(maxItems, minItems + 3) });
      }
      case 'integer':
        return fc.integer({ min: Math.max(schema.minimum ?? -1_000, -(2 ** 53) + 1), max: Math.min(schema.maximum ?? 1_000, 2 ** 53 - 1) });
      case 'number':
        return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
      case 'boolean':
        return fc.boolean();
      case 'string':
        return this.string(schema);
      default:
        return anything;
    }
  }

  private object(schema: JsonSchema): fc.Arbitrary<unknown> {
    const properties = Object.entries(schema.properties ?? {});
    const required = new Set(schema.required ?? []);
    return fc
      .tuple(...properties.map(([name, one]) => (required.has(name) ? this.right(one, name) : fc.option(this.right(one, name), { nil: undefined }))))
      .map((values) => Object.fromEntries(properties.map(([name], i) => [name, values[i]])));
  }

  private string({ format, minLength = 0, maxLength = 40 }: JsonSchema): fc.Arbitrary<string> {
    if (format === 'date-time') {
      const span = { min: new Date('1970-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true };
      return fc.date(span).map((date) => date.toISOString());
    }
    return textOf(minLength, Math.min(maxLength, minLength + 40));
  }
}

/** Puts one thing wrong into a right value, at a place that `place` chooses. */
function spoil(value: unknown, place: number, other: unknown, name: string, how: number): unknown {
  if (typeof value !== 'object' || value === null) return other;
  const names = Object.keys(value);
  const at = names[place % Math.max(1, names.length)];
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
  const fields = copy as Record<string, unknown>;
  if (at === undefined || how === 0) {
    if (!Array.isArray(copy)) Object.defineProperty(fields, name, { value: other, enumerable: true, configurable: true });
    return copy;
  }
  if (how === 1 && !Array.isArray(copy)) delete fields[at];
  else if (how === 2) fields[at] = [fields[at]];
  else if (how === 3) fields[at] = typeof fields[at] === 'string' ? `${fields[at]}${name}` : null;
  else if (how === 4) fields[at] = spoil(fields[at], Math.floor(place / 7), other, name, 5);
  else fields[at] = other;
  return copy;
}
