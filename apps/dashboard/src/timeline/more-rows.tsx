import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { words as said } from './words.js';

const ROWS = 50;

/** How many of `total` rows a table shows, and a button for more of them; null: all are there. What it shows begins anew with another `key`. */
export function useMoreRows(total: number, key: string): readonly [rows: number, more: VNode | null] {
  const [rows, setRows] = useState(ROWS);
  useEffect(() => setRows(ROWS), [key]);
  if (total <= rows) return [rows, null];
  const more = (
    <p class="moment-more">
      <button type="button" class="button low" onClick={() => setRows(rows + 4 * ROWS)}>
        {said().moreRows(Math.min(4 * ROWS, total - rows))}
      </button>
    </p>
  );
  return [rows, more];
}
