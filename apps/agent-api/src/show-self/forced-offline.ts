import { LRUCache } from 'lru-cache';
import type { PoolClient } from 'pg';
import type { Agent, StatusChangedData } from '#domain/agent-presence/index';
import { type OwnProfile, rfc3339 } from '#contract';
import { readNames } from '#directory';
import type { EventStore, StoredEvent, StreamAddress } from '#event-store';

type Forced = NonNullable<OwnProfile['forcedOffline']>;

/** Events read at first; what came after a status is mostly a sign-in or two. */
const NEAR = 16;

/** Answers that are kept, of the agents asked about last: pages ask every few seconds, and an answer holds until the next change. */
const KEPT = 10_000;

/** Finds the changes by which somebody else set an agent offline. */
export class ForcedOffline {
  readonly #kept = new LRUCache<string, { readonly version: number; readonly found: StoredEvent | null }>({ max: KEPT });

  constructor(private readonly store: EventStore) {}

  /**
   * The last change of an agent's status, if it was somebody else who set them offline (case 19); null where the agent is not offline, or
   * by the own wish.
   *
   * @param head the stream as folded, with its version
   */
  async of(stream: StreamAddress, head: { readonly version: number; readonly state: Agent }): Promise<StoredEvent | null> {
    const { status, version } = head.state.intent;
    if (status !== 'offline' || version === 0) return null;
    const kept = this.#kept.get(stream.streamId);
    if (kept?.version === version) return kept.found;
    const found = await this.#find(stream, head.version);
    this.#kept.set(stream.streamId, { version, found });
    return found;
  }

  /** Looks backwards from the end of the stream, in ever bigger pieces. */
  async #find(stream: StreamAddress, end: number): Promise<StoredEvent | null> {
    for (let upTo = end, size = NEAR; upTo > 0; upTo -= size, size *= 4) {
      const after = Math.max(0, upTo - size);
      const events = await this.store.readStream(stream, after, upTo - after);
      const last = events.findLast(({ type }) => type === 'StatusChanged' || type === 'StatusTimerEnded');
      if (last !== undefined) return (last.data as Partial<StatusChangedData>).cause === 'admin' ? last : null;
    }
    return null;
  }
}

/** As the agent is told: a person by name, a program or the platform as what it is. */
export async function tellForcedOffline(sql: PoolClient, { tenantId, actor, effectiveAt, data }: StoredEvent): Promise<Forced> {
  const name = actor.kind === 'agent' ? (await readNames(sql, tenantId, [actor.id])).get(actor.id) : undefined;
  const by = actor.kind === 'agent' ? 'person' : actor.kind === 'api-key' ? 'program' : 'platform';
  const { reason = '' } = data as Partial<StatusChangedData>;
  return { at: rfc3339(effectiveAt), by: name === undefined ? { kind: by } : { kind: by, name }, reason };
}
