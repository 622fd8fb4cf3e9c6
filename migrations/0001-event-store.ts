import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appendFunction } from './0001-event-store-append.js';
import { serviceFunction, serviceSchema, sharedTable, tenantTable } from './tenant-table.js';

/** 8 tables of 8 partitions each: small enough to move or age one, few enough that a pack of appends opens all of them cheaply. */
const TABLES = 8;
const PARTITIONS_PER_TABLE = 8;

const tables = `
  -- The tip of every partition. Locked last and in ascending order by store.append: positions are dense and are
  -- handed out in the order of the commits (architecture 3).
  CREATE TABLE store.partition_head (
    partition   smallint    PRIMARY KEY CHECK (partition BETWEEN 0 AND 63),
    pos         bigint      NOT NULL DEFAULT 0 CHECK (pos >= 0),
    recorded_at timestamptz NOT NULL DEFAULT '1970-01-01T00:00:00Z'
  ) WITH (fillfactor = 50);
  INSERT INTO store.partition_head (partition) SELECT generate_series(0, 63);

  -- The log. Columns of fixed width first (no padding), then what replays read, then the rest.
  CREATE TABLE store.event (
    pos            bigint      NOT NULL,
    recorded_at    timestamptz NOT NULL,
    effective_at   timestamptz NOT NULL,
    event_id       uuid        NOT NULL,
    version        integer     NOT NULL,
    partition      smallint    NOT NULL,
    schema_version smallint    NOT NULL,
    tenant_id      text        COLLATE "C" NOT NULL,
    stream_id      text        COLLATE "C" NOT NULL,
    type           text        COLLATE "C" NOT NULL,
    actor_kind     text        COLLATE "C" NOT NULL,
    actor_id       text        COLLATE "C" NOT NULL,
    command_id     text        COLLATE "C" NOT NULL,
    causation_id   text        COLLATE "C",
    correlation_id text        COLLATE "C" NOT NULL,
    data           jsonb       NOT NULL,
    PRIMARY KEY (partition, pos),
    UNIQUE (partition, tenant_id, stream_id, version),
    CHECK (effective_at <= recorded_at)
  ) PARTITION BY RANGE (partition);

  -- The folded state of every stream: a command reads one row. A state of another state_version is folded anew.
  -- json and not jsonb: no statement looks into it, and a text is cheaper to take and to give.
  CREATE TABLE store.stream_head (
    version       integer  NOT NULL CHECK (version >= 0),
    state_version integer  NOT NULL,
    partition     smallint NOT NULL CHECK (partition BETWEEN 0 AND 63),
    tenant_id     text     COLLATE "C" NOT NULL,
    stream_id     text     COLLATE "C" NOT NULL,
    state         json,
    PRIMARY KEY (partition, tenant_id, stream_id)
  ) WITH (fillfactor = 70);

  -- What makes a repeated command harmless: hashes and ids, never bodies or secrets.
  CREATE TABLE store.command_log (
    recorded_at  timestamptz NOT NULL,
    version      integer     NOT NULL,
    partition    smallint    NOT NULL CHECK (partition BETWEEN 0 AND 63),
    tenant_id    text        COLLATE "C" NOT NULL,
    command_id   text        COLLATE "C" NOT NULL,
    request_hash text        COLLATE "C" NOT NULL,
    stream_id    text        COLLATE "C" NOT NULL,
    result       jsonb       NOT NULL,
    PRIMARY KEY (partition, tenant_id, command_id)
  );
`;

/** A fact once written stays as it is, for everybody who can connect; ALWAYS: in replication mode too. */
const appendOnly = `
  CREATE FUNCTION store.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
  BEGIN
    RAISE EXCEPTION 'the log is append-only: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END $$;
  REVOKE ALL ON FUNCTION store.refuse_change() FROM PUBLIC;
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON store.event FOR EACH ROW EXECUTE FUNCTION store.refuse_change();
  CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON store.event FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change();
  ALTER TABLE store.event ENABLE ALWAYS TRIGGER append_only;
  ALTER TABLE store.event ENABLE ALWAYS TRIGGER append_only_whole;
`;

