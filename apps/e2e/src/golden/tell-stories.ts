import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { StoredEvent } from '#event-store';
import { simulatePresence } from '../simulation/presence/simulate-presence.js';
import { simulate } from '../simulation/simulate.js';
import type { Story } from './story.js';

/** Seeds of either scene: a few hundred events each, with every fault of the simulation in them. */
const SEEDS = [1, 2, 3];
const FIRST = ['TenantAdded', 'SiteAdded', 'GroupAdded', 'AgentAdded', 'AgentLoggedIn'];
/** Monday 2026-03-02, 08:00 UTC. */
const START = Date.UTC(2026, 2, 2, 8);

interface Example {
  readonly type: string;
  readonly subject: string;
  readonly tenantid: string;
  readonly partition: number;
  readonly dataschema: string;
  readonly actorkind: StoredEvent['actor']['kind'];
  readonly actorid: string;
  readonly data: object;
}

/** Logs as this release writes them; the same ones every time. @param examples folder of the examples of events (libs/contract) */
export async function tellStories(examples: string): Promise<Story[]> {
  const stories: Story[] = [{ name: 'every type of event once', events: everyType(examples) }];
  for (const seed of SEEDS) {
    stories.push({ name: `river, seed ${seed}`, events: (await simulate(seed)).log });
    stories.push({ name: `presence, seed ${seed}`, events: (await simulatePresence(seed)).log });
  }
  return stories;
}

/** The examples of the catalogue as one tenant's log: first what is added, last what is removed. */
function everyType(folder: string): StoredEvent[] {
  const read = (file: string): Example => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Example;
  const found = readdirSync(folder).filter((file) => file.endsWith('.example.json')).map(read);
  const logged = found.filter(({ type }) => type !== 'SiteStatusChanged').sort((a, b) => rankOf(a.type) - rankOf(b.type) || (a.type < b.type ? -1 : 1));
  const versions = new Map<string, number>();
  return logged.map((example, index): StoredEvent => {
    const { type, subject: streamId, tenantid: tenantId, partition, actorkind: kind, actorid: id, data, dataschema } = example;
    const version = (versions.get(streamId) ?? 0) + 1;
    versions.set(streamId, version);
    const at = START + index * 1_000;
    const commandId = `command-${index + 1}`;
    return {
      ...{ partition, position: index + 1, tenantId, streamId, version, type, schemaVersion: Number(dataschema.split(':').at(-1)) },
      ...{ eventId: `00000000-0000-7000-8000-${String(index + 1).padStart(12, '0')}`, commandId, causationId: null, correlationId: commandId },
      ...{ actor: { kind, id }, effectiveAt: at, recordedAt: at, data },
    };
  });
}

function rankOf(type: string): number {
  const first = FIRST.indexOf(type);
  if (first >= 0) return first - FIRST.length;
  return type.endsWith('Removed') ? 1 : 0;
}
