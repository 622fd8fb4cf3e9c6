import type { MigrationInterface, QueryRunner } from 'typeorm';
import { serviceFunction, serviceSchema, tenantTable } from './tenant-table.js';

const tables = `
  -- What a consumer of the stream could not handle (architecture 4). The bytes are kept as they came: they may be anything.
  CREATE TABLE consumer.parked_event (
    tenant_id     text        COLLATE "C" NOT NULL,
    parked_id     text        COLLATE "C" NOT NULL,
    consumer      text        COLLATE "C" NOT NULL,
    event_id      text        COLLATE "C" NOT NULL,
    type          text        COLLATE "C" NOT NULL,
    subject       text        COLLATE "C" NOT NULL,
    state         text        COLLATE "C" NOT NULL DEFAULT 'parked' CHECK (state IN ('parked', 'retrying', 'handled')),
    deliveries    integer     NOT NULL CHECK (deliveries > 0),
    parked_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    claimed_until timestamptz,
    reason        text        NOT NULL,
    data          bytea       NOT NULL,
    PRIMARY KEY (tenant_id, parked_id),
    UNIQUE (tenant_id, consumer, event_id)
  );
  COMMENT ON COLUMN consumer.parked_event.claimed_until IS 'a process is retrying it; after that it is taken for dead';
  CREATE INDEX parked_to_retry ON consumer.parked_event (consumer, parked_at) WHERE state = 'retrying';

  -- What people set. No foreign key from deliveries: they are removed with the tenant by name.
  CREATE TABLE webhook.endpoint (
    tenant_id        text        COLLATE "C" NOT NULL REFERENCES directory.tenant,
    webhook_id       text        COLLATE "C" NOT NULL,
    partition        smallint    NOT NULL CHECK (partition BETWEEN 0 AND 63),
    name             text        NOT NULL CHECK (name <> ''),
    url              text        NOT NULL CHECK (url <> ''),
    event_types      text[]      NOT NULL CHECK (cardinality(event_types) > 0),
    enabled          boolean     NOT NULL DEFAULT true,
    disabled_because text        CHECK (disabled_because IN ('admin', 'failures', 'gone')),
    active_since     timestamptz NOT NULL DEFAULT clock_timestamp(),
    secret           bytea       NOT NULL,
    previous_secret  bytea,
    previous_until   timestamptz,
    created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    removed_at       timestamptz,
    PRIMARY KEY (tenant_id, webhook_id),
    CHECK (enabled = (disabled_because IS NULL))
  );
  COMMENT ON COLUMN webhook.endpoint.event_types IS 'names of types, or * for all of them';
  COMMENT ON COLUMN webhook.endpoint.active_since IS 'what was recorded before is not sent';
  COMMENT ON COLUMN webhook.endpoint.secret IS 'sealed with a key that is not in the database; so is previous_secret, which signs too until previous_until';

  -- The sender's own place beside each endpoint: who sends to it, when it is next due, since when it fails.
  CREATE TABLE webhook.lane (
    tenant_id     text        COLLATE "C" NOT NULL,
    webhook_id    text        COLLATE "C" NOT NULL,
    due_at        timestamptz,
    paused_until  timestamptz,
    claimed_until timestamptz,
    claimed_by    text        COLLATE "C",
    failing_since timestamptz,
    failures      integer     NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, webhook_id),
    FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhook.endpoint
  ) WITH (fillfactor = 50);
  COMMENT ON COLUMN webhook.lane.due_at IS 'not after the next attempt of any pending delivery; null: nothing is pending, or the endpoint is disabled';
  COMMENT ON COLUMN webhook.lane.paused_until IS 'what fails is left alone for a while, however much becomes due';
  COMMENT ON COLUMN webhook.lane.failing_since IS 'nothing was delivered since then, though it was tried';
  CREATE INDEX lane_due ON webhook.lane (due_at) WHERE due_at IS NOT NULL;

  -- One event on its way to one endpoint. What is sent is read from the log when it is sent.
  CREATE TABLE webhook.delivery (
    position        bigint      NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    first_tried_at  timestamptz,
    last_tried_at   timestamptz,
    next_attempt_at timestamptz DEFAULT clock_timestamp(),
    attempts        integer     NOT NULL DEFAULT 0,
    partition       smallint    NOT NULL CHECK (partition BETWEEN 0 AND 63),
    last_status     smallint,
    tenant_id       text        COLLATE "C" NOT NULL,
    delivery_id     text        COLLATE "C" NOT NULL,
    webhook_id      text        COLLATE "C" NOT NULL,
    event_id        text        COLLATE "C" NOT NULL,
    event_type      text        COLLATE "C" NOT NULL,
    kind            text        COLLATE "C" NOT NULL CHECK (kind IN ('event', 'box')),
    state           text        COLLATE "C" NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
    last_error      text,
    PRIMARY KEY (tenant_id, delivery_id),
    UNIQUE (tenant_id, webhook_id, event_id),
    CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL))
  ) WITH (fillfactor = 80);
  COMMENT ON COLUMN webhook.delivery.position IS 'of the event log (kind event) or of the shown log (kind box)';
  COMMENT ON COLUMN webhook.delivery.attempts IS 'since it was queued, or since somebody wanted it sent again';
  CREATE INDEX delivery_pending ON webhook.delivery (tenant_id, webhook_id, next_attempt_at) WHERE state = 'pending';
  CREATE INDEX delivery_of_webhook ON webhook.delivery (tenant_id, webhook_id, delivery_id);
  CREATE INDEX delivery_age ON webhook.delivery (created_at) WHERE state <> 'pending';
`;

