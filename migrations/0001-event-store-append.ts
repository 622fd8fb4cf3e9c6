/**
 * store.append: the only way events get written (services may EXECUTE it and SELECT the tables, nothing else).
 *
 * Takes a pack; the arrays count from 1.
 *   without prefix: one entry per command. `events` = how many it has, `last_events` = index of its last one (0 = none),
 *     `head_index` = index of its partition in `heads`. With a request hash it is one that must never be carried out twice.
 *   `heads`, `head_events`: the partitions that get events, ascending, and how many each.
 *   `e_*`: one entry per event, those of a command adjacent and in order; `e_rank` = 1, 2, 3 ... within its partition.
 *   `writing`, `creating`: how many commands have events, and how many of those expect a new stream; `latest`: the latest effective time.
 *
 * Two ways to the same end. Not `careful`: at most one command per stream; everything fits, or the call fails and nothing is stored
 * (SQLSTATE AM409 = a version differs, 23505 = a stream or a command exists already); the caller then repeats it carefully.
 * It answers with a row per head: `pos` before the pack; and one with item 0: the time. The rest the caller can count himself.
 * `careful`: every command has its own outcome, and two commands on one stream may build upon each other. A row per command.
 *
 * Locks are taken in one order by everybody, so packs do not deadlock: command log keys, new stream heads, stream heads and,
 * LAST, the partition heads, each ascending. From the partition heads on nobody else writes to these partitions until the
 * commit: positions are dense and in the order of the commits, and recorded_at, read under that lock, is in their order.
 * Commands without events touch no partition head.
 *
 * SECURITY DEFINER: callers need no right to write the tables. So it checks itself that a caller without the engine's scope
 * writes only its own tenant's rows. The planner settings keep every statement on the primary keys (see look_up). Arguments are
 * subscripted instead of unnested: plpgsql keeps array arguments expanded, which is several times faster.
 *
 * An effective time later than the recording is cut to it; the head's state was folded with the uncut one, so it is marked
 * (state_version 0) and the next reader folds it anew.
 */
