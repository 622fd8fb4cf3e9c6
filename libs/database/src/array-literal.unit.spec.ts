import { describe, expect, it } from '@jest/globals';
import { ifAny, jsons, numbers, texts } from './array-literal.js';

const self = <T>(item: T): T => item;

describe('array literals', () => {
  it('hold numbers, texts and JSON, each missing one as NULL', () => {
    expect(numbers([1, undefined, -2.5, null], self)).toBe('{1,NULL,-2.5,NULL}');
    expect(texts(['a', undefined, '', null, 'NULL', '{x,y}'], self)).toBe('{"a",NULL,"",NULL,"NULL","{x,y}"}');
    expect(jsons([{ a: 'b' }, undefined, null, 'x'], self)).toBe(String.raw`{"{\"a\":\"b\"}",NULL,"null","\"x\""}`);
    expect([numbers([], self), texts([], self), jsons([], self)]).toEqual(['{}', '{}', '{}']);
  });

  it('escape quotes and backslashes, and nothing else', () => {
    expect(texts([String.raw`say "\n"`, 'line\nbreak'], self)).toBe('{"say \\"\\\\n\\"","line\nbreak"}');
    expect(jsons([{ text: 'a "quote", a \\ and a\nbreak' }], self)).toBe(String.raw`{"{\"text\":\"a \\\"quote\\\", a \\\\ and a\\nbreak\"}"}`);
  });

  it('are left out altogether when no item has a value', () => {
    expect(ifAny([undefined, undefined], self, texts)).toBeNull();
    expect(ifAny([undefined, 'x'], self, texts)).toBe('{NULL,"x"}');
    expect(ifAny([undefined, { a: 1 }], self, jsons)).toBe(String.raw`{NULL,"{\"a\":1}"}`);
  });
});
