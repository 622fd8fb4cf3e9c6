import { describe, expect, it } from '@jest/globals';
import { groupsAfterDrop, onlyIn, sameGroups } from './moves.js';

describe('somebody is dropped on a group', () => {
  it.each([
    ['moves out of the one and into the other', ['de'], 'de', 'en', false, ['en']],
    ['is added to the other and stays', ['de'], 'de', 'en', true, ['de', 'en']],
    ['was in no group', [], null, 'en', false, ['en']],
    ['is there already and leaves the other', ['de', 'en'], 'de', 'en', false, ['en']],
    ['stays in a third one', ['de', 'fr'], 'de', 'en', false, ['fr', 'en']],
    ['leaves all of them', ['de', 'fr'], 'de', null, false, []],
    ['is dropped where it was', ['de'], 'de', 'de', false, ['de']],
  ])('%s', (_what, groupIds, from, onto, add, after) => {
    expect(groupsAfterDrop({ groupIds }, { from }, onto, add)).toEqual(after);
  });

  it('the order of groups means nothing', () => {
    expect([sameGroups(['a', 'b'], ['b', 'a']), sameGroups(['a'], ['a', 'b']), sameGroups([], [])]).toEqual([true, false, true]);
  });

  it('a group that goes concerns those who have no other (behaviour D18)', () => {
    const person = (id: string, groupIds: string[]) => ({ id, name: id, groupIds, status: 'online' as const });
    const people = [person('anna', ['de']), person('bob', ['de', 'en']), person('uma', []), person('eve', ['en'])];
    expect(onlyIn('de', people).map(({ id }) => id)).toEqual(['anna']);
  });
});
