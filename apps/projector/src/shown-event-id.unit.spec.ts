import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v5 } from 'uuid';
import { shownEventId } from './shown-event-id.js';

describe('the id of what was shown', () => {
  it('is the UUID of version 5 of its cause, site and group', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'grapheme' }), fc.option(fc.uuid()), (cause, siteId, groupId) => {
        const wanted = v5(`${cause} ${siteId} ${groupId ?? ''}`, '6f1c2f0e-9d0b-5c55-8c1e-2f7f6a1d5b3a');
        expect(shownEventId(cause, { siteId, groupId })).toBe(wanted);
      }),
    );
  });
});
