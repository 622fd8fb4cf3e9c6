import { describe, expect, it } from '@jest/globals';
import { differing } from './differing.js';

describe('what differs in a row', () => {
  it('is told leaf by leaf, however deep it lies', () => {
    const actual = { state: { intent: { status: 'busy', version: 0 }, groupIds: ['a'], standing: 'active' } };
    const expected = { state: { intent: { status: 'offline', version: 0 }, groupIds: [], standing: 'active', until: 5 } };
    expect(differing(actual, expected)).toEqual({
      actual: [{ path: 'state.intent.status', value: 'busy' }, { path: 'state.groupIds', value: ['a'] }, { path: 'state.until', value: undefined }],
      expected: [{ path: 'state.intent.status', value: 'offline' }, { path: 'state.groupIds', value: [] }, { path: 'state.until', value: 5 }],
    });
  });

  it('is the whole row where there is none on the other side', () => {
    expect(differing(null, { status: 'online', state: { a: 1 } })).toEqual({
      actual: [],
      expected: [{ path: 'status', value: 'online' }, { path: 'state', value: { a: 1 } }],
    });
  });
});
