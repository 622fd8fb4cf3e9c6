import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

/** Rows of a block: about a screenful, and drawn within a few milliseconds. */
const BLOCK = 15;
/** A busy page goes on all the same after so long, ms. */
const PATIENCE_MS = 100;

/** Calls back when the page has nothing better to do (Safari: after a moment). Gives what calls it off. */
function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback === 'function') {
    const handle = requestIdleCallback(work, { timeout: PATIENCE_MS });
    return () => cancelIdleCallback(handle);
  }
  const timer = setTimeout(work, 16);
  return () => clearTimeout(timer);
}

/** How many of `total` things are drawn by now: `step` at first, and as many more whenever the page is idle. Another `key` begins anew. */
export function useGrowing(total: number, step: number, key = ''): number {
  const [grown, setGrown] = useState({ key, count: step });
  const count = grown.key === key ? grown.count : step;
  useEffect(() => (count < total ? whenIdle(() => setGrown({ key, count: count + step })) : undefined), [count, total, key]);
  return Math.min(count, total);
}

interface LongRowsProps<T> {
  readonly items: readonly T[];
  /** A keyed list item. It is drawn again if its neighbourhood has another item; what else it shows must be of the item. */
  readonly row: (one: T) => ComponentChildren;
  /** Those of `items` that are wanted, in their order; all without it. */
  readonly found?: readonly T[];
}

/**
 * A list of hundreds: the first screenful is there at once, the rest follows while nobody waits, and the page keeps its length meanwhile. Once
 * all of it is there, a search only hides rows and shows them again: to take hundreds away and draw them anew costs more than a letter typed
 * may take.
 */
export function LongRows<T>({ items, row, found = items }: LongRowsProps<T>) {
  const list = useRef<HTMLUListElement>(null);
  const whole = useRef(false);
  const wanted = whole.current ? items : found;
  const drawn = useGrowing(wanted.length, BLOCK);
  if (found === items && drawn >= items.length) whole.current = true;
  const before = useRef<readonly (readonly T[])[]>([]);
  const blocks = useMemo(() => (before.current = inBlocks(wanted, before.current)), [wanted]);
  useLayoutEffect(() => {
    const shown = wanted === found ? null : new Set(found);
    const rows = list.current?.children ?? [];
    for (let place = 0; place < rows.length && place < wanted.length; place += 1) {
      const element = rows[place] as HTMLElement;
      const off = shown !== null && !shown.has(wanted[place] as T);
      if (element.hasAttribute('data-off') !== off && !element.classList.contains('rows-rest')) element.toggleAttribute('data-off', off);
    }
  });
  return (
    <ul class="rows long" ref={list}>
      {blocks.slice(0, Math.ceil(drawn / BLOCK)).map((block, place) => (
        <Block key={place} items={block} row={row} />
      ))}
      {drawn < wanted.length && <li class="rows-rest" aria-hidden="true" style={{ '--rest': wanted.length - drawn }} />}
    </ul>
  );
}

/** The items in blocks; a block that is as it was before is the same array as before. */
function inBlocks<T>(items: readonly T[], before: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / BLOCK) }, (_, place) => {
    const block = items.slice(place * BLOCK, (place + 1) * BLOCK);
    const old = before[place];
    return old?.length === block.length && old.every((one, index) => one === block[index]) ? old : block;
  });
}

function Block<T>({ items, row }: { readonly items: readonly T[]; readonly row: (one: T) => ComponentChildren }) {
  return useMemo(() => <>{items.map(row)}</>, [items]);
}
