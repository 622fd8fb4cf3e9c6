import type { MigrationInterface, QueryRunner } from 'typeorm';
import { serviceFunction, sharedTable, tenantTable } from './tenant-table.js';

const tables = `
  -- lease_no names a lease in 8 bytes (the timekeeper holds all of them); armed_at changes only when a deadline may have moved to an
  -- earlier instant, so neither costs a beat its in-place update.
  ALTER TABLE lease.session
    ADD COLUMN lease_no bigint GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN push_seconds integer,
    ADD COLUMN held_until timestamptz,
    ADD COLUMN armed_at timestamptz NOT NULL DEFAULT clock_timestamp();
  COMMENT ON COLUMN lease.session.push_seconds IS
    'push messages reach the phone: it stays present for so many seconds after its last beat, never for less than the lease (behaviour D26)';
  COMMENT ON COLUMN lease.session.held_until IS 'no earlier deadline than this: the ordinary lease that a sign-out leaves to a phone (case 23)';
  COMMENT ON COLUMN lease.session.armed_at IS 'when the deadline was set or last moved to an earlier instant';
  CREATE UNIQUE INDEX session_by_number ON lease.session (lease_no);
  -- A timekeeper begins by reading the open ones in order; without it that would become slower with every session there ever was.
  CREATE INDEX open_session_by_number ON lease.session (lease_no) WHERE ended_at IS NULL;
  CREATE INDEX session_by_arming ON lease.session (armed_at) WHERE ended_at IS NULL;

  -- Hours a phone that push messages reach stays present after its last beat (behaviour D26).
  ALTER TABLE directory.tenant ADD COLUMN mobile_hours integer NOT NULL DEFAULT 8 CHECK (mobile_hours BETWEEN 0 AND 72);

  CREATE TABLE lease.sight (
    node text COLLATE "C" PRIMARY KEY,
    at timestamptz NOT NULL
  ) WITH (fillfactor = 50);
  COMMENT ON TABLE lease.sight IS 'every beat that this agent-api process took before the instant is recorded (behaviour D10)';

  CREATE TABLE lease.gate (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    no_expiry_before timestamptz NOT NULL DEFAULT '-infinity',
    sight_until timestamptz,
    held_back_at timestamptz,
    keeper_at timestamptz
  ) WITH (fillfactor = 50);
  COMMENT ON COLUMN lease.gate.no_expiry_before IS 'after an outage of ours: the deadline that applies to whoever would have lapsed before (behaviour D10)';
  COMMENT ON COLUMN lease.gate.sight_until IS 'end of the sight of the process that said goodbye last';
  COMMENT ON COLUMN lease.gate.held_back_at IS 'when the brake was last pulled';
  COMMENT ON COLUMN lease.gate.keeper_at IS 'sign of life of the timekeeper';
  INSERT INTO lease.gate DEFAULT VALUES;

  CREATE TABLE lease.alarm (
    tenant_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    subject_id text COLLATE "C" NOT NULL,
    partition smallint NOT NULL,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, kind, subject_id)
  );
  COMMENT ON TABLE lease.alarm IS 'what is due at an instant: only the next one of each subject';
  CREATE INDEX alarm_by_time ON lease.alarm (due_at);
`;

const functions = `
  -- Stable, not immutable (it adds an interval to a time): only so is it put into the statement instead of being called for each row.
  CREATE FUNCTION lease.deadline(s lease.session) RETURNS timestamptz LANGUAGE sql STABLE
    AS 'SELECT greatest(s.last_seen + greatest(s.lease_seconds, s.push_seconds) * interval ''1 second'', s.held_until)';

  -- Up to when every beat of every process is recorded; null while blind. Stable: it must see what the statement that calls it sees,
  -- or a return of sight could be seen without the grace that came with it.
  CREATE FUNCTION lease.horizon(blind_ms float8) RETURNS timestamptz LANGUAGE sql STABLE
    AS 'SELECT CASE WHEN min(at) >= clock_timestamp() - blind_ms * interval ''1 millisecond'' THEN min(at) END FROM lease.sight';

  -- Sight is written, and a return from blindness noticed, in one step: nobody can see the first without the second.
  -- age_ms: how long ago the beats were taken that are recorded now. An age, so that a wrong clock of the process does no harm.
  CREATE FUNCTION lease.note_sight(me text, age_ms float8, blind_ms float8, grace_ms float8) RETURNS boolean LANGUAGE plpgsql AS $$
  DECLARE
    newest timestamptz;
    now timestamptz;
    blind interval := blind_ms * interval '1 millisecond';
    vanished integer;
    returned boolean;
  BEGIN
    SELECT sight_until INTO newest FROM lease.gate FOR UPDATE;  -- first: one process at a time, so that two that return do not deadlock
    now := clock_timestamp();
    SELECT greatest(newest, max(at)) INTO newest FROM lease.sight;
    DELETE FROM lease.sight WHERE node <> me AND at < now - blind;
    GET DIAGNOSTICS vanished = ROW_COUNT;
    returned := vanished > 0 OR coalesce(newest < now - blind, false);
    IF returned THEN
      UPDATE lease.gate SET no_expiry_before = greatest(no_expiry_before, now + grace_ms * interval '1 millisecond');
    END IF;
    INSERT INTO lease.sight (node, at) VALUES (me, now - greatest(age_ms, 0) * interval '1 millisecond')
      ON CONFLICT (node) DO UPDATE SET at = greatest(sight.at, excluded.at);
    RETURN returned;
  END $$;

  CREATE FUNCTION lease.say_goodbye(me text) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    last timestamptz;
  BEGIN
    PERFORM FROM lease.gate FOR UPDATE;
    DELETE FROM lease.sight WHERE node = me RETURNING at INTO last;
    UPDATE lease.gate SET sight_until = greatest(sight_until, last);
  END $$;
`;

/** Ends of leases: sight, gate and alarms (behaviour D9, D10, D15, D26; architecture 5). */
export class Expiry1760000000005 implements MigrationInterface {
  name = 'Expiry1760000000005';

  async up(db: QueryRunner): Promise<void> {
    await db.query(tables);
    await db.query(functions);
    await db.query(sharedTable('lease.sight', 'SELECT, INSERT, UPDATE, DELETE') + sharedTable('lease.gate', 'SELECT, UPDATE'));
    await db.query(tenantTable('lease.alarm', 'SELECT, INSERT, UPDATE, DELETE'));
    for (const name of ['deadline', 'horizon', 'note_sight', 'say_goodbye']) await db.query(serviceFunction(`lease.${name}`));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP FUNCTION lease.say_goodbye, lease.note_sight, lease.horizon, lease.deadline;
      DROP TABLE lease.alarm, lease.gate, lease.sight;
      ALTER TABLE directory.tenant DROP COLUMN mobile_hours;
      ALTER TABLE lease.session DROP COLUMN lease_no, DROP COLUMN push_seconds, DROP COLUMN held_until, DROP COLUMN armed_at;
    `);
  }
}
