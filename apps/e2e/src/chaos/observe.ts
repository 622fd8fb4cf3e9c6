import { eventually } from '#testing';
import { Widget } from '../client/index.js';
import { frameOf } from './box-reader.js';
import type { Device } from './device.js';
import type { Ending, GateMove, LoggedEvent, ReaderRecord, Recording, ShownRow, Word } from './recording.js';
import type { Stage } from './stage.js';

/** Everything of a moment has to be projected and published within that time after the last fault (targets, liveness), ms. */
export const LAG_MS = 30_000;
/** The latest end of a lease, after its deadline (targets, I9), ms. */
const LATEST_END_MS = 12_000;
/** A whole run's log, or a statement on a machine that is just starting everything, ms. */
const READ_MS = 30_000;

/** Writes down every move of the gate, which is overwritten otherwise. Once per database. */
export async function watchGate(stage: Stage): Promise<void> {
  const text = `
    CREATE SCHEMA chaos;
    CREATE TABLE chaos.gate_move (at timestamptz NOT NULL DEFAULT clock_timestamp(), until timestamptz NOT NULL);
    CREATE FUNCTION chaos.note_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
      $$ BEGIN INSERT INTO chaos.gate_move (until) VALUES (NEW.no_expiry_before); RETURN NULL; END $$;
    CREATE TRIGGER note_gate AFTER UPDATE ON lease.gate FOR EACH ROW
      WHEN (OLD.no_expiry_before IS DISTINCT FROM NEW.no_expiry_before) EXECUTE FUNCTION chaos.note_gate();`;
  await stage.rows(text, [], READ_MS);
}

/** Settles once everything that is in the log now is projected and published. Rejects, saying how far it is behind, if it takes too long. */
export async function untilCaughtUp(stage: Stage, withinMs: number): Promise<void> {
  const heads = await eventually(
    () => stage.rows<{ partition: number; pos: number }>('SELECT partition::int, pos::float8 FROM store.partition_head WHERE pos > 0'),
    { within: withinMs, every: 50 },
  );
  const behind = async (): Promise<string[]> => {
    const rows = await stage.rows<{ partition: number; position: number }>('SELECT partition::int, position::float8 FROM read.checkpoint');
    const folded = new Map(rows.map(({ partition, position }) => [partition, position]));
    const late: string[] = [];
    for (const { partition, pos } of heads) {
      if ((folded.get(partition) ?? 0) < pos) late.push(`partition ${partition} is projected up to ${folded.get(partition) ?? 0} of ${pos}`);
      const published = await stage.publishedUpTo(partition);
      if (published < pos) late.push(`partition ${partition} is published up to ${published} of ${pos}`);
    }
    return late;
  };
  await eventually(
    async () => {
      const late = await behind();
      if (late.length > 0) throw new Error(late.join(', '));
    },
    { within: withinMs, every: 50 },
  );
}

/** Waits until the leases of those who left have run out, and timers too; as long as the rules allow. */
export async function untilQuiet(stage: Stage, { sessions, leaseMs }: Recording): Promise<void> {
  const left = sessions.filter(({ leftAt }) => leftAt !== null);
  const lastLeft = Math.max(Date.now(), ...left.map(({ leftAt }) => leftAt ?? 0));
  const there = sessions.filter(({ leftAt }) => leftAt === null).map(({ sessionId }) => sessionId);
  // A return from blindness gives everybody a whole lease more.
  const latest = lastLeft + 2 * leaseMs + LATEST_END_MS;
  const open = 'SELECT session_id FROM lease.session WHERE ended_at IS NULL AND session_id <> ALL ($1) UNION ALL SELECT subject_id FROM lease.alarm';
  const isQuiet = async (): Promise<boolean> => (await stage.rows(open, [there])).length === 0;
  // What is still there after that, the checkers find.
  await eventually(isQuiet, { within: latest - Date.now(), every: 200 }).catch(() => undefined);
}

/** How things stand now, from all sides. */
export async function lookAtTheEnd(stage: Stage, recording: Recording, there: readonly Device[]): Promise<Ending> {
  const agents = await Promise.all(there.map(async (device) => ({ agentId: device.record.agentId, state: await device.state() })));
  const log = await readLog(stage);
  const published = (await stage.published()).filter(({ subject }) => subject.split('.')[3] === 'event');
  return {
    quietAt: Date.now(),
    log,
    gateMoves: await stage.rows<GateMove>(`SELECT ${ms('at')} AS at, ${ms('until')} AS until FROM chaos.gate_move ORDER BY 1`),
    shown: await stage.rows<ShownRow>(
      `SELECT site_id AS "siteId", group_id AS "groupId", version::float8 AS version, status, cause_event_id AS "causeEventId"
       FROM read.shown ORDER BY partition, seq`,
      [],
      READ_MS,
    ),
    boxes: await Promise.all(recording.readers.map((reader) => boxOf(stage, reader))),
    agents,
    published: published.map(({ id, subject }) => ({ eventId: id, partition: Number(subject.split('.')[1]) })),
  };
}

function readLog(stage: Stage): Promise<LoggedEvent[]> {
  return stage.rows<LoggedEvent & Record<string, unknown>>(
    `SELECT position::float8 AS position, partition::int AS partition, tenant_id AS "tenantId", stream_id AS "streamId", version::int AS version,
       type, data, ${ms('effective_at')} AS "effectiveAt", ${ms('recorded_at')} AS "recordedAt", command_id AS "commandId", event_id AS "eventId"
     FROM api.events_v1 ORDER BY partition, position`,
    [],
    READ_MS,
  );
}

async function boxOf(stage: Stage, { tenantId, siteId, groupId, siteKey }: ReaderRecord): Promise<Ending['boxes'][number]> {
  const [row] = await stage.rows<{ status: Word; version: number }>(
    `SELECT status, version::float8 AS version FROM api.site_status_v1 WHERE tenant_id = $1 AND site_id = $2 AND group_id IS NOT DISTINCT FROM $3`,
    [tenantId, siteId, groupId || null],
  );
  const { status, version, stale } = frameOf(await new Widget(stage.urls.widget, siteKey, groupId || undefined).status(), Date.now());
  return { tenantId, siteId, groupId, row: row ?? { status: 'offline', version: 0 }, answer: { status, version, stale } };
}

/** Whole milliseconds since 1970: what a client of the API sees of a time. */
function ms(column: string): string {
  return `floor(extract(epoch FROM ${column}) * 1000)::float8`;
}
