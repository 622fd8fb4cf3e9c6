import { type DeclaredRoute, fill, type JsonSchema, REQUIRED_VALUES } from './declared-routes.fixture.js';
import type { Answered, Doors, Sent } from './doors.fixture.js';
import { rightBody } from './right-body.fixture.js';
import { CALLERS, type CallerKind, expected } from './who-may.fixture.js';

/** Ids that callers make up themselves (the chat platform's): nothing can be missing there. */
const MADE_UP = /\/conversations\/\{(\w+)\}/;
/** Enough of them to tell ids apart; what roles may do is asked with all. */
const ASKING_FOR_OTHERS: readonly CallerKind[] = ['nobody', 'platform', 'key owner', 'key auditor', 'person agent'];

export interface Stage {
  readonly doors: Doors;
  readonly routes: readonly DeclaredRoute[];
  resolve(schema: JsonSchema): JsonSchema;
  readonly own: Readonly<Record<string, string>>;
  readonly foreign: Readonly<Record<string, string>>;
  /** A fresh token each time for who loses it by asking (signing out). */
  tokenOf(caller: CallerKind, route: DeclaredRoute): Promise<string | undefined>;
}

/** Every route as every caller, for own, foreign and missing ids. Gives a line for each answer that is not what it has to be. */
export async function walkRoutes(stage: Stage): Promise<string[]> {
  const wrong: string[] = [];
  for (const route of stage.routes) {
    wrong.push(...(await Promise.all(CALLERS.map((caller) => knock(stage, route, caller)))).flat());
    wrong.push(...(await Promise.all(ASKING_FOR_OTHERS.map((caller) => askForOthers(stage, route, caller)))).flat());
  }
  return wrong;
}

/**
 * May the caller come in? Whoever may is stopped by an input that is wrong on purpose, so that nothing is changed; whoever may not is
 * refused although the request is right.
 */
async function knock(stage: Stage, route: DeclaredRoute, caller: CallerKind): Promise<string[]> {
  const wanted = expected(route, caller);
  const mayNot = wanted !== 'in';
  const sent: Sent = {
    ...(await withToken(stage, route, caller)),
    ...(route.body ? { body: mayNot ? rightBody(route.body, stage.resolve) : { 'wrong on purpose': 1 } } : {}),
    ...(route.keyed && !mayNot ? { headers: { 'idempotency-key': 'wrong on purpose' } } : {}),
  };
  const { status, text } = await ask(stage, route, addressOf(route, stage.own), sent);
  const stopped = route.body !== undefined || route.keyed;
  const right = wanted === 'in' ? (stopped ? status === 422 : status < 300 || status === 422) : status === wanted;
  return right ? [] : [`${route.name} as ${caller}: ${wanted} was expected, ${status} came: ${text.slice(0, 200)}`];
}

/** A foreign id has to be answered as one that never was, to the byte. */
async function askForOthers(stage: Stage, route: DeclaredRoute, caller: CallerKind): Promise<string[]> {
  const { own, foreign } = stage;
  const ids = route.pathParams.filter((name) => name !== MADE_UP.exec(route.path)?.[1]);
  if (ids.length === 0) return [];
  const missing = Object.fromEntries([...ids, 'agentId'].map((name) => [name, 'never-was']));
  const inTenant = ids.includes('tenantId');
  const below = ids.some((name) => name !== 'tenantId') || asksForAgent(route);
  const answer = async (use: Readonly<Record<string, string>>) => {
    const body = route.body ? { body: rightBody(route.body, stage.resolve) } : {};
    return ask(stage, route, addressOf(route, use), { ...(await withToken(stage, route, caller)), ...body });
  };
  const home = inTenant && own['tenantId'] !== undefined ? { tenantId: own['tenantId'] } : {};
  const told: [string, Answered][] = [['what never was', await answer({ ...own, ...missing })]];
  if (inTenant && caller !== 'platform') told.push(["another tenant's", await answer(foreign)], ['own ids at another tenant', await answer({ ...own, tenantId: foreign['tenantId'] ?? '' })]);
  const inside: [string, Answered][] = inTenant && below ? [["another tenant's id at home", await answer({ ...foreign, ...home })], ['no id at home', await answer({ ...own, ...missing, ...home })]] : [];
  const wanted = expected(route, caller);
  const outer = wanted === 401 || route.grants.includes('public') ? (wanted === 401 ? 401 : 404) : (caller === 'platform' || !inTenant) && wanted !== 'in' ? wanted : 404;
  const lines = (answers: readonly [string, Answered][], status: number | 'in') => {
    const [, first] = answers[0] ?? [];
    return answers
      .filter(([, given]) => given.status !== (status === 'in' ? 404 : status) || given.text !== first?.text)
      .map(([what, given]) => `${route.name} as ${caller}, ${what}: ${status === 'in' ? 404 : status} and ${first?.text} were expected, came ${given.status} ${given.text}`);
  };
  // Whoever may come in is told the same at home and abroad.
  return wanted === 'in' ? lines([...told, ...inside], 'in') : [...lines(told, outer), ...lines(inside, wanted)];
}

/** With the agent in the query, where the route takes one: an id like those of the path; and with what has to be there. */
function addressOf(route: DeclaredRoute, ids: Readonly<Record<string, string>>): string {
  const asked = [
    ...(asksForAgent(route) ? [`agentId=${ids['agentId']}`] : []),
    ...route.requiredQuery.map((name) => `${name}=${encodeURIComponent(REQUIRED_VALUES[name]?.[0] ?? '')}`),
  ];
  return fill(route, idsFor(route, ids)) + (asked.length > 0 ? `?${asked.join('&')}` : '');
}

function asksForAgent(route: DeclaredRoute): boolean {
  return route.query['agentId'] !== undefined;
}

function idsFor(route: DeclaredRoute, ids: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const madeUp = MADE_UP.exec(route.path)?.[1];
  return madeUp === undefined ? ids : { ...ids, [madeUp]: 'a-conversation' };
}

async function withToken(stage: Stage, route: DeclaredRoute, caller: CallerKind): Promise<Sent> {
  const token = await stage.tokenOf(caller, route);
  return token === undefined ? {} : { token };
}

function ask({ doors }: Stage, route: DeclaredRoute, url: string, sent: Sent): Promise<Answered> {
  return route.isStream ? doors.askStream(url, sent) : doors.ask(route.method, url, sent);
}
