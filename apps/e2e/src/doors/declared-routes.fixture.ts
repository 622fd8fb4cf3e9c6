import type { Doors } from './doors.fixture.js';

/** A JSON Schema as the doors' OpenAPI holds it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A route as the doors tell of it themselves. */
export interface DeclaredRoute {
  /** `GET /admin/v1/tenants/{tenantId}` */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** What `@Allow` says. */
  readonly grants: readonly string[];
  readonly pathParams: readonly string[];
  readonly query: Readonly<Record<string, JsonSchema>>;
  /** Names of parameters of the query that have to be there. */
  readonly requiredQuery: readonly string[];
  /** Takes `Idempotency-Key`. */
  readonly keyed: boolean;
  readonly body?: JsonSchema;
  readonly isStream: boolean;
}

interface Operation {
  readonly 'x-allowed'?: readonly string[];
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly required?: boolean; readonly schema?: JsonSchema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** Every route of the three doors, and how `$ref` is resolved: from `/openapi.json`, so a new route is walked without being named here. */
export async function declaredRoutesOf(doors: Doors): Promise<{ routes: DeclaredRoute[]; resolve(schema: JsonSchema): JsonSchema }> {
  const { body } = await doors.ask('GET', '/openapi.json');
  const { paths, components } = body as OpenApi;
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => routeOf(method.toUpperCase(), path, operation)),
  );
  const resolve = (schema: JsonSchema): JsonSchema => (schema.$ref === undefined ? schema : (components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}));
  return { routes, resolve };
}

function routeOf(method: string, path: string, operation: Operation): DeclaredRoute {
  const of = (place: string) => (operation.parameters ?? []).filter((parameter) => parameter.in === place);
  const body = operation.requestBody?.content['application/json']?.schema;
  return {
    name: `${method} ${path}`,
    method,
    path,
    grants: operation['x-allowed'] ?? [],
    pathParams: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''),
    query: Object.fromEntries(of('query').map(({ name, schema }) => [name, schema ?? {}])),
    requiredQuery: of('query').flatMap(({ name, required }) => (required ? [name] : [])),
    keyed: of('header').some(({ name }) => name === 'Idempotency-Key'),
    ...(body === undefined ? {} : { body }),
    isStream: Object.values(operation.responses ?? {}).some(({ content }) => content?.['text/event-stream'] !== undefined),
  };
}

/** Values for parameters of a query that have to be there: a range that is over. */
export const REQUIRED_VALUES: Readonly<Record<string, readonly string[]>> = {
  from: ['2026-10-01T00:00:00.000Z', '2026-10-20T07:30:00+02:00'],
  to: ['2026-10-21T00:00:00.000Z', '2026-11-01T00:00:00Z'],
};

/** A path with its ids. Throws, telling what to do, for a parameter nobody knows a value of. */
export function fill(route: DeclaredRoute, ids: Readonly<Record<string, string>>): string {
  return route.path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`${route.name}: no {${name}} is known. Let furnish() of doors.fixture.ts make one, under this name.`);
    return encodeURIComponent(id);
  });
}
