import { setTimeout as pause } from 'node:timers/promises';

/** Clicks at a steady pace, the boxes in turns, so that a box has at most one change on its way. */
export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
  readonly boxes: number;
  click(box: number): void;
  /** Takes what is to be called when a box shows its change. */
  onArrival(told: (box: number) => void): void;
}

const TICK_MS = 1;
/** A change that is not shown by then never will be. */
const PATIENCE_MS = 10_000;

/** Gives how long each click took to be seen, ms. Throws if one is not. */
export async function paceClicks({ perSecond, seconds, boxes, click, onArrival }: Pace): Promise<number[]> {
  const sentAt = new Map<number, number>();
  const latencies: number[] = [];
  onArrival((box) => {
    const at = sentAt.get(box);
    if (at === undefined) return;
    sentAt.delete(box);
    latencies.push(performance.now() - at);
  });
  const began = performance.now();
  const whole = Math.floor(perSecond * seconds);
  for (let sent = 0; sent < whole; ) {
    const due = Math.min(whole, Math.floor(((performance.now() - began) / 1_000) * perSecond) + 1);
    for (; sent < due; sent += 1) {
      const box = sent % boxes;
      if (sentAt.has(box)) throw new Error(`a change was not shown before the next one, ${boxes / perSecond} s later`);
      sentAt.set(box, performance.now());
      click(box);
    }
    await pause(TICK_MS);
  }
  for (const until = performance.now() + PATIENCE_MS; sentAt.size > 0; await pause(TICK_MS)) {
    if (performance.now() > until) throw new Error(`${sentAt.size} changes were never shown`);
  }
  return latencies;
}
