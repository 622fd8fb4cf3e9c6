/*
 * What a chaos run writes down, and all that its checkers look at: plain data, so that a spec can hand them a bad one.
 * Times are milliseconds since 1970 of this machine, whose clock Postgres goes by as well.
 */
export type Instant = number;
export type Word = 'online' | 'busy' | 'offline';

/** One sending of a request. `status` null: no answer came, so it may have been carried out or not. */
export interface Try {
  readonly sentAt: Instant;
  readonly doneAt: Instant;
  readonly status: number | null;
  readonly code?: string | undefined;
}

/** A sign of life as behaviour D8 counts them: sign-in, heartbeat, status change. */
export interface Beat extends Try {
  readonly kind: 'sign-in' | 'heartbeat' | 'status';
}

/** How an agent's device behaves. The first three beat all the time; `fading` ones fall silent, `leaving` ones sign out. */
export type Part = 'steady' | 'clicking' | 'timed' | 'fading' | 'leaving';
export const ALWAYS_THERE: readonly Part[] = ['steady', 'clicking', 'timed'];

/** A session as its client knows it. */
export interface SessionRecord {
  readonly tenantId: string;
  readonly agentId: string;
  readonly sessionId: string;
  readonly part: Part;
  readonly leaseMs: number;
  readonly beats: Beat[];
  /** Refreshes of its tokens that got no answer: the next one may be taken for a thief's (targets 4). */
  lostRefreshes: number;
  /** When its client sent its last sign of life for good; null: it beat to the end of the run. */
  leftAt: Instant | null;
}

/** A command with an idempotency key, sent again with the same key until it was answered. */
export interface CommandRecord {
  /** As the log knows it: `api.events_v1.command_id`. */
  readonly commandId: string;
  readonly tenantId: string;
  /** The event it has to leave, exactly once. */
  readonly event: 'StatusChanged' | 'AgentLoggedOut' | 'GroupEnabled' | 'GroupDisabled';
  /** Fields of that event's data that follow from the wish. */
  readonly data: Readonly<Record<string, unknown>>;
  /** A status for a while: when it ends. */
  readonly until?: Instant;
  readonly tries: Try[];
  /** Of the acknowledgement: the version of the intent. */
  statusVersion?: number;
}

/** A frame of a box's stream. */
export interface FrameRecord {
  readonly at: Instant;
  readonly status: Word;
  readonly version: number;
  readonly stale: boolean;
  readonly next: { readonly at: Instant; readonly status: Word } | null;
}

/** A widget: its streams one after another, and what it was answered when it asked. */
export interface ReaderRecord {
  readonly tenantId: string;
  readonly siteId: string;
  readonly siteKey: string;
  /** '' = the site itself. */
  readonly groupId: string;
  /** Nobody of this tenant ever clicks or leaves: its boxes must not change. */
  readonly calm: boolean;
  readonly connections: { readonly openedAt: Instant; readonly frames: FrameRecord[] }[];
  readonly answers: (FrameRecord & { readonly sentAt: Instant })[];
}

export interface FaultRecord {
  readonly name: string;
  /** Those it was done to: roles, `nats`, `postgres`. */
  readonly victims: readonly string[];
  readonly from: Instant;
  /** When the harm was over: a killed process was dead, a paused one was let go on. */
  endedAt: Instant;
  /** How it is known that it bit, in words; null: it is not. */
  proof: string | null;
}

/** A storm of faults and what came after the last of them, without anybody's help. */
export interface RoundRecord {
  readonly faults: FaultRecord[];
  /** After the end of the last fault, ms: until commands succeed, until everything of then was projected and published. Null: too late. */
  commandsMs: number | null;
  lagMs: number | null;
  recoveredAt: Instant;
  /** Calls of clients that got no answer, or 503, since the first fault. */
  unanswered: number;
}

export interface LoggedEvent {
  readonly position: number;
  readonly partition: number;
  readonly tenantId: string;
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly commandId: string;
  readonly eventId: string;
}

/** One row of the append-only record of what boxes showed. */
export interface ShownRow {
  readonly siteId: string;
  readonly groupId: string;
  readonly version: number;
  readonly status: Word;
  readonly causeEventId: string;
}

/** A return from blindness moved the gate: nobody expires before `until` (behaviour D10). */
export interface GateMove {
  readonly at: Instant;
  readonly until: Instant;
}

/** How things stood when all had become quiet. */
export interface Ending {
  readonly quietAt: Instant;
  readonly log: readonly LoggedEvent[];
  readonly gateMoves: readonly GateMove[];
  readonly shown: readonly ShownRow[];
  /** `api.site_status_v1`, and what the widget's door answered for the same box. */
  readonly boxes: readonly {
    readonly tenantId: string;
    readonly siteId: string;
    readonly groupId: string;
    readonly row: { readonly status: Word; readonly version: number };
    readonly answer: { readonly status: Word; readonly version: number; readonly stale: boolean };
  }[];
  /** What devices that are still there were told about their own agent; null: they were refused. */
  readonly agents: readonly { readonly agentId: string; readonly state: { readonly status: Word; readonly version: number } | null }[];
  /** Ids of all events in the stream on the bus, in its order, with their partition. */
  readonly published: readonly { readonly eventId: string; readonly partition: number }[];
}

export interface Recording {
  readonly seed: string;
  readonly leaseMs: number;
  readonly startedAt: Instant;
  /** 1 on a machine with a core for everybody; above, how many times more was wanted of its cores than they have. Limits grow with it. */
  slowness: number;
  readonly sessions: SessionRecord[];
  readonly commands: CommandRecord[];
  readonly readers: ReaderRecord[];
  readonly rounds: RoundRecord[];
  /** Answers that no client should ever get, e.g. 500, in words. */
  readonly strange: string[];
  ending: Ending | null;
}
