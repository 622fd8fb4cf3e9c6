/** A server-sent event with data. */
export interface ServerEvent {
  /** `message` if the server gave no name. */
  readonly event: string;
  readonly id: string | undefined;
  /** Lines joined by line feeds. */
  readonly data: string;
}

/** Who is told what the stream says. */
export interface ServerEventListener {
  event(event: ServerEvent): void;
  /** The server asks to come back after so many milliseconds. */
  retry?(milliseconds: number): void;
}

/**
 * Reads `text/event-stream` piece by piece (WHATWG HTML, "Interpreting an event stream"): pieces may end anywhere, also inside a
 * character or between CR and LF. An event that the stream's end cuts off is dropped.
 */
export class SseParser {
  readonly #decoder = new TextDecoder(); // drops a byte order mark
  #rest = '';
  #afterCr = false;
  #event = '';
  #id: string | undefined;
  #data: string[] = [];

  constructor(private readonly listener: ServerEventListener) {}

  /** Takes the next bytes; tells the listener what they complete. */
  push(bytes: Uint8Array): void {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return;
    if (this.#afterCr && text.startsWith('\n')) text = text.slice(1);
    this.#afterCr = text.endsWith('\r'); // the line is complete either way; a line feed that follows belongs to it
    const lines = (this.#rest + text).split(/\r\n|\r|\n/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return; // a comment
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.listener.retry?.(Number(value));
  }

  #dispatch(): void {
    const event: ServerEvent = { event: this.#event || 'message', id: this.#id, data: this.#data.join('\n') };
    const hasData = this.#data.length > 0;
    this.#event = '';
    this.#data = [];
    if (hasData) this.listener.event(event);
  }
}
