import { signal } from '@preact/signals';
import type { ChangeStatusBody, OpenedSession, SignInBody } from '#contract';
import { type Connection, PresenceClient, type StatusAnswer, type View } from '#presence-client';
import { clearLoaded, profile } from './loaded.js';
import { slot, thisDevice } from './device.js';
import { noteServerTime } from './server-time.js';
import type { Farewell } from './farewell.js';

/** What may be shown of the own status; null until the page knows whether somebody is signed in. */
export const view = signal<View | null>(null);
export const connection = signal<Connection>({ kind: 'connecting', leading: false });

/** When this page ceased to know the status, ms since epoch; null while it knows. */
export const lostAt = signal<number | null>(null);

/** Why nobody is signed in here, for the sign-in screen. `until`: the end of the lease that was left behind (behaviour D11). */
export const farewell = signal<Farewell | null>(null);

type Credentials = Omit<SignInBody, 'device'>;

/** Only in memory and only while the page is open: after a sleep longer than the lease the session is opened anew (behaviour D8, case 15). */
let credentials: Credentials | null = null;
let leaving = false;
/** Why the service took no call any more, if it said so. */
let over: 'ended' | 'lapsed' | 'ended-by-admin' = 'ended';

/** Counts what the stream says of boxes: whoever shows them looks again. */
export const boxesRang = signal(0);

const client = new PresenceClient({
  name: slot === '' ? 'ampel' : `ampel-${slot}`,
  reopen: async () => {
    if (credentials === null) return null;
    const answer = await openSession(credentials);
    if (answer.kind === 'unreachable') throw new Error('the service cannot be reached');
    return answer.kind === 'opened' ? answer.session : null;
  },
  onState: (next) => {
    view.value = next;
    lostAt.value = next.kind === 'known' ? null : (lostAt.value ?? Date.now());
  },
  onOver: (why) => (over = why === 'expired' ? 'lapsed' : why === 'signed-out' ? 'ended' : why),
  onBoxes: () => (boxesRang.value += 1),
  onConnection: (next) => {
    if (next.kind === 'signed-out') leave();
    if (next.kind === 'connected') over = 'ended';
    connection.value = next;
  },
});

function leave(): void {
  if (!leaving && (profile.peek() !== null || over !== 'ended')) farewell.value = { kind: over };
  leaving = false;
  credentials = null;
  view.value = null;
  lostAt.value = null;
  clearLoaded();
}

type SignInAnswer = { readonly kind: 'opened'; readonly session: OpenedSession } | { readonly kind: 'wrong' | 'too-many' | 'unreachable' | 'failed' };

async function openSession(asked: Credentials): Promise<SignInAnswer> {
  try {
    const body = JSON.stringify({ ...asked, device: thisDevice() } satisfies SignInBody);
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, credentials: 'omit', signal: AbortSignal.timeout(15_000) } as const;
    const response = await fetch('/agent/v1/sessions', init);
    if (response.status === 201) return { kind: 'opened', session: (await response.json()) as OpenedSession };
    if (response.status === 401) return { kind: 'wrong' };
    if (response.status === 429) return { kind: 'too-many' };
    return { kind: response.status >= 500 ? 'unreachable' : 'failed' };
  } catch {
    return { kind: 'unreachable' };
  }
}

/** Finds the session that is kept, or shows that nobody is signed in. */
export function startPresence(): Promise<void> {
  return client.start();
}

export async function signIn(asked: Credentials): Promise<SignInAnswer['kind']> {
  const answer = await openSession(asked);
  if (answer.kind !== 'opened') return answer.kind;
  credentials = asked;
  farewell.value = null;
  await client.adopt(answer.session);
  return 'opened';
}

/** Signs this device out. `left`: what that leaves behind, as far as it is known. False if the service was not reached. */
export async function signOut({ goOffline, left }: { readonly goOffline: boolean; readonly left: Farewell | null }): Promise<boolean> {
  leaving = true;
  const done = await client.signOut({ goOffline });
  if (!done) leaving = false;
  else farewell.value = left;
  return done;
}

export function setStatus(status: ChangeStatusBody['status'], until?: number): Promise<StatusAnswer> {
  return client.setStatus(status, until === undefined ? {} : { until: new Date(until) });
}

/** Why a call was refused, as the API says it (problem+json). `errors`: what is wrong where. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  /** behaviour D18: whom the change would let count for every group. */
  readonly agents: readonly { readonly id: string; readonly name: string }[];
}

/** What came of a call: the body (empty on 204), or why there is none. */
export type Loaded<T> =
  | { readonly kind: 'ok'; readonly body: T; readonly etag: string | null }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'same' | 'unreachable' | 'over' };

/** Reads a resource with this session's token, which is kept good. `etag`: what is held already. */
export async function read<T extends object>(url: string, etag?: string | null): Promise<Loaded<T>> {
  return call<T>('GET', url, etag ? { 'if-none-match': etag } : {});
}

export async function ask<T extends object>(method: string, url: string, body: object): Promise<Loaded<T>> {
  return call<T>(method, url, { 'content-type': 'application/json' }, JSON.stringify(body));
}

/** No answer takes so long, ms. */
const PATIENCE_MS = 10_000;

/** Any call with this session's token. */
export async function call<T extends object>(
  method: string,
  url: string,
  headers: Record<string, string>,
  body?: string,
  within = PATIENCE_MS,
): Promise<Loaded<T>> {
  const outcome = await client.withToken(async (token) => {
    try {
      const init = { method, headers: { ...headers, authorization: `Bearer ${token}` }, credentials: 'omit', cache: 'no-store' } as const;
      const response = await fetch(url, { ...init, ...(body === undefined ? {} : { body }), signal: AbortSignal.timeout(within) });
      const answer: unknown = await contentOf(response);
      const { code } = answer as { code?: string };
      return { status: response.status, body: answer, etag: response.headers.get('etag'), ...(code === undefined ? {} : { code }) };
    } catch {
      return null;
    }
  });
  if (outcome.kind !== 'answered') return { kind: outcome.kind };
  const { status, body: answer, etag } = outcome.reply;
  if (status === 304) return { kind: 'same' };
  if (status >= 400) return { kind: 'refused', refusal: { code: '', detail: '', errors: [], agents: [], ...(answer as Partial<Refusal>), status } };
  noteServerTime(answer);
  return { kind: 'ok', body: answer as T, etag };
}

/** JSON as it is, other texts as `{ text }`. */
async function contentOf(response: Response): Promise<unknown> {
  if (response.status === 304 || response.status === 204) return {};
  return /json/.test(response.headers.get('content-type') ?? '') ? response.json() : { text: await response.text() };
}
