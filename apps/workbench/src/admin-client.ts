import { randomUUID } from 'node:crypto';

/** Asks the admin API as the platform's administrator. Paths are below `/admin/v1`. */
export class AdminClient {
  constructor(
    private readonly origin: string,
    private readonly token: string,
  ) {}

  /** Gives the answer's body. Throws with status and body if it is no 2xx. */
  async send<T>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.origin}/admin/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  }

  /** Gives every item of a list, page by page; `name` is the list's property in the answer. */
  async *list<T>(path: string, name: string): AsyncGenerator<T> {
    let cursor: string | null = null;
    do {
      const query: string = `?limit=500${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const page: { nextCursor: string | null } & Record<string, unknown> = await this.send('GET', path + query);
      yield* page[name] as T[];
      cursor = page.nextCursor;
    } while (cursor !== null);
  }
}
