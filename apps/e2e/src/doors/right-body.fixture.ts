import { type JsonSchema, REQUIRED_VALUES } from './declared-routes.fixture.js';

/** What a schema alone does not tell: values that mean something, by the names of their properties, or by name and format. */
const MEANING: Readonly<Record<string, unknown>> = {
  email: 'somebody@acme.example',
  url: 'https://hooks.acme-shop.com/in',
  timeZone: 'UTC',
  slug: 'acme',
  opens: '08:00',
  closes: '17:00',
  from: '2027-12-24',
  to: '2027-12-24',
  'from date-time': REQUIRED_VALUES['from']?.[0],
  'to date-time': REQUIRED_VALUES['to']?.[0],
  country: 'DE',
  closed: true,
  until: new Date(Date.now() + 3_600_000).toISOString(),
  groupIds: [],
  origins: [],
};

/** A body that passes, made from the route's schema: what is required; where nothing is, one property. */
export function rightBody(schema: JsonSchema, resolve: (schema: JsonSchema) => JsonSchema): unknown {
  return example(resolve(schema), '');

  function example(given: JsonSchema, name: string): unknown {
    const told = resolve(given);
    for (const means of [`${name} ${told.format}`, name]) if (Object.hasOwn(MEANING, means)) return MEANING[means];
    if (told.const !== undefined) return told.const;
    if (told.enum) return told.enum[0];
    const [first] = told.anyOf ?? told.oneOf ?? [];
    if (first) return example(first, name);
    switch (told.type) {
      case 'object': {
        const names = told.required?.length ? told.required : Object.keys(told.properties ?? {}).slice(0, 1);
        return Object.fromEntries(names.map((property) => [property, example(told.properties?.[property] ?? {}, property)]));
      }
      case 'array':
        return Array.from({ length: Math.max(1, told.minItems ?? 0) }, () => example(told.items ?? {}, name));
      case 'integer':
      case 'number':
        return told.minimum ?? 1;
      case 'boolean':
        return true;
      default:
        return 'x'.repeat(Math.max(1, told.minLength ?? 0));
    }
  }
}
