// Looked up once: in Jest every look at a global is slow.
const { floor } = Math;

/**
 * Dice that fall the same way for the same seed, on every machine: the only randomness a simulation may use.
 * Generator: sfc32 (public domain, Chris Doty-Humphrey), 128 bits of state, of which 32 come from the seed.
 */
export class SeededRandom {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** @param seed any text or number; two seeds that differ in one sign give unrelated dice. */
  constructor(private readonly seed: number | string) {
    const mixed = hash(String(seed));
    this.a = mixed;
    this.b = hash(`${mixed}b`);
    this.c = hash(`${mixed}c`);
    // The first numbers still resemble the seed; twelve rounds are what the generator's author recommends.
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** At least 0, below 1. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + floor(this.next() * (to - from + 1));
  }

  /** True in `probability` of the throws; never at 0. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the items. Throws RangeError if there is none. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('nothing to pick from');
    return items[this.between(0, items.length - 1)] as T;
  }

  /** Each item with its own chance, in the order given. */
  some<T>(items: readonly T[], probability: number): T[] {
    return items.filter(() => this.chance(probability));
  }

  /** Dice of their own for one purpose, so that a throw more here does not change what falls there. */
  fork(purpose: string): SeededRandom {
    return new SeededRandom(`${this.seed}/${purpose}`);
  }
}

/** FNV-1a over UTF-16 units with a final avalanche (murmur3's), 32 bits. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