function eventTable(number: number): string {
  const name = `store.event_${number}`;
  const from = number * PARTITIONS_PER_TABLE;
  return `
    CREATE TABLE ${name} PARTITION OF store.event FOR VALUES FROM (${from}) TO (${from + PARTITIONS_PER_TABLE});
    ${tenantTable(name, null)}
    CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON ${name} FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change();
    ALTER TABLE ${name} ENABLE ALWAYS TRIGGER append_only;
    ALTER TABLE ${name} ENABLE ALWAYS TRIGGER append_only_whole;
  `;
}

/**
 * Reads many streams' heads in one call and, where a command id is given, what the command log knows of it: both of one
 * snapshot, so a head that has moved on because of the command never comes without the command. A row for every item of which
 * there is anything; last, item 0 with the time: read after the rows, so it is never earlier than what they hold.
 * The planner settings and the LIMIT 1 keep it on the primary keys whatever the statistics say (a plan cached while the tables
 * were nearly empty would compare everything with everything later: measured, 100 ms instead of 3).
 */
const lookUpFunction = `
  CREATE FUNCTION store.look_up(partitions int[], tenants text[], streams text[], commands text[])
  RETURNS TABLE (item int, version int, state json, state_version int, request_hash text, recorded_stream_id text,
                 recorded_version int, result jsonb, at timestamptz)
  LANGUAGE plpgsql SECURITY INVOKER ROWS 100
  SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
  AS $$
  #variable_conflict use_column
  BEGIN
    RETURN QUERY
      SELECT i, h.version, h.state, h.state_version, l.request_hash, l.stream_id, l.version, l.result, l.recorded_at
      FROM generate_series(1, cardinality(partitions)) i
      LEFT JOIN LATERAL (SELECT * FROM store.stream_head h
                         WHERE h.partition = partitions[i] AND h.tenant_id = tenants[i] AND h.stream_id = streams[i] LIMIT 1) h ON true
      LEFT JOIN LATERAL (SELECT * FROM store.command_log l
                         WHERE l.partition = partitions[i] AND l.tenant_id = tenants[i] AND l.command_id = commands[i] LIMIT 1) l ON true
      WHERE h.version IS NOT NULL OR l.version IS NOT NULL;
    item := 0;
    at := date_trunc('milliseconds', clock_timestamp());
    RETURN NEXT;
  END $$;
`;

/** Stable views for analysts and checks; they read with their caller's rights, so row-level security holds. */
const views = `
  CREATE VIEW api.events_v1 WITH (security_invoker = true) AS
  SELECT pos AS position, partition, tenant_id, stream_id, version, type, data,
         jsonb_build_object('kind', actor_kind, 'id', actor_id) AS actor,
         effective_at, recorded_at, command_id, event_id::text AS event_id
  FROM store.event;
`;

/** The log, the streams' states, the command log and the one function that writes them. */
export class EventStore1760000000001 implements MigrationInterface {
  name = 'EventStore1760000000001';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC');
    await db.query(serviceSchema('store') + serviceSchema('api'));
    await db.query(tables);
    await db.query(appendOnly);
    await db.query(tenantTable('store.event', 'SELECT'));
    for (let number = 0; number < TABLES; number += 1) await db.query(eventTable(number));
    // A tenant's log in order (GET /events).
    await db.query('CREATE INDEX event_of_tenant ON store.event (partition, tenant_id, pos)');
    await db.query(sharedTable('store.partition_head', 'SELECT'));
    await db.query(tenantTable('store.stream_head', 'SELECT') + tenantTable('store.command_log', 'SELECT'));
    await db.query(lookUpFunction + serviceFunction('store.look_up'));
    await db.query(appendFunction + serviceFunction('store.append'));
    await db.query(views + sharedTable('api.events_v1', 'SELECT'));
  }

  async down(): Promise<void> {
    throw new Error('The event store is the truth: it is not dropped by a migration. Restore a backup instead.');
  }
}
