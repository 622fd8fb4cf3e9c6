import { describe, expect, it } from '@jest/globals';
import type { OwnProfile } from '#contract';
import { farewellOf } from './farewell.js';

const AT = Date.parse('2026-11-23T10:00:00Z');
const after = (seconds: number): string => new Date(AT + seconds * 1_000).toISOString();
const device = (own: boolean, leftSeconds: number, signedOut = false): object => ({ own, signedOut, expiresAt: after(leftSeconds) });
const profile = (...devices: object[]): OwnProfile => ({ knownAt: after(0), devices }) as unknown as OwnProfile;

describe('what a sign-out on this device leaves behind', () => {
  it('the lease of this device, when there is no other', () => {
    expect(farewellOf('online', profile(device(true, 110)))).toEqual({ kind: 'signed-out', until: AT + 110_000, others: 0 });
  });

  it('other devices that are still there, and the longest of all leases', () => {
    expect(farewellOf('busy', profile(device(true, 100), device(false, 115), device(false, 90)))).toEqual({ kind: 'signed-out', until: AT + 115_000, others: 2 });
  });

  it('not those that have signed out or gave no sign of life lately', () => {
    const left = profile(device(true, 110), device(false, 100, true), device(false, 20));
    expect(farewellOf('online', left)).toEqual({ kind: 'signed-out', until: AT + 110_000, others: 0 });
  });

  it('nothing that visitors would see of somebody who is offline, whatever other devices there are', () => {
    expect(farewellOf('offline', profile(device(true, 110), device(false, 110)))).toEqual({ kind: 'gone-offline' });
  });

  it('nothing that could be said when nothing is known', () => {
    expect(farewellOf('online', null)).toBeNull();
  });
});
