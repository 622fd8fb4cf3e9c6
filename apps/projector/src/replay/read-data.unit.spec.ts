import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readData } from './read-data.js';

/** As Postgres writes jsonb: shorter names first, a space behind colons and commas. */
const jsonb = (data: object): string =>
  `{${Object.entries(data).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(', ')}}`;

const statuses = fc.constantFrom('online', 'busy', 'offline');
const turns = fc.record(
  {
    agentId: fc.oneof(fc.uuid(), fc.string(), fc.constantFrom('a"b', String.raw`a\b`, 'ü', '')),
    from: statuses,
    to: statuses,
    statusVersion: fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    cause: fc.constantFrom('agent', 'sign-in', 'admin'),
    reason: fc.string(),
    until: fc.constant('2026-03-02T08:00:00.000Z'),
    restores: statuses,
  },
  { requiredKeys: ['agentId', 'from', 'to', 'statusVersion', 'cause'] },
);

describe('the data of an event', () => {
  it('is what its JSON says, however it was read', () => {
    fc.assert(
      fc.property(fc.oneof(turns, fc.dictionary(fc.string(), fc.jsonValue())), fc.constantFrom('StatusChanged', 'AgentAdded'), (data, type) => {
        const text = jsonb(data);
        expect(readData(type, text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
