import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { environment } from '#config';
import { AnyInput } from './any-input.fixture.js';
import { countWrites } from './count-writes.fixture.js';
import { type DeclaredRoute, declaredRoutesOf, REQUIRED_VALUES } from './declared-routes.fixture.js';
import { Doors, type Home, PASSWORD, PLATFORM } from './doors.fixture.js';
import { fuzzRoute, type FuzzStage } from './fuzz-route.fixture.js';

/** The same every time, so that a red run can be had again; another one, and more, by hand. */
const SEED = Number(environment()['AMPEL_FUZZ_SEED'] ?? 20_261_123);
const INPUTS = Number(environment()['AMPEL_FUZZ_INPUTS'] ?? 100);

let doors: Doors;
let home: Home;
let stage: FuzzStage;
let routes: DeclaredRoute[];

beforeAll(async () => {
  // Longer than the run: an end of a lease would be written in between, and taken for what a refused command stored.
  doors = await Doors.open({ env: { AMPEL_LEASE_SECONDS: '3600' } });
  home = await doors.addTenant('fuzz');
  const ids = await home.furnish();
  const agentId = await home.addAgent('fuzzed', { role: 'owner' });
  // Signs in and out all the time; of many sessions the oldest is ended, so the one that stays is somebody else's.
  const comingId = await home.addAgent('coming');
  const declared = await declaredRoutesOf(doors);
  const { refreshToken } = await home.openSession(agentId);
  const values: Record<string, unknown[]> = {
    ...{ conversationId: ['c1', 'c2'], visitor: ['v1'], text: ['Hello?'] },
    ...Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, [id]])),
    ...{ group: [ids['groupId']], tenant: [home.slug], email: ['coming@fuzz.example'], password: [PASSWORD], refreshToken: [refreshToken] },
    ...{ timeZone: ['UTC', 'Europe/Berlin'], opens: ['08:00'], closes: ['17:00', '24:00'], country: ['DE'], region: ['BY'], exceptions: [[]] },
    ...{ from: ['2026-12-24'], to: ['2026-12-25'], weekly: [[{ days: ['mo'], opens: '08:00', closes: '17:00' }]], origins: [['https://shop.example']] },
    ...{ url: ['https://hooks.acme-shop.com/in'] },
    ...{ 'from date-time': [...(REQUIRED_VALUES['from'] ?? [])], 'to date-time': [...(REQUIRED_VALUES['to'] ?? [])] },
    ...{ suppose: [{ mode: 'agents' }, { hours: { weekly: [{ days: ['mo'], opens: '08:00', closes: '17:00' }] } }, { agentGroups: [{ agentId, groupIds: [] }] }] },
  };
  const known: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(Object.entries(values).map(([name, some]) => [name, fc.constantFrom(...some)]));
  known['email'] = fc.oneof(known['email'] ?? fc.constant(''), fc.uuid().map((name) => `${name}@fuzz.example`));
  known['slug'] = fc.uuid();
  const session = (await home.openSession(agentId)).accessToken;
  stage = {
    doors,
    ids,
    anyInput: new AnyInput(declared.resolve, known),
    written: await countWrites(doors.admin),
    tokenOf: async ({ grants, path }) => {
      if (grants.includes('public')) return undefined;
      if (!grants.includes('session')) return PLATFORM;
      return path === '/agent/v1/session' ? (await home.openSession(comingId)).accessToken : session; // signing out works
    },
  };
  // The one session first, before anything is taken from its agent; what switches things off late and what takes them away last, the tenant last of all.
  const order = ({ method, path }: DeclaredRoute): number => {
    if (method !== 'DELETE') return method === 'PATCH' ? 2 : 0;
    if (path.startsWith('/agent/')) return 0;
    return path.endsWith('{sessionId}') ? -1 : 1_000 - path.length;
  };
  routes = declared.routes.toSorted((a, b) => order(a) - order(b));
}, 60_000);
afterAll(() => doors?.close());

