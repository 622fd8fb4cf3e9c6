import type { DeclaredRoute } from './declared-routes.fixture.js';

/** Everybody who may knock. `of another` tenant than the one in the path, if the path has one. */
export const CALLERS = [
  'nobody', 'a made-up token', 'platform',
  'key owner', 'key manager', 'key auditor', 'key agent',
  'person owner', 'person manager', 'person auditor', 'person agent',
  'revoked key', 'disabled person', 'key owner of another', 'person owner of another',
] as const;
export type CallerKind = (typeof CALLERS)[number];

const PEOPLE = ['person owner', 'person manager', 'person auditor', 'person agent'] as const;

/** Permission -> callers. Said here once more, and not taken from the code that enforces it. */
const PERMISSIONS: Readonly<Record<string, readonly CallerKind[]>> = {
  public: CALLERS,
  platform: ['platform'],
  owner: ['key owner', 'person owner'],
  manager: ['key manager', 'person manager'],
  auditor: ['key auditor', 'person auditor'],
  agent: ['key agent', 'person agent'],
  session: [...PEOPLE, 'person owner of another'],
  self: [], // the matrix asks for others; who asks for itself is in access.int.spec.ts of admin-api
};

/**
 * What the doors may declare at all (targets 4, API5), widest first: a route that lets in somebody beyond this is wrong, whatever it says
 * of itself. A new route needs no line unless it is wider than its neighbours.
 */
const WIDEST: readonly { readonly routes: RegExp; readonly grants: readonly string[] }[] = [
  { routes: /^GET \/(healthz|readyz|metrics)$/, grants: ['public'] },
  { routes: /^[A-Z]+ \/widget\/v1\//, grants: ['public'] },
  { routes: /^POST \/agent\/v1\/(sessions|tokens)$/, grants: ['public'] },
  { routes: /^[A-Z]+ \/agent\/v1\//, grants: ['session'] },
  { routes: /^(GET|POST) \/admin\/v1\/tenants$/, grants: ['platform'] },
  { routes: /^[A-Z]+ \/admin\/v1\/(replays|verification)/, grants: ['platform'] },
  { routes: /^DELETE \/admin\/v1\/tenants\/\{tenantId\}$/, grants: ['platform'] },
  { routes: /^PATCH \/admin\/v1\/tenants\/\{tenantId\}$/, grants: ['platform', 'owner'] },
  { routes: /^(POST|PUT|PATCH|DELETE) \/admin\/v1\/tenants\/\{tenantId\}\/api-keys/, grants: ['platform', 'owner'] },
  // the inbox is what agents work with (behaviour D27)
  { routes: /^GET \/admin\/v1\/tenants\/\{tenantId\}\/messages/, grants: ['platform', 'owner', 'manager', 'auditor', 'agent'] },
  { routes: /^GET \/admin\/v1\/tenants\/\{tenantId\}/, grants: ['platform', 'owner', 'manager', 'auditor', 'self'] },
  // asks by a body, and changes nothing
  { routes: /^POST \/admin\/v1\/tenants\/\{tenantId\}\/what-if$/, grants: ['platform', 'owner', 'manager', 'auditor'] },
  // to verify is what auditors are for; the slice keeps them from a rebuild
  { routes: /^POST \/admin\/v1\/tenants\/\{tenantId\}\/replays/, grants: ['platform', 'owner', 'manager', 'auditor'] },
  { routes: /^[A-Z]+ \/admin\/v1\/tenants\/\{tenantId\}\//, grants: ['platform', 'owner', 'manager'] },
];

/** Grants a route has beyond what routes of its kind may have; also none at all is wrong. Empty = in order. */
export function tooWide({ name, grants }: DeclaredRoute): string[] {
  const rule = WIDEST.find(({ routes }) => routes.test(name));
  if (grants.length === 0) return ['it says nothing (@Allow)'];
  if (!rule) return ['no rule speaks of such a route: add one to WIDEST in who-may.fixture.ts'];
  return grants.filter((grant) => !rule.grants.includes(grant));
}

/** What a caller gets who knocks at the own tenant's things (for callers of another tenant: at foreign ones). `in` = the slice decides. */
export function expected({ grants, pathParams, name }: DeclaredRoute, caller: CallerKind): 'in' | number {
  if (grants.includes('public')) return 'in';
  if (caller === 'nobody' || caller === 'a made-up token' || caller === 'revoked key') return 401;
  const foreign = caller.endsWith('of another');
  if (foreign && pathParams.includes('tenantId')) return 404;
  if (caller === 'disabled person') return 410; // contract: every call of a session that was ended
  if (grants.some((grant) => PERMISSIONS[grant] === undefined)) throw new Error(`${name}: who holds its permission? Say it in who-may.fixture.ts.`);
  return grants.some((grant) => PERMISSIONS[grant]?.includes(caller)) ? 'in' : 403;
}