const functions = `
  -- Queues what endpoints want of these events. A message is only a hint: what is not in the log under this id does not exist.
  -- Doubles do no harm. Gives how many deliveries were made.
  CREATE FUNCTION webhook.queue_events(kinds text[], partitions smallint[], positions bigint[], event_ids text[]) RETURNS integer
  LANGUAGE plpgsql AS $$
  DECLARE
    tenants text[];
    webhooks text[];
    -- Ids ascend with the time of their making, in ms, as lists are read by them.
    prefix text := lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0');
  BEGIN
    WITH told AS (
      SELECT * FROM unnest(kinds, partitions, positions, event_ids) AS t(kind, partition, position, event_id)
    ), fact AS (
      SELECT t.*, e.tenant_id, e.type, e.recorded_at
      FROM told t JOIN store.event e ON e.partition = t.partition AND e.pos = t.position AND e.event_id::text = t.event_id
      WHERE t.kind = 'event'
      UNION ALL
      SELECT t.*, s.tenant_id, 'SiteStatusChanged', s.shown_from
      FROM told t JOIN read.shown s ON s.partition = t.partition AND s.seq = t.position AND s.event_id = t.event_id
      WHERE t.kind = 'box'
    ), added AS (
      INSERT INTO webhook.delivery (tenant_id, delivery_id, webhook_id, event_id, event_type, kind, partition, position)
      SELECT w.tenant_id, prefix || substr(md5(w.webhook_id || ' ' || f.event_id), 1, 20), w.webhook_id, f.event_id, f.type, f.kind,
        f.partition, f.position
      FROM fact f JOIN webhook.endpoint w ON w.tenant_id = f.tenant_id
      WHERE w.enabled AND w.removed_at IS NULL AND f.recorded_at >= w.active_since AND w.event_types && ARRAY['*', f.type]
      ORDER BY w.tenant_id, w.webhook_id, f.event_id -- everybody in one order: two that queue the same do not deadlock
      ON CONFLICT (tenant_id, webhook_id, event_id) DO NOTHING
      RETURNING tenant_id, webhook_id
    )
    SELECT array_agg(tenant_id), array_agg(webhook_id) INTO tenants, webhooks FROM added;
    IF tenants IS NULL THEN RETURN 0; END IF;
    PERFORM FROM webhook.lane WHERE (tenant_id, webhook_id) IN (SELECT * FROM unnest(tenants, webhooks))
      ORDER BY tenant_id, webhook_id FOR NO KEY UPDATE;
    -- Always, also where it is due already: whoever sends there may have looked before these deliveries were there, and lets go after.
    UPDATE webhook.lane SET due_at = least(due_at, clock_timestamp())
      WHERE (tenant_id, webhook_id) IN (SELECT * FROM unnest(tenants, webhooks));
    RETURN cardinality(tenants);
  END $$;

  -- The end of one stay at a lane. First the lock, then another statement: it sees what was queued by those who had the lock before.
  CREATE FUNCTION webhook.release_lane(tenant text, webhook text, me text, pause interval) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM FROM webhook.lane WHERE tenant_id = tenant AND webhook_id = webhook AND claimed_by = me FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    UPDATE webhook.lane SET claimed_by = NULL, claimed_until = NULL, paused_until = clock_timestamp() + pause, due_at = (
        SELECT min(d.next_attempt_at)
        FROM webhook.delivery d JOIN webhook.endpoint e USING (tenant_id, webhook_id)
        WHERE d.tenant_id = tenant AND d.webhook_id = webhook AND d.state = 'pending' AND e.enabled AND e.removed_at IS NULL)
      WHERE tenant_id = tenant AND webhook_id = webhook;
  END $$;
`;

/** Events for others: parked events, webhooks with their deliveries (ADR 12). */
export class Webhooks1760000000006 implements MigrationInterface {
  name = 'Webhooks1760000000006';

  async up(db: QueryRunner): Promise<void> {
    await db.query(serviceSchema('consumer') + serviceSchema('webhook'));
    await db.query(tables);
    await db.query(functions);
    await db.query(tenantTable('consumer.parked_event', 'SELECT, INSERT, UPDATE, DELETE'));
    await db.query(tenantTable('webhook.endpoint', 'SELECT, INSERT, UPDATE'));
    await db.query(tenantTable('webhook.lane', 'SELECT, INSERT, UPDATE'));
    await db.query(tenantTable('webhook.delivery', 'SELECT, INSERT, UPDATE, DELETE'));
    await db.query(serviceFunction('webhook.queue_events(text[], smallint[], bigint[], text[])'));
    await db.query(serviceFunction('webhook.release_lane(text, text, text, interval)'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP SCHEMA webhook CASCADE; DROP SCHEMA consumer CASCADE');
  }
}
