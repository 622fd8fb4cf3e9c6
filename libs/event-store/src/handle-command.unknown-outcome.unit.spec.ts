import { describe, expect, it } from '@jest/globals';
import type { StreamFold } from './envelope.js';
import { StoreUnavailable } from './errors.js';
import type { EventStore } from './event-store.js';
import { type Command, handleCommand } from './handle-command.js';
import { createMemoryStore } from './memory-store.js';

const counter: StreamFold<number> = { category: 'counter', initial: 0, stateVersion: 1, evolve: (count) => count + 1 };
const count: Command<number> = {
  stream: { tenantId: 't1', partition: 3, streamId: 'counter-1' },
  fold: counter,
  decide: () => [{ type: 'Counted', data: {} }],
  actor: { kind: 'system', id: 'spec' },
  idempotency: { commandId: 'c1', requestHash: 'body' },
};

/** A store whose first answers cannot be read again at the moment. */
function withoutHistory(store: EventStore): EventStore {
  return Object.assign(Object.create(store) as EventStore, { loadAt: () => Promise.reject(new StoreUnavailable('away')) });
}

// Found by the simulation (I1): the caller was told "nothing of the command is stored", and it was.
describe('a command that is stored is never answered with "nothing is stored"', () => {
  it('when its commit got no answer, and the store goes away before the first answer can be read', async () => {
    let commits = 0;
    const store = createMemoryStore({ now: () => 0 }, { fault: () => ((commits += 1) === 1 ? 'lost-after-commit' : 'none') });
    await expect(handleCommand(withoutHistory(store), count)).rejects.toMatchObject({ name: 'StoreOutcomeUnknown' });
    expect(await store.heads()).toEqual(new Map([[3, 1]]));
  });

  it('when it comes again, and the store goes away before the first answer can be read', async () => {
    const store = createMemoryStore({ now: () => 0 });
    await handleCommand(store, count);
    await expect(handleCommand(withoutHistory(store), count)).rejects.toMatchObject({ name: 'StoreOutcomeUnknown' });
  });
});
