/**
 * store.append: the only way events get written (services may EXECUTE it and SELECT the tables, nothing else).
 *
 * Takes a pack: one entry per command (arrays without prefix; `last_events` = index of the command's last event, 0 = it has none)
 * and one per event (arrays `e_*`; `e_command` = index of its command; a command's events are adjacent and in order).
 * Indexes count from 1. Every command has its own outcome; two commands on one stream in one pack may build upon each other.
 *
 * Locks are taken in one order by everybody, so packs do not deadlock: command log keys, new stream heads, stream heads and,
 * LAST, the partition heads, each ascending. From the partition heads on nobody else writes to these partitions until the
 * commit: positions are dense and in the order of the commits, and recorded_at, read under that lock, is in their order.
 *
 * SECURITY DEFINER: callers need no right to write the tables. So it checks itself that a caller without the engine's scope
 * writes only its own tenant's rows. The planner settings keep every statement on the primary keys (see look_up);
 * with them a join of two arrays would be quadratic: arrays of fixed width are subscripted instead.
 *
 * A command with a request hash is one that must never be carried out twice. Without events it touches no partition head.
 * An effective time later than the recording is cut to it; the head's state was folded with the uncut one, so it is marked
 * (state_version 0) and the next reader folds it anew.
 */
export const appendFunction = `
  CREATE FUNCTION store.append(
    partitions int[], tenants text[], streams text[], expected int[], events int[], last_events int[], states jsonb[],
    state_versions int[], commands text[], request_hashes text[], results jsonb[],
    e_command int[], e_tenant text[], e_stream text[], e_version int[], e_type text[], e_schema_version int[], e_id uuid[],
    e_command_id text[], e_causation text[], e_correlation text[], e_actor_kind text[], e_actor_id text[],
    e_effective bigint[], e_data jsonb[])
  RETURNS TABLE (item int, outcome text, version int, pos bigint, recorded_at timestamptz,
                 first_request_hash text, first_stream_id text, first_result jsonb)
  LANGUAGE plpgsql SECURITY DEFINER ROWS 100
  SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
  AS $$
  #variable_conflict use_column
  DECLARE
    total     int := cardinality(partitions);
    guarded   int := total - cardinality(array_positions(request_hashes, NULL));  -- commands that have a request hash
    ours      text[];                                                             -- keys of the command log rows written here
    repeated  boolean[] := array_fill(false, ARRAY[total]);                       -- carried out before (or earlier in this pack)
    writes    boolean[];                                                          -- not repeated, has events
    found_at  int[] := expected;                                                  -- on conflict: the version found
    stamp     timestamptz := date_trunc('milliseconds', clock_timestamp());
    head_pos  bigint[];                                                           -- by partition + 1
    head_time timestamptz[];
    e_pos     bigint[];
    writing   int;
    fitting   int;
    stream    text := '';
    reached   int;
    c         record;
  BEGIN
    IF current_setting('ampel.scope', true) IS DISTINCT FROM 'all'
       AND EXISTS (SELECT FROM unnest(tenants || e_tenant) t (id)
                   WHERE t.id IS DISTINCT FROM nullif(current_setting('ampel.tenant', true), '')) THEN
      RAISE EXCEPTION 'append: another tenant''s stream' USING ERRCODE = 'insufficient_privilege';
    END IF;

    -- 1 Command log: who is first. A racing twin waits here for the other's commit.
    IF guarded > 0 THEN
      WITH written AS (
        INSERT INTO store.command_log AS l (partition, tenant_id, command_id, request_hash, stream_id, version, result, recorded_at)
        SELECT DISTINCT ON (q.partition, q.tenant COLLATE "C", q.command COLLATE "C")
               q.partition, q.tenant, q.command, q.hash, q.stream, q.expected + q.events, coalesce(q.result, '{}'), stamp
        FROM unnest(partitions, tenants, streams, expected, events, commands, request_hashes, results)
             WITH ORDINALITY q (partition, tenant, stream, expected, events, command, hash, result, item)
        WHERE q.hash IS NOT NULL
        ORDER BY q.partition, q.tenant COLLATE "C", q.command COLLATE "C", q.item
        ON CONFLICT DO NOTHING
        RETURNING format('%s %s %s', l.partition, l.tenant_id, l.command_id) AS key
      )
      SELECT coalesce(array_agg(w.key), '{}') INTO ours FROM written w;
      IF cardinality(ours) < guarded THEN
        SELECT array_agg(k.hash IS NOT NULL AND (k.nth > 1 OR k.key <> ALL (ours)) ORDER BY k.item) INTO repeated
        FROM (SELECT q.item, q.hash, s.key, row_number() OVER (PARTITION BY s.key, q.hash IS NULL ORDER BY q.item) AS nth
              FROM unnest(partitions, tenants, commands, request_hashes) WITH ORDINALITY q (partition, tenant, command, hash, item),
                   LATERAL (SELECT format('%s %s %s', q.partition, q.tenant, q.command) AS key) s) k;
      END IF;
    END IF;

    SELECT array_agg(q.events > 0 AND NOT repeated[q.item] ORDER BY q.item), count(*) FILTER (WHERE q.events > 0 AND NOT repeated[q.item])
    INTO writes, writing FROM unnest(events) WITH ORDINALITY q (events, item);

    IF writing > 0 THEN
      -- 2 Stream heads: create, lock, compare. A command fits if its stream stands where it, and those before it in this pack, left it.
      INSERT INTO store.stream_head (partition, tenant_id, stream_id, version, state_version)
      SELECT DISTINCT q.partition, q.tenant COLLATE "C", q.stream COLLATE "C", 0, 0
      FROM unnest(partitions, tenants, streams, expected) WITH ORDINALITY q (partition, tenant, stream, expected, item)
      WHERE q.expected = 0 AND writes[q.item]
      ORDER BY 1, 2, 3
      ON CONFLICT DO NOTHING;

      SELECT count(*) INTO fitting FROM (
        SELECT l.expected = l.version - l.events + sum(l.events) OVER (PARTITION BY l.partition, l.tenant_id, l.stream_id ORDER BY l.item)
               AS fits
        FROM (
          SELECT q.item, q.expected, q.events, h.version, h.partition, h.tenant_id, h.stream_id
          FROM unnest(partitions, tenants, streams, expected, events)
               WITH ORDINALITY q (partition, tenant, stream, expected, events, item)
          JOIN store.stream_head h ON h.partition = q.partition AND h.tenant_id = q.tenant AND h.stream_id = q.stream
          WHERE writes[q.item]
          ORDER BY h.partition, h.tenant_id, h.stream_id, q.item
          FOR UPDATE OF h
        ) l
      ) f WHERE f.fits;

      -- 3 Conflicts, one command after the other.
      IF fitting < writing THEN
        FOR c IN
          SELECT q.item, q.expected, q.events, coalesce(h.version, 0) AS version, format('%s %s %s', q.partition, q.tenant, q.stream) AS stream
          FROM unnest(partitions, tenants, streams, expected, events)
               WITH ORDINALITY q (partition, tenant, stream, expected, events, item)
          LEFT JOIN store.stream_head h ON h.partition = q.partition AND h.tenant_id = q.tenant AND h.stream_id = q.stream
          WHERE writes[q.item]
          ORDER BY q.partition, q.tenant, q.stream, q.item
        LOOP
          IF c.stream <> stream THEN
            stream := c.stream;
            reached := c.version;
          END IF;
          IF c.expected = reached THEN
            reached := reached + c.events;
          ELSE
            writes[c.item] := false;
            writing := writing - 1;
            found_at[c.item] := reached;
            DELETE FROM store.command_log l
            WHERE l.partition = partitions[c.item] AND l.tenant_id = tenants[c.item] AND l.command_id = commands[c.item]
              AND request_hashes[c.item] IS NOT NULL;
          END IF;
        END LOOP;
      END IF;
    END IF;

    IF writing > 0 THEN
      -- 4 Partition heads, last and ascending. From here on the clock is in the order of the positions.
      PERFORM FROM store.partition_head p
      WHERE p.partition IN (SELECT q.partition FROM unnest(partitions) WITH ORDINALITY q (partition, item) WHERE writes[q.item])
      ORDER BY p.partition FOR UPDATE;
      stamp := date_trunc('milliseconds', clock_timestamp());
      SELECT array_agg(p.pos ORDER BY p.partition), array_agg(greatest(p.recorded_at, stamp) ORDER BY p.partition)
      INTO head_pos, head_time FROM store.partition_head p;

      -- 5 Events
      SELECT array_agg(n.pos ORDER BY n.item) INTO e_pos FROM (
        SELECT q.item, head_pos[partitions[q.command] + 1]
               + count(*) FILTER (WHERE writes[q.command]) OVER (PARTITION BY partitions[q.command] ORDER BY q.item) AS pos
        FROM unnest(e_command) WITH ORDINALITY q (command, item)) n;

      INSERT INTO store.event (partition, pos, tenant_id, stream_id, version, type, schema_version, event_id, command_id, causation_id,
                               correlation_id, actor_kind, actor_id, effective_at, recorded_at, data)
      SELECT partitions[e.command], e_pos[e.item], e.tenant, e.stream, e.version, e.type, e.schema_version, e.id, e.command_id, e.causation,
             e.correlation, e.actor_kind, e.actor_id,
             least(to_timestamp(e.effective::double precision / 1000), head_time[partitions[e.command] + 1]),
             head_time[partitions[e.command] + 1], e.data
      FROM unnest(e_command, e_tenant, e_stream, e_version, e_type, e_schema_version, e_id, e_command_id, e_causation, e_correlation,
                  e_actor_kind, e_actor_id, e_effective, e_data)
           WITH ORDINALITY e (command, tenant, stream, version, type, schema_version, id, command_id, causation, correlation,
                              actor_kind, actor_id, effective, data, item)
      WHERE writes[e.command];

      -- 6 Heads
      UPDATE store.partition_head p SET pos = n.pos, recorded_at = head_time[n.partition + 1]
      FROM (SELECT partitions[q.command] AS partition, max(e_pos[q.item]) AS pos
            FROM unnest(e_command) WITH ORDINALITY q (command, item) WHERE writes[q.command] GROUP BY 1) n
      WHERE p.partition = n.partition;

      UPDATE store.stream_head h SET version = n.version, state = n.state, state_version = n.state_version
      FROM (SELECT DISTINCT ON (q.partition, q.tenant COLLATE "C", q.stream COLLATE "C")
                   q.partition, q.tenant, q.stream, q.expected + q.events AS version, q.state, q.state_version
            FROM unnest(partitions, tenants, streams, expected, events, states, state_versions)
                 WITH ORDINALITY q (partition, tenant, stream, expected, events, state, state_version, item)
            WHERE writes[q.item]
            ORDER BY q.partition, q.tenant COLLATE "C", q.stream COLLATE "C", q.item DESC) n
      WHERE h.partition = n.partition AND h.tenant_id = n.tenant AND h.stream_id = n.stream;

      IF (SELECT max(q.effective) FROM unnest(e_effective) q (effective)) > extract(epoch FROM stamp) * 1000 THEN
        UPDATE store.stream_head h SET state_version = 0
        FROM (SELECT DISTINCT partitions[q.command] AS partition, q.tenant, q.stream
              FROM unnest(e_command, e_tenant, e_stream, e_effective) q (command, tenant, stream, effective)
              WHERE writes[q.command] AND to_timestamp(q.effective::double precision / 1000) > head_time[partitions[q.command] + 1]) n
        WHERE h.partition = n.partition AND h.tenant_id = n.tenant AND h.stream_id = n.stream;
      END IF;
    END IF;

    RETURN QUERY
      SELECT q.item::int, CASE WHEN writes[q.item] OR q.events = 0 THEN 'appended' ELSE 'conflict' END,
             CASE WHEN writes[q.item] THEN expected[q.item] + q.events ELSE found_at[q.item] END,
             CASE WHEN writes[q.item] THEN e_pos[last_events[q.item]] ELSE 0 END,
             CASE WHEN writes[q.item] THEN head_time[partitions[q.item] + 1] ELSE stamp END,
             NULL::text, NULL::text, NULL::jsonb
      FROM unnest(events) WITH ORDINALITY q (events, item) WHERE NOT repeated[q.item];
    IF guarded > 0 AND cardinality(ours) < guarded THEN
      -- Without a row the first one of this pack ended in a conflict, and so does its twin.
      RETURN QUERY
        SELECT q.item::int, CASE WHEN l.command_id IS NULL THEN 'conflict' ELSE 'duplicate' END, coalesce(l.version, found_at[q.item]), 0::bigint,
               coalesce(l.recorded_at, stamp), l.request_hash, l.stream_id, l.result
        FROM unnest(partitions, tenants, commands) WITH ORDINALITY q (partition, tenant, command, item)
        LEFT JOIN store.command_log l ON l.partition = q.partition AND l.tenant_id = q.tenant AND l.command_id = q.command
        WHERE repeated[q.item];
    END IF;
  END $$;
`;
