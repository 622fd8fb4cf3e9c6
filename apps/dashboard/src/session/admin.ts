import { profile } from './loaded.js';
import { adminRoute } from './places.js';
import { call, type Loaded, read } from './present.js';

/** Rows of a page: the most that the API gives at once. */
const PAGE = 500;

/** The address of a route of the own tenant; `path` below /admin/v1/tenants/{t}, '' = the tenant itself. */
function ownRoute(path: string): Promise<string> {
  return adminRoute(`/tenants/${encodeURIComponent(profile.peek()?.tenant.id ?? '')}${path}`);
}

/** Reads what the admin API has below the own tenant, e.g. `/agents/{id}`. `etag`: what is held already. */
export async function adminRead<T extends object>(path: string, etag?: string | null): Promise<Loaded<T>> {
  return read<T>(await ownRoute(path), etag);
}

/** Reads a resource in another format than JSON, as a text. */
export async function adminText(path: string, accept: string): Promise<Loaded<{ readonly text: string }>> {
  const answer = await call<{ text?: string }>('GET', await ownRoute(path), { accept });
  return answer.kind === 'ok' ? { ...answer, body: { text: answer.body.text ?? JSON.stringify(answer.body, null, 2) } } : answer;
}

/** Reads a whole list, page after page: `adminList<AgentView>('/agents', 'agents')`. */
export async function adminList<T>(path: string, name: string): Promise<Loaded<readonly T[]>> {
  const rows: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer: Loaded<Record<string, unknown>> = await adminRead(`${path}?limit=${PAGE}${after}`);
    if (answer.kind !== 'ok') return answer;
    rows.push(...((answer.body[name] ?? []) as T[]));
    cursor = answer.body['nextCursor'] as string | null;
  }
  return { kind: 'ok', body: rows, etag: null };
}

interface ChangeOptions {
  /** Of a body that is a text, e.g. `text/csv`. */
  readonly type?: string;
  /** How long the answer may take; ms. */
  readonly within?: number;
}

/**
 * Changes something below the own tenant. `body`: an object is sent as JSON, a text as `type`. A call whose answer was lost is made once
 * more with the same idempotency key, so nothing happens twice. DELETE answers with an empty body.
 */
export async function adminChange<T extends object>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object | string,
  { type = 'application/json', within }: ChangeOptions = {},
): Promise<Loaded<T>> {
  const headers = { 'idempotency-key': newKey(), ...(body === undefined ? {} : { 'content-type': type }) };
  const send = async (): Promise<Loaded<T>> => call<T>(method, await ownRoute(path), headers, typeof body === 'object' ? JSON.stringify(body) : body, within);
  const answer = await send();
  return answer.kind === 'unreachable' ? send() : answer;
}

/** `crypto.randomUUID` is only there where the page came over https or from this machine. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
