import { CopiedRow, type Print } from '#database';
import type { Actor, StoredEvent } from './envelope.js';
import { LOG_COLUMNS } from './sql/read-log.js';

/** What a replay asks of an event. */
export type ReplayedEvent = Pick<StoredEvent, 'position' | 'tenantId' | 'type' | 'eventId' | 'actor' | 'effectiveAt' | 'recordedAt' | 'data'>;

const [POSITION, TENANT, TYPE, SCHEMA, EVENT, KIND, ACTOR, AT, TOLD, DATA] = [0, 1, 4, 5, 6, 10, 11, 12, 13, 14] as const;

/** The event at which a reader of `LoggedEvents` stands. It is the same object for all of them: nobody keeps it, what it gives may be kept. */
export class LoggedEvent implements ReplayedEvent {
  readonly row = new CopiedRow(LOG_COLUMNS.length);
  position = 0;
  tenantId = '';
  type = '';
  effectiveAt = 0;
  data: object = {};

  /** @param dataOf reads the data of an event from its type, schema version and JSON */
  constructor(private readonly dataOf: (type: string, version: number, json: string) => object) {}

  get eventId(): string {
    return this.row.text(EVENT);
  }

  get actor(): Actor {
    return { kind: this.row.known(KIND) as Actor['kind'], id: this.row.known(ACTOR) };
  }

  get recordedAt(): number {
    return this.row.number(TOLD);
  }

  /** Mixes id, type and actor into a print: who or what caused something. */
  printCause(into: Print): void {
    const { row } = this;
    row.print(into, EVENT);
    row.print(into, TYPE);
    row.print(into, KIND, ACTOR);
  }

  /** Moves to the event whose line begins at `from`; gives where the next one begins. */
  moveTo(bytes: Buffer, from: number, escaped: boolean): number {
    const { row } = this;
    const next = row.moveTo(bytes, from);
    row.mayHaveEscapes = escaped;
    this.position = row.number(POSITION);
    this.tenantId = row.known(TENANT);
    this.type = row.known(TYPE);
    this.effectiveAt = row.number(AT);
    this.data = this.dataOf(this.type, row.number(SCHEMA), row.text(DATA));
    return next;
  }
}

/** Events of a page, to be gone through by one at a time. */
export class LoggedEvents implements Iterable<LoggedEvent>, Iterator<LoggedEvent> {
  // One object is iterable, iterator and result: a page of thousands makes no garbage but the events' data.
  done = false;
  private at = 0;

  /**
   * @param value   stands at one event after the other
   * @param bytes   lines as COPY sends them, `count` of them
   * @param escaped whether a text in them is written with backslashes
   */
  constructor(
    readonly value: LoggedEvent,
    private readonly bytes: Buffer,
    readonly length: number,
    private readonly escaped: boolean,
  ) {}

  /** Of the last one; 0 if there is none. */
  get lastPosition(): number {
    const { bytes } = this;
    if (bytes.length === 0) return 0;
    return Number.parseInt(bytes.toString('latin1', bytes.lastIndexOf(10, -2) + 1), 10);
  }

  [Symbol.iterator](): this {
    this.at = 0;
    return this;
  }

  next(): this & IteratorResult<LoggedEvent> {
    this.done = this.at >= this.bytes.length;
    if (!this.done) this.at = this.value.moveTo(this.bytes, this.at, this.escaped);
    return this as this & IteratorResult<LoggedEvent>;
  }
}
