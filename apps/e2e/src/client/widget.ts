import type { WidgetStatus } from '#contract';
import { call, type Reply } from './call.js';
import { EventStream } from './event-stream.js';

/** The chat box of a site on a web page, or of a group on it: asks for its status, and listens to it. */
export class Widget {
  private readonly streams: WidgetStream[] = [];

  constructor(
    private readonly origin: string,
    readonly siteKey: string,
    readonly group?: string,
  ) {}

  url(what: 'status' | 'stream'): string {
    const query = this.group === undefined ? '' : `?group=${encodeURIComponent(this.group)}`;
    return `${this.origin}/widget/v1/sites/${encodeURIComponent(this.siteKey)}/${what}${query}`;
  }

  ask(headers?: Readonly<Record<string, string>>): Promise<Reply<WidgetStatus>> {
    return call('GET', this.url('status'), { headers });
  }

  async status(): Promise<WidgetStatus> {
    const { status, body } = await this.ask();
    if (status !== 200) throw new Error(`the status was answered with ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  /** Opens a stream and waits for its snapshot. */
  async listen(lastEventId?: number): Promise<WidgetStream> {
    const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) };
    const stream = new WidgetStream(await EventStream.open<WidgetStatus>(this.url('stream'), headers));
    this.streams.push(stream);
    await stream.events.until(() => true);
    return stream;
  }

  /** Ends all streams of this widget. */
  close(): void {
    for (const stream of this.streams.splice(0)) stream.close();
  }
}

export class WidgetStream {
  private counted = 0;

  constructor(readonly events: EventStream<WidgetStatus>) {}

  get snapshot(): WidgetStatus {
    return this.events.frames[0]?.data as WidgetStatus;
  }

  get last(): WidgetStatus {
    return this.events.frames.at(-1)?.data as WidgetStatus;
  }

  /** behaviour D22: a push is a frame whose status differs from the one before. Those since the snapshot, or since `startsAs`. */
  get pushes(): string[] {
    const statuses = this.events.frames.slice(this.counted).map(({ data }) => data.status);
    return statuses.filter((status, i) => i > 0 && status !== statuses[i - 1]);
  }

  /**
   * Waits until the newest frame has this status; gives when it came (`performance.now()`). A push has a second (behaviour, case 1): that
   * is measured by the benchmarks; a spec among eight others on two cores says what is pushed, not how fast.
   */
  async shows(status: string, within = 5_000): Promise<number> {
    const before = this.events.frames.length - 1;
    const frame = await this.events.until((data) => data.status === status, { within, from: Math.max(0, before) });
    return frame.at;
  }

  /** Waits until it shows this status, from where the story begins: pushes are counted from there on. */
  async startsAs(status: string): Promise<this> {
    await this.shows(status, 5_000);
    this.counted = this.events.frames.length - 1;
    return this;
  }

  close(): void {
    this.events.close();
  }
}
