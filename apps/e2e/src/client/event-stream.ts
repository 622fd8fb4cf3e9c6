import { eventually } from '#testing';

/** A server-sent event, as it came. */
export interface Frame<T = unknown> {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: T;
  /** When it arrived, `performance.now()`. */
  readonly at: number;
}

/** A stream read by fetch, which keeps every frame; comments and `retry:` are counted, not kept. */
export class EventStream<T> {
  readonly frames: Frame<T>[] = [];
  comments = 0;
  /** True once the server has ended the stream. */
  ended = false;
  /** Why the stream broke off without an end; undefined if it did not. */
  lost: unknown;
  private readonly leave = new AbortController();

  private constructor(readonly headers: Headers) {}

  /** Opens it. Throws, telling what was answered, if it is not 200. */
  static async open<T>(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventStream<T>> {
    const leave = new AbortController();
    const answer = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: leave.signal });
    if (answer.status !== 200 || !answer.body) throw new Error(`the stream was answered with ${answer.status}: ${await answer.text()}`);
    const stream = new EventStream<T>(answer.headers);
    stream.leave.signal.addEventListener('abort', () => leave.abort());
    void stream.read(answer.body);
    return stream;
  }

  /** Waits until a frame of the list fits; gives the first that does. Looks at frames from `from` on. */
  async until(fits: (data: T, frame: Frame<T>) => boolean, { within = 5_000, from = 0 } = {}): Promise<Frame<T>> {
    return eventually(() => this.frames.slice(from).find((frame) => fits(frame.data, frame)) ?? false, { within, every: 5 });
  }

  close(): void {
    this.leave.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
        text += decoder.decode(bytes, { stream: true });
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          this.take(text.slice(0, end));
          text = text.slice(end + 2);
        }
      }
    } catch (error) {
      if (!this.leave.signal.aborted) this.lost = error;
    }
    this.ended = true;
  }

  private take(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      if (colon === 0) this.comments++;
      else fields.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ''));
    }
    const data = fields.get('data');
    if (data === undefined) return;
    this.frames.push({ event: fields.get('event') ?? 'message', id: fields.get('id'), data: JSON.parse(data) as T, at: performance.now() });
  }
}
