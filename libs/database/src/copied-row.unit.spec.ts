import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CopiedRow, withoutEscapes } from './copied-row.js';

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' };
const sent = (text: string): string => text.replace(/[\\\b\f\n\r\t\v]/g, (sign) => ESCAPES[sign] ?? sign);

describe('a row of COPY', () => {
  const signs = fc.constantFrom('a', 'N', 't', '\\', '\t', '\n', '\r', '\v', '\b', '\f', 'ü', '😀', '"', '.');
  const texts = fc.array(fc.array(signs, { maxLength: 8 }).map((all) => all.join('')), { minLength: 3, maxLength: 3 });

  it('gives back every text, one row after the other, and without escapes the bytes that were meant', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 5 }), (rows) => {
        const bytes = Buffer.from(rows.map((row) => `${row.map(sent).join('\t')}\n`).join(''));
        const row = new CopiedRow(3);
        let at = 0;
        for (const expected of rows) {
          at = row.moveTo(bytes, at);
          for (const read of [row.text.bind(row), row.known.bind(row), row.known.bind(row)]) expect([0, 1, 2].map((column) => read(column))).toEqual(expected);
          expect(row.isEmpty(0)).toBe(expected[0] === '');
        }
        expect(at).toBe(bytes.length);
        expect(withoutEscapes(bytes).toString()).toBe(rows.map((one) => `${one.join('\t')}\n`).join(''));
      }),
    );
  });

  it('reads whole numbers', () => {
    const numbers = [0, -1, 7, 1_795_000_000_123, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER];
    const row = new CopiedRow(numbers.length);
    row.moveTo(Buffer.from(`${numbers.join('\t')}\n`), 0);
    expect(numbers.map((_, i) => row.number(i))).toEqual(numbers);
  });

  it('remembers ids, however many there are', () => {
    const row = new CopiedRow(1);
    for (let i = 0; i < 20_000; i += 1) {
      const id = `id-${i % 10_007}`;
      row.moveTo(Buffer.from(`${id}\n`), 0);
      if (row.known(0) !== id) throw new Error(id);
    }
  });
});
