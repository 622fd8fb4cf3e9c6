import { expect, it } from '@jest/globals';
import { messageTypes } from '#contract';
import { EVENT_TYPES } from './event-types.js';

it('every type of message can be chosen, and no other', () => {
  expect(Object.values(EVENT_TYPES).flat().sort()).toEqual(messageTypes.map(({ type }) => type).sort());
});
