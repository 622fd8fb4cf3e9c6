/** An answer as it came. `body` is the parsed JSON, undefined if there was none. */
export interface Reply<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface CallOptions {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How long to wait for the answer, ms. */
  readonly patienceMs?: number | undefined;
}

/** What comes instead of the expected answer. */
export interface ProblemBody {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** Longer than any answer may take, and shorter than the limit of a spec. Milliseconds. */
const PATIENCE_MS = 12_000;

/** One request; gives whatever was answered. Rejects only if nothing was. */
export async function call<T>(method: string, url: string, { token, body, headers = {}, patienceMs = PATIENCE_MS }: CallOptions = {}): Promise<Reply<T>> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(patienceMs),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

/** One request that has to succeed; gives the body. Throws, telling what was answered, if it is no 2xx. */
export async function take<T>(method: string, url: string, options: CallOptions = {}): Promise<T> {
  const { status, body } = await call<T>(method, url, options);
  if (status < 200 || status > 299) throw new Error(`${method} ${url} was answered with ${status}: ${JSON.stringify(body)}`);
  return body;
}