describe(`whatever is sent to a route (${INPUTS} inputs each, seed ${SEED}; others: AMPEL_FUZZ_SEED, AMPEL_FUZZ_INPUTS)`, () => {
  it('is answered, never by a fault of ours, and what is refused stores nothing', async () => {
    const wrong: string[] = [];
    const accepted: Record<string, number> = {};
    for (const route of routes) {
      // One at a time of a tenant: what the platform's door was asked for before would keep it shut.
      if (route.name.startsWith('POST') && route.path.endsWith('{tenantId}/replays')) await cancelReplays();
      const seen = await fuzzRoute(stage, route, route.isStream ? Math.min(50, INPUTS) : INPUTS, SEED);
      wrong.push(...seen.wrong.slice(0, 5));
      accepted[route.name] = seen.accepted;
      await tidyAfter(route);
    }
    expect({ seed: SEED, wrong }).toEqual({ seed: SEED, wrong: [] });
    // The inputs get in: else only the outermost check would have been tried.
    const never = Object.entries(accepted).filter(([, count]) => count === 0).map(([name]) => name);
    expect(never).toEqual([]);
  }, Math.max(600_000, 6_000 * INPUTS));
});

async function cancelReplays(): Promise<void> {
  await doors.admin.query(`UPDATE replay.run SET state = 'cancelled' WHERE state IN ('queued', 'running')`);
}

/** The routes that follow find what there was at first, so that right inputs get into them, however many came before. */
async function tidyAfter({ method, path }: DeclaredRoute): Promise<void> {
  for (const kind of ['sites', 'groups'] as const) if (method === 'POST' && path.endsWith(`/${kind}`)) await removeAdded(kind);
  if (method === 'PUT' && path.endsWith('/hours')) await home.giveHours(stage.ids);
}

/** A group is a box on every site: with hundreds of both, whatever happens to the tenant afterwards would be a look at a hundred thousand boxes. */
async function removeAdded(kind: 'sites' | 'groups'): Promise<void> {
  const furniture = Object.values(stage.ids);
  for (let added = true; added; ) {
    const page: { id: string }[] = (await doors.did('GET', `${home.path}/${kind}?limit=100`))[kind];
    const others = page.filter(({ id }) => !furniture.includes(id));
    for (const { id } of others) await doors.did('DELETE', `${home.path}/${kind}/${id}`);
    added = others.length > 0;
  }
}

describe('the fuzz notices', () => {
  const answering = (status: number, text: string, type = 'application/problem+json; charset=utf-8'): FuzzStage => {
    let written = 0;
    const body = text.startsWith('{') ? (JSON.parse(text) as unknown) : undefined;
    const ask = async () => ({ status, headers: { 'content-type': type }, text, body });
    return { ...stage, doors: { ask } as unknown as Doors, written: async () => (status === 422 ? written++ : 0) };
  };
  const route = () => routes.find(({ name }) => name.startsWith('POST /admin/v1/tenants/{tenantId}/groups')) as DeclaredRoute;

  it.each([
    ['a fault of ours', 500, '{"code":"internal"}', /500/],
    ['something stored by what was refused', 422, '{"code":"invalid-body"}', /something was stored/],
    ['a refusal without a code', 404, '{"detail":"no"}', /no code/],
    ['a stack', 404, '{"code":"not-found","detail":"at x (/srv/a.js:7:1)"}', /of its inside/],
  ])('%s', async (_what, status, text, line) => {
    const { wrong } = await fuzzRoute(answering(status, text), route(), 5, SEED);
    expect(wrong.join('\n')).toMatch(line);
  });

  it('a refusal that is no problem+json', async () => {
    const { wrong } = await fuzzRoute(answering(404, '{"code":"not-found"}', 'text/html'), route(), 5, SEED);
    expect(wrong.join('\n')).toMatch(/no problem\+json but text\/html/);
  });
});