export const appendFunction = `
  CREATE FUNCTION store.append(
    careful boolean, writing int, creating int, latest bigint, heads int[], head_events int[],
    partitions int[], head_index int[], tenants text[], streams text[], expected int[], events int[], last_events int[],
    states json[], state_versions int[], commands text[], request_hashes text[], results jsonb[],
    causations text[], correlations text[], actor_kinds text[], actor_ids text[],
    e_command int[], e_rank int[], e_type text[], e_schema_version int[], e_id uuid[], e_effective bigint[], e_data jsonb[])
  RETURNS TABLE (item int, outcome text, version int, pos bigint, recorded_at timestamptz,
                 first_request_hash text, first_stream_id text, first_result jsonb)
  LANGUAGE plpgsql SECURITY DEFINER ROWS 100
  SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
  AS $$
  #variable_conflict use_column
  DECLARE
    total     int := cardinality(partitions);
    dropped   boolean[];                       -- careful: repeated, or in conflict: its events are not written
    repeated  boolean[];                       -- careful: carried out before, or earlier in this pack
    found_at  int[];                           -- careful: on conflict, the version found
    ours      text[];                          -- careful: keys of the command log rows written here
    stamp     timestamptz := date_trunc('milliseconds', clock_timestamp());
    head_pos  bigint[];                        -- as heads
    head_time timestamptz[];
    touched   int;
    stream    text := '';
    reached   int;
    c         record;
  BEGIN
    IF current_setting('ampel.scope', true) IS DISTINCT FROM 'all' THEN
      IF EXISTS (SELECT FROM unnest(tenants) t (id) WHERE t.id IS DISTINCT FROM nullif(current_setting('ampel.tenant', true), '')) THEN
        RAISE EXCEPTION 'append: another tenant''s stream' USING ERRCODE = 'insufficient_privilege';
      END IF;
    END IF;

    IF NOT careful THEN
      -- 1 Command log. A racing twin waits here for the other's commit, and then fails.
      INSERT INTO store.command_log (partition, tenant_id, command_id, request_hash, stream_id, version, result, recorded_at)
      SELECT partitions[i], tenants[i], commands[i], request_hashes[i], streams[i], expected[i] + events[i], coalesce(results[i], '{}'), stamp
      FROM generate_series(1, total) i WHERE request_hashes[i] IS NOT NULL
      ORDER BY partitions[i], tenants[i] COLLATE "C", commands[i] COLLATE "C";

      -- 2 Stream heads
      IF creating > 0 THEN
        INSERT INTO store.stream_head (partition, tenant_id, stream_id, version, state, state_version)
        SELECT partitions[i], tenants[i], streams[i], events[i], states[i], state_versions[i]
        FROM generate_series(1, total) i WHERE events[i] > 0 AND expected[i] = 0
        ORDER BY partitions[i], tenants[i] COLLATE "C", streams[i] COLLATE "C";
      END IF;
      IF creating < writing THEN
        -- By place alone: another condition would tempt the planner to an index. Our snapshot keeps the place from being used
        -- anew, and a head that was written to since has another version.
        UPDATE store.stream_head h SET version = expected[n.i] + events[n.i], state = states[n.i], state_version = state_versions[n.i]
        FROM (SELECT i, h.place FROM generate_series(1, total) i,
                     LATERAL (SELECT h.ctid AS place FROM store.stream_head h
                              WHERE h.partition = partitions[i] AND h.tenant_id = tenants[i] AND h.stream_id = streams[i] LIMIT 1) h
              WHERE events[i] > 0 AND expected[i] > 0
              ORDER BY partitions[i], tenants[i] COLLATE "C", streams[i] COLLATE "C") n
        WHERE h.ctid = n.place AND h.version = expected[n.i];
        GET DIAGNOSTICS touched = ROW_COUNT;
        IF touched <> writing - creating THEN
          RAISE EXCEPTION 'append: a stream is not at the expected version' USING ERRCODE = 'AM409';
        END IF;
      END IF;
    ELSE
      -- 1 Command log: who is first. A racing twin waits here for the other's commit.
      WITH written AS (
        INSERT INTO store.command_log AS l (partition, tenant_id, command_id, request_hash, stream_id, version, result, recorded_at)
        SELECT partitions[i], tenants[i], commands[i], request_hashes[i], streams[i], expected[i] + events[i], coalesce(results[i], '{}'), stamp
        FROM generate_series(1, total) i WHERE request_hashes[i] IS NOT NULL
        ORDER BY partitions[i], tenants[i] COLLATE "C", commands[i] COLLATE "C", i
        ON CONFLICT DO NOTHING
        RETURNING format('%s %s %s', l.partition, l.tenant_id, l.command_id) AS key
      )
      SELECT coalesce(array_agg(w.key), '{}') INTO ours FROM written w;
      SELECT array_agg(k.guarded AND (k.nth > 1 OR k.key <> ALL (ours)) ORDER BY k.i) INTO repeated
      FROM (SELECT i, g.guarded, s.key, row_number() OVER (PARTITION BY s.key, g.guarded ORDER BY i) AS nth
            FROM generate_series(1, total) i, LATERAL (SELECT format('%s %s %s', partitions[i], tenants[i], commands[i]) AS key) s,
                 LATERAL (SELECT request_hashes[i] IS NOT NULL AS guarded) g) k;
      dropped := repeated;
      found_at := expected;

      -- 2 Stream heads: create, lock, and compare one command after the other
      INSERT INTO store.stream_head (partition, tenant_id, stream_id, version, state_version)
      SELECT DISTINCT partitions[i], tenants[i] COLLATE "C", streams[i] COLLATE "C", 0, 0
      FROM generate_series(1, total) i WHERE events[i] > 0 AND expected[i] = 0 AND NOT dropped[i]
      ORDER BY 1, 2, 3
      ON CONFLICT DO NOTHING;
      PERFORM FROM (SELECT i FROM generate_series(1, total) i WHERE events[i] > 0 AND NOT dropped[i]
                    ORDER BY partitions[i], tenants[i] COLLATE "C", streams[i] COLLATE "C") n,
              LATERAL (SELECT FROM store.stream_head h
                       WHERE h.partition = partitions[i] AND h.tenant_id = tenants[i] AND h.stream_id = streams[i] LIMIT 1 FOR UPDATE) h;
      writing := 0;
      FOR c IN
        SELECT i, coalesce(h.version, 0) AS version, format('%s %s %s', partitions[i], tenants[i], streams[i]) AS stream
        FROM generate_series(1, total) i
        LEFT JOIN LATERAL (SELECT h.version FROM store.stream_head h
                           WHERE h.partition = partitions[i] AND h.tenant_id = tenants[i] AND h.stream_id = streams[i] LIMIT 1) h ON true
        WHERE events[i] > 0 AND NOT dropped[i]
        ORDER BY partitions[i], tenants[i], streams[i], i
      LOOP
        IF c.stream <> stream THEN
          stream := c.stream;
          reached := c.version;
        END IF;
        IF expected[c.i] = reached THEN
          reached := reached + events[c.i];
          writing := writing + 1;
          UPDATE store.stream_head h SET version = reached, state = states[c.i], state_version = state_versions[c.i]
          WHERE h.partition = partitions[c.i] AND h.tenant_id = tenants[c.i] AND h.stream_id = streams[c.i];
        ELSE
          dropped[c.i] := true;
          found_at[c.i] := reached;
          DELETE FROM store.command_log l
          WHERE l.partition = partitions[c.i] AND l.tenant_id = tenants[c.i] AND l.command_id = commands[c.i]
            AND request_hashes[c.i] IS NOT NULL;
        END IF;
      END LOOP;
      -- What is dropped leaves no hole.
      SELECT array_agg(r.rank ORDER BY r.e) INTO e_rank FROM (
        SELECT e, count(*) FILTER (WHERE NOT dropped[e_command[e]]) OVER (PARTITION BY head_index[e_command[e]] ORDER BY e)::int AS rank
        FROM generate_series(1, cardinality(e_command)) e) r;
      SELECT array_agg((SELECT count(*)::int FROM generate_series(1, cardinality(e_command)) e
                        WHERE head_index[e_command[e]] = k AND NOT dropped[e_command[e]]) ORDER BY k) INTO head_events
      FROM generate_series(1, cardinality(heads)) k;
    END IF;

    IF writing > 0 THEN
      -- 3 Partition heads, last and ascending. From here on the clock is in the order of the positions.
      SELECT array_agg(p.pos ORDER BY p.partition), array_agg(p.recorded_at ORDER BY p.partition) INTO head_pos, head_time
      FROM (SELECT p.partition, p.pos, p.recorded_at FROM store.partition_head p WHERE p.partition = ANY (heads)
            ORDER BY p.partition FOR UPDATE) p;
      stamp := date_trunc('milliseconds', clock_timestamp());
      UPDATE store.partition_head p SET pos = head_pos[k] + head_events[k], recorded_at = greatest(stamp, head_time[k])
      FROM generate_series(1, cardinality(heads)) k
      WHERE p.partition = heads[k] AND head_events[k] > 0;

      -- 4 Events
      INSERT INTO store.event (partition, pos, tenant_id, stream_id, version, type, schema_version, event_id, command_id, causation_id,
                               correlation_id, actor_kind, actor_id, effective_at, recorded_at, data)
      SELECT partitions[i], head_pos[head_index[i]] + e_rank[e], tenants[i], streams[i], expected[i] + events[i] + e - last_events[i],
             e_type[e], e_schema_version[e], e_id[e], commands[i], causations[i], correlations[i], actor_kinds[i], actor_ids[i],
             least(to_timestamp(e_effective[e]::double precision / 1000), greatest(stamp, head_time[head_index[i]])),
             greatest(stamp, head_time[head_index[i]]), e_data[e]
      FROM (SELECT e, e_command[e] AS i FROM generate_series(1, cardinality(e_command)) e) s
      WHERE dropped[i] IS NOT TRUE;

      IF latest > extract(epoch FROM stamp) * 1000 THEN
        UPDATE store.stream_head h SET state_version = 0
        FROM (SELECT DISTINCT partitions[i] AS partition, tenants[i] AS tenant, streams[i] AS stream
              FROM (SELECT e, e_command[e] AS i FROM generate_series(1, cardinality(e_command)) e) s
              WHERE dropped[i] IS NOT TRUE
                AND to_timestamp(e_effective[e]::double precision / 1000) > greatest(stamp, head_time[head_index[i]])) n
        WHERE h.partition = n.partition AND h.tenant_id = n.tenant AND h.stream_id = n.stream;
      END IF;
    END IF;

    IF NOT careful THEN
      RETURN QUERY SELECT k, NULL::text, NULL::int, head_pos[k], greatest(stamp, head_time[k]), NULL::text, NULL::text, NULL::jsonb
                   FROM generate_series(1, cardinality(heads)) k;
      item := 0;
      recorded_at := stamp;
      RETURN NEXT;
      RETURN;
    END IF;
    RETURN QUERY
      SELECT i, CASE WHEN dropped[i] THEN 'conflict' ELSE 'appended' END,
             CASE WHEN dropped[i] THEN found_at[i] ELSE expected[i] + events[i] END,
             CASE WHEN dropped[i] OR events[i] = 0 THEN 0 ELSE head_pos[head_index[i]] + e_rank[last_events[i]] END,
             greatest(stamp, head_time[head_index[i]]), NULL::text, NULL::text, NULL::jsonb
      FROM generate_series(1, total) i WHERE repeated[i] IS NOT TRUE;
    -- Without a row the first one of this pack ended in a conflict, and so does its twin.
    RETURN QUERY
      SELECT i, CASE WHEN l.command_id IS NULL THEN 'conflict' ELSE 'duplicate' END, coalesce(l.version, found_at[i]), 0::bigint,
             coalesce(l.recorded_at, stamp), l.request_hash, l.stream_id, l.result
      FROM generate_series(1, total) i
      LEFT JOIN LATERAL (SELECT * FROM store.command_log l
                         WHERE l.partition = partitions[i] AND l.tenant_id = tenants[i] AND l.command_id = commands[i] LIMIT 1) l ON true
      WHERE repeated[i];
  END $$;
`;
