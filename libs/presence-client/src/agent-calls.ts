/** What a call was answered with. */
export interface Reply {
  readonly status: number;
  /** The stable code of a problem. */
  readonly code?: string;
  /** The server's wish when to ask again, ms. */
  readonly retryMs?: number;
  /** Parsed JSON, undefined if there was none. */
  readonly body?: unknown;
}

export interface CallOptions {
  readonly accessToken?: string;
  readonly body?: unknown;
}

/** Makes a call of the agent API, `path` below /agent/v1. Gives null if nothing was answered; never rejects. */
export type Call = (method: string, path: string, options?: CallOptions) => Promise<Reply | null>;

/** An open stream. `read` gives null at its end; rejects if it breaks off. */
export interface OpenedStream extends Reply {
  readonly read?: () => Promise<Uint8Array | null>;
}

/** No answer takes so long; a connection that is dead since before a sleep never answers, ms. */
const PATIENCE_MS = 10_000;

/** The agent API as a page calls it. */
export interface AgentCalls {
  readonly call: Call;
  /** Opens the agent's own stream; aborting the signal ends it. Gives null if nothing was answered; never rejects. */
  readonly openStream: (accessToken: string, signal: AbortSignal) => Promise<OpenedStream | null>;
}

/** Calls of the agent API at this origin (`''` = the page's own) by fetch. `tellBoxes`: the stream also says when boxes may have changed. */
export function agentCalls(baseUrl: string, { tellBoxes = false } = {}): AgentCalls {
  const url = (path: string): string => `${baseUrl}/agent/v1${path}`;
  return {
    call: async (method, path, { accessToken, body } = {}) => {
      try {
        const response = await fetch(url(path), {
          method,
          headers: headersOf(accessToken, body !== undefined),
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          ...ALONE,
          signal: AbortSignal.timeout(PATIENCE_MS),
        });
        return await replyOf(response);
      } catch {
        return null;
      }
    },
    openStream: (accessToken, signal) => openStream(url(tellBoxes ? '/stream?tell=boxes' : '/stream'), accessToken, signal),
  };
}

async function openStream(url: string, accessToken: string, signal: AbortSignal): Promise<OpenedStream | null> {
  try {
    const response = await fetch(url, { headers: { ...headersOf(accessToken, false), accept: 'text/event-stream' }, ...ALONE, signal });
    if (response.status !== 200 || !response.body) return await replyOf(response);
    const reader = response.body.getReader();
    return { status: 200, read: async () => (await reader.read()).value ?? null };
  } catch {
    return null;
  }
}

/** The token says who calls: no cookie, nothing kept. */
const ALONE = { cache: 'no-store', credentials: 'omit' } as const;

function headersOf(accessToken: string | undefined, hasBody: boolean): Record<string, string> {
  return {
    ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
    ...(hasBody ? { 'content-type': 'application/json' } : {}),
  };
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  const { code } = (body ?? {}) as { code?: unknown };
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    status: response.status,
    ...(body === undefined ? {} : { body }),
    ...(typeof code === 'string' ? { code } : {}),
    ...(Number.isFinite(seconds) ? { retryMs: seconds * 1000 } : {}),
  };
}
