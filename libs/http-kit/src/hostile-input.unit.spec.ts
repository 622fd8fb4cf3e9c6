import { describe, expect, it } from '@jest/globals';
import { hostileInput } from './hostile-input.js';

describe('input no schema should ever meet', () => {
  it('lets ordinary JSON pass', () => {
    expect(hostileInput({ a: ['ä', 1, null, { b: true }], emoji: '😀' })).toBeNull();
  });

  it.each([
    ['a NUL in a text', { name: 'a\u0000b' }, '/name'],
    ['a NUL in a name', { 'a\u0000': 1 }, ''],
    ['half a surrogate pair', { list: ['ok', '\ud83d'] }, '/list/1'],
    ['half a surrogate pair in a name', { deep: { '\udc00': 1 } }, '/deep'],
    ['__proto__', JSON.parse('{"a":{"__proto__":{}}}'), '/a/__proto__'],
    ['constructor', { constructor: { prototype: 1 } }, '/constructor'],
    ['a text that is the whole body', '\u0000', ''],
    ['a name that needs escaping in a pointer', { 'a/b~c': '\u0000' }, '/a~1b~0c'],
  ])('refuses %s and names the place', (_what, value, pointer) => {
    expect(hostileInput(value)?.pointer).toBe(pointer);
  });

  it('refuses nesting without a bottom, however deep, without running out of stack', () => {
    const bottomless = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
    expect(hostileInput(bottomless)?.detail).toBe('is nested deeper than 32 levels');
  });
});
