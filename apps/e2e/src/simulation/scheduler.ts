import { nextTick } from 'node:process';
import type { SeededRandom } from '#testing';

// Looked up once: in Jest every look at a global is slow, and this one is taken for each letter of the trace.
const { imul } = Math;

interface Step {
  readonly at: number;
  /** Dice for steps of one instant: which of them comes first is chance, too. */
  readonly lot: number;
  readonly what: string;
  readonly run: () => void | Promise<void>;
}

/**
 * Virtual time, and the only source of "later" in a simulation: nothing happens but the steps put in here, one after the other.
 * Between two steps everything that hangs on settled promises runs to its end, so what a seed does is the same on every machine.
 */
export class Scheduler {
  private readonly heap: Step[] = [];
  private instant: number;
  private count = 0;
  private digest = 0x811c9dc5;

  constructor(
    private readonly dice: SeededRandom,
    start: number,
  ) {
    this.instant = start;
  }

  /** Virtual milliseconds since the epoch. */
  now(): number {
    return this.instant;
  }

  get steps(): number {
    return this.count;
  }

  /** A number made of every step so far, its time and its name: equal for equal runs. */
  get trace(): number {
    return this.digest >>> 0;
  }

  /** Runs a step after so many virtual milliseconds (whole, not below 0). */
  in(milliseconds: number, what: string, run: () => void | Promise<void>): void {
    this.push({ at: this.instant + milliseconds, lot: this.dice.next(), what, run });
  }

  /** Takes steps until the instant is reached, or until there is none left. */
  async runUntil(instant: number): Promise<void> {
    for (let next = this.heap[0]; next && next.at <= instant; next = this.heap[0]) {
      this.pop();
      this.instant = Math.max(this.instant, next.at);
      this.note(next);
      await next.run();
      await settled();
    }
    this.instant = Math.max(this.instant, instant);
  }

  private note({ at, what }: Step): void {
    this.count += 1;
    const text = `${at} ${what}`;
    for (let i = 0; i < text.length; i += 1) this.digest = imul(this.digest ^ text.charCodeAt(i), 0x01000193);
  }

  private push(step: Step): void {
    const { heap } = this;
    heap.push(step);
    for (let child = heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!before(heap[child] as Step, heap[parent] as Step)) return;
      this.swap(child, parent);
      child = parent;
    }
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop() as Step;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let parent = 0; ;) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2];
      let first = parent;
      if (left < heap.length && before(heap[left] as Step, heap[first] as Step)) first = left;
      if (right < heap.length && before(heap[right] as Step, heap[first] as Step)) first = right;
      if (first === parent) return;
      this.swap(parent, first);
      parent = first;
    }
  }

  private swap(a: number, b: number): void {
    const { heap } = this;
    [heap[a], heap[b]] = [heap[b] as Step, heap[a] as Step];
  }
}

function before(a: Step, b: Step): boolean {
  return a.at < b.at || (a.at === b.at && a.lot < b.lot);
}

/** The end of the microtask queue: whatever hangs on settled promises has run. Real time does not matter to it. */
function settled(): Promise<void> {
  return new Promise((resolve) => nextTick(resolve));
}
