import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DeclaredRoute, declaredRoutesOf, fill, type JsonSchema } from './declared-routes.fixture.js';
import { Doors, type Home, PLATFORM } from './doors.fixture.js';
import { rightBody } from './right-body.fixture.js';

type Ids = Readonly<Record<string, string>>;
const ADMIN = '/admin/v1/tenants';

/** Routes of the admin API with a method of change that leave no entry, by name, with the reason. */
const EXEMPT: Readonly<Record<string, string>> = {
  [`POST ${ADMIN}/{tenantId}/conversations/{conversationId}/events`]: 'what the chat platform reports: events of visitors, no act of an admin',
  [`POST ${ADMIN}/{tenantId}/what-if`]: 'reads the log and supposes something of it',
  'POST /admin/v1/replays': 'reads the log and changes no fact of a tenant',
  'POST /admin/v1/replays/{replayId}/cancel': 'ends that reading',
  'POST /admin/v1/replays/{replayId}/resume': 'goes on with it',
};
/** What has to be so before a route has something to change. */
const BEFORE: Readonly<Record<string, (home: Home, ids: Ids) => Promise<unknown>>> = {
  [`PUT ${ADMIN}/{tenantId}/agents/{agentId}/status`]: async (home, { agentId = '' }) => {
    const { accessToken: token } = await home.openSession(agentId);
    await doors.ask('PUT', '/agent/v1/status', { token, body: { status: 'online' } });
  },
  [`POST ${ADMIN}/{tenantId}/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver`]: () =>
    doors.admin.query(`UPDATE webhook.delivery SET state = 'failed', next_attempt_at = NULL`),
  [`POST ${ADMIN}/{tenantId}/replays`]: (...given) => replayIs('done')(...given),
  [`POST ${ADMIN}/{tenantId}/replays/{replayId}/cancel`]: (...given) => replayIs('queued')(...given),
  [`POST ${ADMIN}/{tenantId}/replays/{replayId}/resume`]: (...given) => replayIs('cancelled')(...given),
  [`DELETE ${ADMIN}/{tenantId}/parked-events/{parkedId}`]: () => doors.admin.query(`UPDATE consumer.parked_event SET state = 'parked'`),
};
/** The one replay of the tenant in this state; another one, of all, keeps it from being carried out. */
const replayIs = (state: string) => async (_home: Home, { replayId = '' }: Ids): Promise<void> => {
  await doors.admin.query(`UPDATE replay.run SET state = 'cancelled' WHERE replay_id <> 'other'`);
  await doors.admin.query(`
    INSERT INTO replay.run (replay_id, mode, state, worker, seen_at) VALUES ('other', 'verify', 'running', 'other', now() + interval '1 h')
    ON CONFLICT DO NOTHING`);
  await doors.admin.query('UPDATE replay.run SET state = $2 WHERE replay_id = $1', [replayId, state]);
};
/** Bodies that change something, where the first right one would not. */
const BODIES: Readonly<Record<string, (ids: Ids) => object>> = {
  [`POST ${ADMIN}`]: () => ({ slug: 'audited-too', name: 'Second' }),
  [`PUT ${ADMIN}/{tenantId}/sites/{siteId}/mode`]: () => ({ mode: 'force-online' }),
  [`PUT ${ADMIN}/{tenantId}/sites/{siteId}/hours`]: () => ({ weekly: [{ days: ['mo'], opens: '09:00', closes: '12:00' }], holidays: { country: 'DE' } }),
  [`PUT ${ADMIN}/{tenantId}/groups/{groupId}/hours`]: () => ({ weekly: [{ days: ['tu'], opens: '09:00', closes: '12:00' }], holidays: { country: 'DE' } }),
  [`PUT ${ADMIN}/{tenantId}/agents/{agentId}/groups`]: () => ({ groupIds: [], confirm: 'affects-all-groups' }),
  [`POST ${ADMIN}/{tenantId}/agents/import`]: () => ({ agents: [{ email: 'imported@acme.example', name: 'Imported' }] }),
};
/** Deleting comes last, what is nested first: one furnished tenant serves all routes. */
const inOrder = (a: DeclaredRoute, b: DeclaredRoute): number => rank(a) - rank(b);
const rank = ({ method, path }: DeclaredRoute): number => (method === 'DELETE' ? 100 - path.length / 10 : 0);

let doors: Doors;
let routes: DeclaredRoute[];
let resolve: (schema: JsonSchema) => JsonSchema;
let home: Home;
let ids: Ids;
beforeAll(async () => {
  doors = await Doors.open();
  ({ routes, resolve } = await declaredRoutesOf(doors));
  home = await doors.addTenant('audited');
  ids = { ...(await home.furnish()), conversationId: 'a-conversation', id: 'a-conversation' };
});
afterAll(() => doors?.close());

interface Entry {
  readonly id: string;
  readonly action: string;
  readonly before: object;
  readonly after: object;
  /** Of the transaction that wrote it. */
  readonly xmin: string;
}

async function entries(): Promise<Entry[]> {
  const { rows } = await doors.admin.query<Entry>('SELECT audit_id AS id, action, before, after, xmin::text FROM directory.audit_entry ORDER BY audit_id');
  return rows;
}

/** Does what the route is for, and gives what is wrong with the entry it left. */
async function act(route: DeclaredRoute): Promise<string[]> {
  await BEFORE[route.name]?.(home, ids);
  const known = new Set((await entries()).map(({ id }) => id));
  const body = BODIES[route.name]?.(ids) ?? (route.body ? rightBody(route.body, resolve) : undefined);
  const url = `${fill(route, ids)}${route.query['confirm'] === undefined ? '' : '?confirm=affects-all-groups'}`;
  const { status, text } = await doors.ask(route.method, url, { token: PLATFORM, ...(body ? { body } : {}) });
  if (status >= 300) return [`${route.name}: ${status} ${text}. Give it a body that changes something, in BODIES of this spec.`];
  const added = (await entries()).filter(({ id }) => !known.has(id));
  const action = route.name.replaceAll(/\{(\w+)\}/g, ':$1');
  const [entry] = added;
  if (added.length !== 1 || entry?.action !== action) return [`${route.name}: ${added.length} entries (${added.map((one) => one.action).join()})`];
  const facts = { ...entry.before, ...entry.after };
  if (Object.keys(facts).length === 0) return [`${route.name}: the entry does not say what changed`];
  const { rows } = await doors.admin.query<{ xmin: string }>('SELECT DISTINCT xmin::text FROM store.event WHERE correlation_id = $1', [entry.id]);
  return rows.every(({ xmin }) => xmin === entry.xmin) ? [] : [`${route.name}: events and entry were not written in one transaction`];
}

describe('every route of the admin API that changes something, from its OpenAPI', () => {
  it('leaves exactly one entry in the record, with what was so before and after, in the transaction of its events', async () => {
    const changing = routes.filter(({ method, path }) => path.startsWith('/admin/v1/') && method !== 'GET').sort(inOrder);
    expect(changing.length).toBeGreaterThan(25);
    const wrong: string[] = [];
    for (const route of changing) if (EXEMPT[route.name] === undefined) wrong.push(...(await act(route)));
    expect(wrong).toEqual([]);
  }, 60_000);
});
