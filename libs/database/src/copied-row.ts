const TAB = 9;
const LINE_FEED = 10;
const BACKSLASH = 92;
const ZERO = 48;
const MINUS = 45;
/** Texts remembered by a reader; a power of two. */
const REMEMBERED = 8_192;
const MEANINGS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** Two numbers of 32 bits over some bytes: for finding faults, not for keeping secrets. */
export interface Print {
  high: number;
  low: number;
}

/**
 * One row of `copyOut` (`NULL ''`), looked at where it lies: a column costs something only when it is asked for. To be moved from row to row,
 * so that a million of them make no garbage.
 */
export class CopiedRow {
  private bytes: Buffer = Buffer.alloc(0);
  private readonly starts: Int32Array;
  private readonly remembered = new Array<{ readonly bytes: Buffer; readonly text: string } | null>(REMEMBERED).fill(null);
  private escaped = true;

  /** @param columns how many a row has */
  constructor(private readonly columns: number) {
    this.starts = new Int32Array(columns + 1);
  }

  /** Moves to the row that begins at `from`. Gives where the next one begins. */
  moveTo(bytes: Buffer, from: number): number {
    const { starts, columns } = this;
    this.bytes = bytes;
    starts[0] = from;
    let at = from;
    for (let column = 1; column < columns; column += 1) {
      while (bytes[at] !== TAB) at += 1;
      at += 1;
      starts[column] = at;
    }
    const end = bytes.indexOf(LINE_FEED, at) + 1;
    starts[columns] = end;
    this.escaped = true;
    return end;
  }

  /** Whether a backslash may stand in this row: then texts are not the bytes as they lie. True unless somebody has looked. */
  set mayHaveEscapes(may: boolean) {
    this.escaped = may;
  }

  /** A column as text; `''` also for null. */
  text(column: number): string {
    const text = this.bytes.toString('utf8', this.start(column), this.end(column));
    return this.escaped ? unescaped(text) : text;
  }

  /** As `text`, for what comes again and again: an id, a name. */
  known(column: number): string {
    const { bytes, remembered } = this;
    const from = this.start(column);
    const to = this.end(column);
    let place = to - from;
    for (let at = Math.max(from, to - 8); at < to; at += 1) place = Math.imul(place ^ (bytes[at] as number), 0x01000193);
    place = (place ^ (place >>> 15)) & (REMEMBERED - 1);
    const found = remembered[place];
    if (found && same(found.bytes, bytes, from, to)) return found.text;
    const text = this.text(column);
    remembered[place] = { bytes: Buffer.from(bytes.subarray(from, to)), text };
    return text;
  }

  /** A whole number. */
  number(column: number): number {
    const { bytes } = this;
    const to = this.end(column);
    let at = this.start(column);
    const negative = bytes[at] === MINUS;
    if (negative) at += 1;
    let value = 0;
    for (; at < to; at += 1) value = value * 10 + ((bytes[at] as number) - ZERO);
    return negative ? -value : value;
  }

  isEmpty(column: number): boolean {
    return this.end(column) === this.start(column);
  }

  /** Mixes columns, tabs between them, into a print. Bytes as they came: prints of equal columns are equal wherever they were read. */
  print(into: Print, first: number, last = first): void {
    printBytes(into, this.bytes, this.start(first), this.end(last));
  }

  private start(column: number): number {
    return this.starts[column] as number;
  }

  private end(column: number): number {
    return (this.starts[column + 1] as number) - 1;
  }
}

/** Mixes bytes into a print, four at a time. */
export function printBytes(into: Print, bytes: Uint8Array, from: number, to: number): void {
  let { high, low } = into;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const four = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
    high = Math.imul(high ^ four, 2654435761);
    high ^= high >>> 15;
    low = Math.imul(low ^ four, 1597334677);
    low ^= low >>> 13;
  }
  for (; at < to; at += 1) {
    high = Math.imul(high ^ (bytes[at] as number), 2654435761);
    low = Math.imul(low ^ (bytes[at] as number), 1597334677);
  }
  into.high = Math.imul(high ^ (to - from), 2246822507);
  into.low = Math.imul(low ^ (to - from), 3266489909);
}

/** What COPY's text form stands for: the same bytes for a hash over them, or the same text. */
export function withoutEscapes(bytes: Buffer): Buffer {
  if (!bytes.includes(BACKSLASH)) return bytes;
  return Buffer.from(unescaped(bytes.toString('latin1')), 'latin1'); // byte for byte: only what follows a backslash is looked at
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_all, sign: string) => MEANINGS[sign] ?? sign);
}

function same(a: Uint8Array, b: Uint8Array, from: number, to: number): boolean {
  if (a.length !== to - from) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[from + i]) return false;
  return true;
}
