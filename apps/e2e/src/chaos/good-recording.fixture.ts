import type { Beat, Ending, FrameRecord, LoggedEvent, Recording, Word } from './recording.js';

/** As deep as it goes, so that a spec can spoil a recording. */
export type Spoilable<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? Spoilable<Item>[]
    : { -readonly [K in keyof T]: Spoilable<T[K]> };

export type SpoilableRecording = Omit<Spoilable<Recording>, 'ending'> & { ending: Spoilable<Ending> };

export const LEASE_MS = 8_000;

/**
 * A small run in which all went well. A (of group DE) beats all the time; B, in no group, wants busy from 2200 until 6000, beats last at
 * 5000, signs out at 7000 and expires at 13000. agent-api is killed at 8000. Times in ms.
 */
export function goodRecording(): SpoilableRecording {
  const log = logOf([
    ['TenantAdded', 'tenant-t1', 0, { tenantId: 't1' }],
    ['SiteAdded', 'site-s1', 10, { siteId: 's1' }],
    ['GroupAdded', 'group-DE', 20, { groupId: 'DE' }],
    ['AgentAdded', 'agent-A', 30, { agentId: 'A', groupIds: ['DE'] }],
    ['AgentAdded', 'agent-B', 40, { agentId: 'B', groupIds: [] }],
    ['AgentLoggedIn', 'agent-A', 1_000, { agentId: 'A', sessionId: 'sA' }],
    ['StatusChanged', 'agent-A', 1_200, { agentId: 'A', from: 'offline', to: 'online', statusVersion: 1 }, 'A online'],
    ['AgentLoggedIn', 'agent-B', 2_000, { agentId: 'B', sessionId: 'sB' }],
    ['StatusChanged', 'agent-B', 2_200, { agentId: 'B', from: 'offline', to: 'busy', statusVersion: 1, until: iso(6_000), restores: 'offline' }, 'B busy'],
    ['StatusTimerEnded', 'agent-B', 6_100, { agentId: 'B', from: 'busy', to: 'offline', statusVersion: 2 }, undefined, 6_000],
    ['AgentLoggedOut', 'agent-B', 7_000, { agentId: 'B', sessionId: 'sB' }, 'B leaves'],
    ['HeartbeatExpired', 'agent-B', 14_200, { agentId: 'B', sessionId: 'sB', lastSeenAt: iso(5_000) }, undefined, 13_000],
  ]);
  const everyTwoSeconds = Array.from({ length: 10 }, (_, i) => beat(2_000 * (i + 1) + 500));
  const box = (groupId: string) => ({ tenantId: 't1', siteId: 's1', groupId });
  return {
    seed: 'good',
    leaseMs: LEASE_MS,
    startedAt: 0,
    slowness: 1,
    sessions: [
      { ...device('A', 'steady'), beats: [beat(1_000, 'sign-in'), beat(1_200, 'status'), ...everyTwoSeconds], leftAt: null },
      { ...device('B', 'leaving'), beats: [beat(2_000, 'sign-in'), beat(2_200, 'status'), beat(5_000)], leftAt: 5_500 },
    ],
    commands: [
      { commandId: 'A online', tenantId: 't1', event: 'StatusChanged', data: { agentId: 'A', to: 'online' }, tries: [beat(1_200)], statusVersion: 1 },
      {
        commandId: 'B busy', tenantId: 't1', event: 'StatusChanged', data: { agentId: 'B', to: 'busy' }, until: 6_000, statusVersion: 1,
        tries: [{ ...beat(2_150), status: null }, beat(2_200)],
      },
      { commandId: 'B leaves', tenantId: 't1', event: 'AgentLoggedOut', data: { agentId: 'B', sessionId: 'sB' }, tries: [beat(7_000)] },
    ],
    readers: ['', 'DE'].map((groupId) => ({
      ...box(groupId),
      siteKey: 'key',
      calm: groupId === 'DE',
      connections: [
        { openedAt: 1_500, frames: [frame(1_600, 'online', 3)] },
        { openedAt: 8_500, frames: [frame(8_600, 'online', 3)] },
      ],
      answers: [{ ...frame(9_000, 'online', 3), sentAt: 8_990 }],
    })),
    rounds: [
      {
        faults: [{ name: 'kill:agent-api', victims: ['agent-api'], from: 8_000, endedAt: 8_050, proof: 'process 1 died, 2 runs in its place' }],
        commandsMs: 800,
        lagMs: 900,
        recoveredAt: 9_000,
        unanswered: 3,
      },
    ],
    strange: [],
    ending: {
      quietAt: 20_000,
      log,
      gateMoves: [],
      shown: [
        { siteId: 's1', groupId: '', version: 1, status: 'offline', causeEventId: 'event 2' },
        { siteId: 's1', groupId: 'DE', version: 2, status: 'offline', causeEventId: 'event 3' },
        { siteId: 's1', groupId: '', version: 3, status: 'online', causeEventId: 'event 7' },
        { siteId: 's1', groupId: 'DE', version: 3, status: 'online', causeEventId: 'event 7' },
      ],
      boxes: ['', 'DE'].map((groupId) => ({
        ...box(groupId),
        row: { status: 'online' as const, version: 3 },
        answer: { status: 'online' as const, version: 3, stale: false },
      })),
      agents: [{ agentId: 'A', state: { status: 'online', version: 1 } }],
      published: log.map(({ eventId, partition }) => ({ eventId, partition })),
    },
  };
}

/** An acknowledged sign of life around an instant. */
export function beat(at: number, kind: Beat['kind'] = 'heartbeat'): Spoilable<Beat> {
  return { sentAt: at - 5, doneAt: at + 5, status: 204, kind };
}

export function frame(at: number, status: Word, version: number): Spoilable<FrameRecord> {
  return { at, status, version, stale: false, next: null };
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}

function device(agentId: string, part: 'steady' | 'leaving') {
  return { tenantId: 't1', agentId, sessionId: `s${agentId}`, part, leaseMs: LEASE_MS, lostRefreshes: 0 };
}

type Line = [type: string, streamId: string, at: number, data: Record<string, unknown>, commandId?: string | undefined, effectiveAt?: number];

function logOf(lines: readonly Line[]): Spoilable<LoggedEvent>[] {
  const versions = new Map<string, number>();
  return lines.map(([type, streamId, recordedAt, data, commandId, effectiveAt], i) => {
    const version = (versions.get(streamId) ?? 0) + 1;
    versions.set(streamId, version);
    const eventId = `event ${i + 1}`;
    const id = { eventId, commandId: commandId ?? `command of ${eventId}` };
    return { ...id, position: i + 1, partition: 1, tenantId: 't1', streamId, version, type, data, recordedAt, effectiveAt: effectiveAt ?? recordedAt };
  });
}
