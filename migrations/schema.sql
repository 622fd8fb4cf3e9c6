-- Written by npm run schema from a fresh migration. Do not edit: add a migration and run it again.

CREATE SCHEMA api;
CREATE SCHEMA consumer;
CREATE SCHEMA conversation;
CREATE SCHEMA coverage;
CREATE SCHEMA directory;
CREATE SCHEMA hours;
CREATE SCHEMA lease;
CREATE SCHEMA memory;
CREATE SCHEMA read;
CREATE SCHEMA replay;
CREATE SCHEMA store;
CREATE SCHEMA webhook;

CREATE TABLE consumer.parked_event (
  tenant_id text COLLATE "C" NOT NULL,
  parked_id text COLLATE "C" NOT NULL,
  consumer text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  state text COLLATE "C" DEFAULT 'parked'::text NOT NULL,
  deliveries integer NOT NULL,
  parked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  claimed_until timestamp with time zone,
  reason text NOT NULL,
  data bytea NOT NULL,
  CONSTRAINT parked_event_pkey PRIMARY KEY (tenant_id, parked_id),
  CONSTRAINT parked_event_deliveries_check CHECK ((deliveries > 0)),
  CONSTRAINT parked_event_state_check CHECK ((state = ANY (ARRAY['parked'::text, 'retrying'::text, 'handled'::text]))),
  CONSTRAINT parked_event_tenant_id_consumer_event_id_key UNIQUE (tenant_id, consumer, event_id)
);
CREATE TABLE conversation.conversation (
  tenant_id text COLLATE "C" NOT NULL,
  conversation_id text COLLATE "C" NOT NULL,
  site_id text COLLATE "C" NOT NULL,
  group_id text COLLATE "C",
  visitor text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  ended boolean NOT NULL,
  notice text,
  notice_at timestamp with time zone,
  changed_at timestamp with time zone NOT NULL,
  CONSTRAINT conversation_pkey PRIMARY KEY (tenant_id, conversation_id),
  CONSTRAINT conversation_notice_check CHECK ((notice = ANY (ARRAY['busy'::text, 'offline'::text])))
);
CREATE TABLE conversation.message (
  tenant_id text COLLATE "C" NOT NULL,
  message_id text COLLATE "C" NOT NULL,
  conversation_id text COLLATE "C" NOT NULL,
  site_id text COLLATE "C" NOT NULL,
  group_id text COLLATE "C",
  visitor text COLLATE "C" NOT NULL,
  words text NOT NULL,
  email text,
  received_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT message_pkey PRIMARY KEY (tenant_id, message_id)
);
CREATE TABLE conversation.notices (
  tenant_id text COLLATE "C" NOT NULL,
  site_id text COLLATE "C" NOT NULL,
  settings jsonb NOT NULL,
  CONSTRAINT notices_pkey PRIMARY KEY (tenant_id, site_id)
);
CREATE TABLE coverage.gap (
  gap_no bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  tenant_id text COLLATE "C" NOT NULL,
  site_id text COLLATE "C" NOT NULL,
  group_id text COLLATE "C" NOT NULL,
  partition integer NOT NULL,
  since timestamp with time zone NOT NULL,
  told boolean DEFAULT false NOT NULL,
  over_at timestamp with time zone,
  over_because text,
  CONSTRAINT gap_pkey PRIMARY KEY (gap_no),
  CONSTRAINT gap_check CHECK (((over_at IS NULL) = (over_because IS NULL)))
) WITH (fillfactor=70);
CREATE TABLE directory.agent (
  tenant_id text COLLATE "C" NOT NULL,
  agent_id text COLLATE "C" NOT NULL,
  email text COLLATE "C" NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  active boolean DEFAULT true NOT NULL,
  status_on_login text DEFAULT 'last'::text NOT NULL,
  password_hash text,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  removed_at timestamp with time zone,
  CONSTRAINT agent_pkey PRIMARY KEY (tenant_id, agent_id),
  CONSTRAINT agent_email_check CHECK ((email <> ''::text)),
  CONSTRAINT agent_name_check CHECK ((name <> ''::text)),
  CONSTRAINT agent_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'manager'::text, 'auditor'::text, 'agent'::text]))),
  CONSTRAINT agent_status_on_login_check CHECK ((status_on_login = ANY (ARRAY['last'::text, 'online'::text, 'offline'::text]))),
  CONSTRAINT agent_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES directory.tenant(tenant_id)
);
CREATE TABLE directory.api_key (
  tenant_id text COLLATE "C" NOT NULL,
  api_key_id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  secret_hash bytea NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  revoked_at timestamp with time zone,
  last_used_on date,
  CONSTRAINT api_key_pkey PRIMARY KEY (tenant_id, api_key_id),
  CONSTRAINT api_key_name_check CHECK ((name <> ''::text)),
  CONSTRAINT api_key_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'manager'::text, 'auditor'::text, 'agent'::text]))),
  CONSTRAINT api_key_secret_hash_check CHECK ((octet_length(secret_hash) = 32)),
  CONSTRAINT api_key_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES directory.tenant(tenant_id)
);
CREATE TABLE directory.audit_entry (
  tenant_id text COLLATE "C" NOT NULL,
  audit_id text COLLATE "C" NOT NULL,
  at timestamp with time zone NOT NULL,
  actor_kind text NOT NULL,
  actor_id text COLLATE "C" NOT NULL,
  actor_role text,
  session_id text COLLATE "C",
  ip text,
  action text NOT NULL,
  target_kind text NOT NULL,
  target_id text COLLATE "C" NOT NULL,
  before jsonb NOT NULL,
  after jsonb NOT NULL,
  CONSTRAINT audit_entry_pkey PRIMARY KEY (tenant_id, audit_id),
  CONSTRAINT audit_entry_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES directory.tenant(tenant_id)
);
CREATE TABLE directory.grp (
  tenant_id text COLLATE "C" NOT NULL,
  group_id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  enabled boolean DEFAULT true NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  removed_at timestamp with time zone,
  CONSTRAINT grp_pkey PRIMARY KEY (tenant_id, group_id),
  CONSTRAINT grp_name_check CHECK ((name <> ''::text)),
  CONSTRAINT grp_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES directory.tenant(tenant_id)
);
CREATE TABLE directory.membership (
  tenant_id text COLLATE "C" NOT NULL,
  agent_id text COLLATE "C" NOT NULL,
  group_id text COLLATE "C" NOT NULL,
  CONSTRAINT membership_pkey PRIMARY KEY (tenant_id, agent_id, group_id),
  CONSTRAINT membership_tenant_id_agent_id_fkey FOREIGN KEY (tenant_id, agent_id) REFERENCES directory.agent(tenant_id, agent_id),
  CONSTRAINT membership_tenant_id_group_id_fkey FOREIGN KEY (tenant_id, group_id) REFERENCES directory.grp(tenant_id, group_id)
);
CREATE TABLE directory.session_token (
  tenant_id text COLLATE "C" NOT NULL,
  session_id text COLLATE "C" NOT NULL,
  agent_id text COLLATE "C" NOT NULL,
  generation integer DEFAULT 1 NOT NULL,
  opened_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  rotated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  revoked_at timestamp with time zone,
  device_name text,
  CONSTRAINT session_token_pkey PRIMARY KEY (tenant_id, session_id),
  CONSTRAINT session_token_device_name_check CHECK ((device_name <> ''::text)),
  CONSTRAINT session_token_generation_check CHECK ((generation >= 1)),
  CONSTRAINT session_token_tenant_id_agent_id_fkey FOREIGN KEY (tenant_id, agent_id) REFERENCES directory.agent(tenant_id, agent_id)
) WITH (fillfactor=80);
CREATE TABLE directory.site (
  tenant_id text COLLATE "C" NOT NULL,
  site_id text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  name text NOT NULL,
  origins text[] NOT NULL,
  time_zone text NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  removed_at timestamp with time zone,
  CONSTRAINT site_pkey PRIMARY KEY (tenant_id, site_id),
  CONSTRAINT site_name_check CHECK ((name <> ''::text)),
  CONSTRAINT site_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES directory.tenant(tenant_id)
);
CREATE TABLE directory.tenant (
  tenant_id text COLLATE "C" NOT NULL,
  slug text COLLATE "C" NOT NULL,
  name text NOT NULL,
  partition smallint NOT NULL,
  plan text NOT NULL,
  lease_seconds integer NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  removed_at timestamp with time zone,
  mobile_hours integer DEFAULT 8 NOT NULL,
  conversation_hold_minutes integer DEFAULT 120 NOT NULL,
  message_retention_days integer DEFAULT 90 NOT NULL,
  entitlements jsonb,
  CONSTRAINT tenant_pkey PRIMARY KEY (tenant_id),
  CONSTRAINT tenant_conversation_hold_minutes_check CHECK ((conversation_hold_minutes >= 0)),
  CONSTRAINT tenant_lease_seconds_check CHECK (((lease_seconds >= 2) AND (lease_seconds <= 3600))),
  CONSTRAINT tenant_message_retention_days_check CHECK ((message_retention_days > 0)),
  CONSTRAINT tenant_mobile_hours_check CHECK (((mobile_hours >= 0) AND (mobile_hours <= 72))),
  CONSTRAINT tenant_name_check CHECK ((name <> ''::text)),
  CONSTRAINT tenant_partition_check CHECK (((partition >= 0) AND (partition <= 63))),
  CONSTRAINT tenant_plan_check CHECK ((plan = ANY (ARRAY['free'::text, 'standard'::text, 'pro'::text]))),
  CONSTRAINT tenant_slug_check CHECK ((slug ~ '^[a-z0-9-]{1,63}$'::text))
);
CREATE TABLE hours.schedule (
  tenant_id text NOT NULL,
  owner_kind text NOT NULL,
  owner_id text NOT NULL,
  hours jsonb NOT NULL,
  CONSTRAINT schedule_pkey PRIMARY KEY (tenant_id, owner_kind, owner_id),
  CONSTRAINT schedule_owner_kind_check CHECK ((owner_kind = ANY (ARRAY['site'::text, 'group'::text])))
);
CREATE TABLE hours.zone_data (
  only_row boolean DEFAULT true NOT NULL,
  release text,
  CONSTRAINT zone_data_pkey PRIMARY KEY (only_row),
  CONSTRAINT zone_data_only_row_check CHECK (only_row)
);
CREATE TABLE lease.alarm (
  tenant_id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  subject_id text COLLATE "C" NOT NULL,
  partition smallint NOT NULL,
  due_at timestamp with time zone NOT NULL,
  CONSTRAINT alarm_pkey PRIMARY KEY (tenant_id, kind, subject_id)
);
CREATE TABLE lease.gate (
  only_row boolean DEFAULT true NOT NULL,
  no_expiry_before timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
  sight_until timestamp with time zone,
  held_back_at timestamp with time zone,
  keeper_at timestamp with time zone,
  CONSTRAINT gate_pkey PRIMARY KEY (only_row),
  CONSTRAINT gate_only_row_check CHECK (only_row)
) WITH (fillfactor=50);
CREATE TABLE lease.session (
  last_seen timestamp with time zone NOT NULL,
  started_at timestamp with time zone NOT NULL,
  signed_out_at timestamp with time zone,
  ended_at timestamp with time zone,
  lease_seconds integer NOT NULL,
  partition smallint NOT NULL,
  tenant_id text COLLATE "C" NOT NULL,
  session_id text COLLATE "C" NOT NULL,
  agent_id text COLLATE "C" NOT NULL,
  device text COLLATE "C" NOT NULL,
  lease_no bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  push_seconds integer,
  held_until timestamp with time zone,
  armed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT session_pkey PRIMARY KEY (tenant_id, session_id),
  CONSTRAINT session_check CHECK ((last_seen >= started_at)),
  CONSTRAINT session_device_check CHECK ((device = ANY (ARRAY['desktop'::text, 'mobile'::text]))),
  CONSTRAINT session_lease_seconds_check CHECK (((lease_seconds >= 2) AND (lease_seconds <= 3600))),
  CONSTRAINT session_partition_check CHECK (((partition >= 0) AND (partition <= 63)))
) WITH (fillfactor=70, autovacuum_vacuum_scale_factor=0.05);
CREATE TABLE lease.sight (
  node text COLLATE "C" NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT sight_pkey PRIMARY KEY (node)
) WITH (fillfactor=50);
CREATE TABLE memory.place (
  tenant_id text COLLATE "C" NOT NULL,
  rules text COLLATE "C" NOT NULL,
  "position" bigint NOT NULL,
  place_no bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  told_until bigint NOT NULL,
  known_until bigint NOT NULL,
  made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  told bytea NOT NULL,
  known bytea NOT NULL,
  CONSTRAINT place_pkey PRIMARY KEY (tenant_id, rules, "position")
);
CREATE TABLE memory.stretch (
  tenant_id text COLLATE "C" NOT NULL,
  rules text COLLATE "C" NOT NULL,
  site_id text COLLATE "C" NOT NULL,
  group_id text COLLATE "C" NOT NULL,
  from_at bigint NOT NULL,
  to_at bigint NOT NULL,
  "position" bigint NOT NULL,
  status text NOT NULL,
  cause jsonb NOT NULL,
  CONSTRAINT stretch_pkey PRIMARY KEY (tenant_id, rules, site_id, group_id, from_at),
  CONSTRAINT stretch_check CHECK ((to_at > from_at))
);
CREATE TABLE public.ampel_migrations (
  id integer DEFAULT nextval('public.ampel_migrations_id_seq'::regclass) NOT NULL,
  "timestamp" bigint NOT NULL,
  name character varying NOT NULL,
  CONSTRAINT "PK_fac2f12eb408f5423284614d934" PRIMARY KEY (id)
);
CREATE TABLE public.ampel_schema (
  only_row boolean DEFAULT true NOT NULL,
  serves_from integer NOT NULL,
  CONSTRAINT ampel_schema_pkey PRIMARY KEY (only_row),
  CONSTRAINT ampel_schema_only_row_check CHECK (only_row)
);
CREATE TABLE read.agent (
  tenant_id text NOT NULL,
  agent_id text NOT NULL,
  effective_status text NOT NULL,
  state jsonb NOT NULL,
  removed boolean NOT NULL,
  CONSTRAINT agent_pkey PRIMARY KEY (tenant_id, agent_id)
);
CREATE TABLE read.agent_interval (
  tenant_id text NOT NULL,
  agent_id text NOT NULL,
  "position" bigint NOT NULL,
  status text NOT NULL,
  from_at timestamp with time zone NOT NULL,
  to_at timestamp with time zone,
  cause_event_id text NOT NULL,
  cause_type text NOT NULL,
  actor jsonb NOT NULL,
  reason text,
  CONSTRAINT agent_interval_pkey PRIMARY KEY (tenant_id, agent_id, "position")
);
CREATE TABLE read.beacon (
  only_row boolean DEFAULT true NOT NULL,
  at timestamp with time zone,
  CONSTRAINT beacon_pkey PRIMARY KEY (only_row),
  CONSTRAINT beacon_only_row_check CHECK (only_row)
);
CREATE TABLE read.box (
  tenant_id text NOT NULL,
  site_id text NOT NULL,
  group_id text NOT NULL,
  status text NOT NULL,
  since timestamp with time zone NOT NULL,
  version bigint NOT NULL,
  next_at timestamp with time zone,
  next_status text,
  removed boolean NOT NULL,
  CONSTRAINT box_pkey PRIMARY KEY (tenant_id, site_id, group_id),
  CONSTRAINT box_status_check CHECK ((status = ANY (ARRAY['online'::text, 'busy'::text, 'offline'::text])))
);
CREATE TABLE read.checkpoint (
  partition integer NOT NULL,
  "position" bigint DEFAULT 0 NOT NULL,
  shown_seq bigint DEFAULT 0 NOT NULL,
  rebuilt bigint DEFAULT 0 NOT NULL,
  CONSTRAINT checkpoint_pkey PRIMARY KEY (partition)
);
CREATE TABLE read.shown (
  partition integer NOT NULL,
  seq bigint NOT NULL,
  event_id text NOT NULL,
  tenant_id text NOT NULL,
  site_id text NOT NULL,
  group_id text NOT NULL,
  status text NOT NULL,
  before text,
  since timestamp with time zone NOT NULL,
  version bigint NOT NULL,
  removed boolean NOT NULL,
  shown_from timestamp with time zone NOT NULL,
  written_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  cause_event_id text NOT NULL,
  cause_type text NOT NULL,
  actor jsonb NOT NULL,
  reason text,
  CONSTRAINT shown_pkey PRIMARY KEY (partition, seq)
);
CREATE TABLE read.site (
  tenant_id text NOT NULL,
  site_id text NOT NULL,
  partition integer NOT NULL,
  key text NOT NULL,
  version bigint NOT NULL,
  state jsonb NOT NULL,
  added_at timestamp with time zone NOT NULL,
  removed boolean NOT NULL,
  CONSTRAINT site_pkey PRIMARY KEY (tenant_id, site_id)
);
CREATE TABLE read.tenant (
  tenant_id text NOT NULL,
  partition integer NOT NULL,
  state jsonb NOT NULL,
  CONSTRAINT tenant_pkey PRIMARY KEY (tenant_id)
);
CREATE TABLE read.tenant_group (
  tenant_id text NOT NULL,
  group_id text NOT NULL,
  state jsonb NOT NULL,
  added_at timestamp with time zone NOT NULL,
  removed boolean NOT NULL,
  CONSTRAINT tenant_group_pkey PRIMARY KEY (tenant_id, group_id)
);
CREATE TABLE replay.difference (
  replay_id text COLLATE "C" NOT NULL,
  partition smallint NOT NULL,
  ordinal integer NOT NULL,
  tenant_id text COLLATE "C" NOT NULL,
  found jsonb NOT NULL,
  CONSTRAINT difference_pkey PRIMARY KEY (replay_id, partition, ordinal),
  CONSTRAINT difference_replay_id_fkey FOREIGN KEY (replay_id) REFERENCES replay.run(replay_id)
);
CREATE TABLE replay.part (
  replay_id text COLLATE "C" NOT NULL,
  partition smallint NOT NULL,
  "position" bigint NOT NULL,
  events bigint NOT NULL,
  hash text NOT NULL,
  drift bigint NOT NULL,
  shown_drift bigint NOT NULL,
  CONSTRAINT part_pkey PRIMARY KEY (replay_id, partition),
  CONSTRAINT part_partition_check CHECK (((partition >= 0) AND (partition <= 63))),
  CONSTRAINT part_replay_id_fkey FOREIGN KEY (replay_id) REFERENCES replay.run(replay_id)
);
CREATE TABLE replay.run (
  replay_id text COLLATE "C" NOT NULL,
  mode text NOT NULL,
  tenant_id text COLLATE "C",
  partition smallint,
  state text DEFAULT 'queued'::text NOT NULL,
  command_id text COLLATE "C",
  request_hash text,
  requested_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  finished_at timestamp with time zone,
  worker text,
  seen_at timestamp with time zone,
  processed bigint DEFAULT 0 NOT NULL,
  total bigint DEFAULT 0 NOT NULL,
  drift bigint DEFAULT 0 NOT NULL,
  shown_drift bigint DEFAULT 0 NOT NULL,
  "position" bigint DEFAULT 0 NOT NULL,
  hash text,
  fault text,
  CONSTRAINT run_pkey PRIMARY KEY (replay_id),
  CONSTRAINT run_command_id_key UNIQUE (command_id),
  CONSTRAINT run_mode_check CHECK ((mode = ANY (ARRAY['verify'::text, 'rebuild'::text]))),
  CONSTRAINT run_partition_check CHECK (((partition >= 0) AND (partition <= 63))),
  CONSTRAINT run_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
CREATE TABLE replay.verification (
  partition smallint NOT NULL,
  "position" bigint NOT NULL,
  hash text NOT NULL,
  drift bigint NOT NULL,
  shown_drift bigint NOT NULL,
  by_tenant jsonb NOT NULL,
  found jsonb NOT NULL,
  verified_at timestamp with time zone NOT NULL,
  CONSTRAINT verification_pkey PRIMARY KEY (partition),
  CONSTRAINT verification_partition_check CHECK (((partition >= 0) AND (partition <= 63)))
);
CREATE TABLE store.command_log (
  recorded_at timestamp with time zone NOT NULL,
  version integer NOT NULL,
  partition smallint NOT NULL,
  tenant_id text COLLATE "C" NOT NULL,
  command_id text COLLATE "C" NOT NULL,
  request_hash text COLLATE "C" NOT NULL,
  stream_id text COLLATE "C" NOT NULL,
  result jsonb NOT NULL,
  CONSTRAINT command_log_pkey PRIMARY KEY (partition, tenant_id, command_id),
  CONSTRAINT command_log_partition_check CHECK (((partition >= 0) AND (partition <= 63)))
);
CREATE TABLE store.event (
  pos bigint NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  effective_at timestamp with time zone NOT NULL,
  event_id uuid NOT NULL,
  version integer NOT NULL,
  partition smallint NOT NULL,
  schema_version smallint NOT NULL,
  tenant_id text COLLATE "C" NOT NULL,
  stream_id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  actor_kind text COLLATE "C" NOT NULL,
  actor_id text COLLATE "C" NOT NULL,
  command_id text COLLATE "C" NOT NULL,
  causation_id text COLLATE "C",
  correlation_id text COLLATE "C" NOT NULL,
  data jsonb NOT NULL,
  CONSTRAINT event_pkey PRIMARY KEY (partition, pos),
  CONSTRAINT event_check CHECK ((effective_at <= recorded_at)),
  CONSTRAINT event_partition_tenant_id_stream_id_version_key UNIQUE (partition, tenant_id, stream_id, version)
) PARTITION BY RANGE (partition);
CREATE TABLE store.event_0 PARTITION OF store.event FOR VALUES FROM ('0') TO ('8');
CREATE TABLE store.event_1 PARTITION OF store.event FOR VALUES FROM ('8') TO ('16');
CREATE TABLE store.event_2 PARTITION OF store.event FOR VALUES FROM ('16') TO ('24');
CREATE TABLE store.event_3 PARTITION OF store.event FOR VALUES FROM ('24') TO ('32');
CREATE TABLE store.event_4 PARTITION OF store.event FOR VALUES FROM ('32') TO ('40');
CREATE TABLE store.event_5 PARTITION OF store.event FOR VALUES FROM ('40') TO ('48');
CREATE TABLE store.event_6 PARTITION OF store.event FOR VALUES FROM ('48') TO ('56');
CREATE TABLE store.event_7 PARTITION OF store.event FOR VALUES FROM ('56') TO ('64');
CREATE TABLE store.partition_head (
  partition smallint NOT NULL,
  pos bigint DEFAULT 0 NOT NULL,
  recorded_at timestamp with time zone DEFAULT '1970-01-01 00:00:00+00'::timestamp with time zone NOT NULL,
  CONSTRAINT partition_head_pkey PRIMARY KEY (partition),
  CONSTRAINT partition_head_partition_check CHECK (((partition >= 0) AND (partition <= 63))),
  CONSTRAINT partition_head_pos_check CHECK ((pos >= 0))
) WITH (fillfactor=50);
CREATE TABLE store.stream_head (
  version integer NOT NULL,
  state_version integer NOT NULL,
  partition smallint NOT NULL,
  tenant_id text COLLATE "C" NOT NULL,
  stream_id text COLLATE "C" NOT NULL,
  state json,
  CONSTRAINT stream_head_pkey PRIMARY KEY (partition, tenant_id, stream_id),
  CONSTRAINT stream_head_partition_check CHECK (((partition >= 0) AND (partition <= 63))),
  CONSTRAINT stream_head_version_check CHECK ((version >= 0))
) WITH (fillfactor=70);
CREATE TABLE webhook.delivery (
  "position" bigint NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  first_tried_at timestamp with time zone,
  last_tried_at timestamp with time zone,
  next_attempt_at timestamp with time zone DEFAULT clock_timestamp(),
  attempts integer DEFAULT 0 NOT NULL,
  partition smallint NOT NULL,
  last_status smallint,
  tenant_id text COLLATE "C" NOT NULL,
  delivery_id text COLLATE "C" NOT NULL,
  webhook_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  event_type text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  state text COLLATE "C" DEFAULT 'pending'::text NOT NULL,
  last_error text,
  CONSTRAINT delivery_pkey PRIMARY KEY (tenant_id, delivery_id),
  CONSTRAINT delivery_check CHECK (((state = 'pending'::text) = (next_attempt_at IS NOT NULL))),
  CONSTRAINT delivery_kind_check CHECK ((kind = ANY (ARRAY['event'::text, 'box'::text]))),
  CONSTRAINT delivery_partition_check CHECK (((partition >= 0) AND (partition <= 63))),
  CONSTRAINT delivery_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text]))),
  CONSTRAINT delivery_tenant_id_webhook_id_event_id_key UNIQUE (tenant_id, webhook_id, event_id)
) WITH (fillfactor=80);
CREATE TABLE webhook.endpoint (
  tenant_id text COLLATE "C" NOT NULL,
  webhook_id text COLLATE "C" NOT NULL,
  partition smallint NOT NULL,
  name text NOT NULL,
  url text NOT NULL,
  event_types text[] NOT NULL,
  enabled boolean DEFAULT true NOT NULL,
  disabled_because text,
  active_since timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  secret bytea NOT NULL,
  previous_secret bytea,
  previous_until timestamp with time zone,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  removed_at timestamp with time zone,
  CONSTRAINT endpoint_pkey PRIMARY KEY (tenant_id, webhook_id),
  CONSTRAINT endpoint_check CHECK ((enabled = (disabled_because IS NULL))),
  CONSTRAINT endpoint_disabled_because_check CHECK ((disabled_because = ANY (ARRAY['admin'::text, 'failures'::text, 'gone'::text]))),
  CONSTRAINT endpoint_event_types_check CHECK ((cardinality(event_types) > 0)),
  CONSTRAINT endpoint_name_check CHECK ((name <> ''::text)),
  CONSTRAINT endpoint_partition_check CHECK (((partition >= 0) AND (partition <= 63))),
  CONSTRAINT endpoint_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES directory.tenant(tenant_id),
  CONSTRAINT endpoint_url_check CHECK ((url <> ''::text))
);
CREATE TABLE webhook.lane (
  tenant_id text COLLATE "C" NOT NULL,
  webhook_id text COLLATE "C" NOT NULL,
  due_at timestamp with time zone,
  paused_until timestamp with time zone,
  claimed_until timestamp with time zone,
  claimed_by text COLLATE "C",
  failing_since timestamp with time zone,
  failures integer DEFAULT 0 NOT NULL,
  CONSTRAINT lane_pkey PRIMARY KEY (tenant_id, webhook_id),
  CONSTRAINT lane_tenant_id_webhook_id_fkey FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhook.endpoint(tenant_id, webhook_id)
) WITH (fillfactor=50);

CREATE INDEX parked_to_retry ON consumer.parked_event USING btree (consumer, parked_at) WHERE (state = 'retrying'::text);
CREATE INDEX conversation_by_change ON conversation.conversation USING btree (changed_at);
CREATE INDEX message_by_age ON conversation.message USING btree (tenant_id, received_at);
CREATE INDEX open_conversation ON conversation.conversation USING btree (tenant_id, site_id) WHERE (NOT ended);
CREATE INDEX ended_gap ON coverage.gap USING btree (over_at) WHERE (over_at IS NOT NULL);
CREATE UNIQUE INDEX lasting_gap ON coverage.gap USING btree (tenant_id, site_id, group_id) WHERE (over_at IS NULL);
CREATE INDEX untold_gap ON coverage.gap USING btree (since) WHERE ((over_at IS NULL) AND (NOT told));
CREATE UNIQUE INDEX agent_by_email ON directory.agent USING btree (tenant_id, email) WHERE (removed_at IS NULL);
CREATE INDEX audit_by_actor ON directory.audit_entry USING btree (tenant_id, actor_id, audit_id);
CREATE INDEX audit_by_target ON directory.audit_entry USING btree (tenant_id, target_id, audit_id);
CREATE INDEX membership_of_group ON directory.membership USING btree (tenant_id, group_id, agent_id);
CREATE UNIQUE INDEX tenant_by_slug ON directory.tenant USING btree (slug) WHERE (removed_at IS NULL);
CREATE INDEX alarm_by_time ON lease.alarm USING btree (due_at);
CREATE INDEX open_session_by_number ON lease.session USING btree (lease_no) WHERE (ended_at IS NULL);
CREATE INDEX session_by_arming ON lease.session USING btree (armed_at) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX session_by_number ON lease.session USING btree (lease_no);
CREATE INDEX session_of_agent ON lease.session USING btree (tenant_id, agent_id, session_id) WHERE (ended_at IS NULL);
CREATE INDEX place_by_knowledge ON memory.place USING btree (tenant_id, rules, known_until, "position");
CREATE INDEX place_by_truth ON memory.place USING btree (tenant_id, rules, told_until, "position");
CREATE INDEX shown_by_time ON read.shown USING btree (tenant_id, site_id, group_id, shown_from, seq);
CREATE INDEX site_by_key ON read.site USING btree (key);
CREATE UNIQUE INDEX one_run_at_a_time ON replay.run USING btree ((true)) WHERE (state = 'running'::text);
CREATE INDEX run_to_do ON replay.run USING btree (requested_at) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX event_0_partition_tenant_id_pos_idx ON store.event_0 USING btree (partition, tenant_id, pos);
CREATE INDEX event_1_partition_tenant_id_pos_idx ON store.event_1 USING btree (partition, tenant_id, pos);
CREATE INDEX event_2_partition_tenant_id_pos_idx ON store.event_2 USING btree (partition, tenant_id, pos);
CREATE INDEX event_3_partition_tenant_id_pos_idx ON store.event_3 USING btree (partition, tenant_id, pos);
CREATE INDEX event_4_partition_tenant_id_pos_idx ON store.event_4 USING btree (partition, tenant_id, pos);
CREATE INDEX event_5_partition_tenant_id_pos_idx ON store.event_5 USING btree (partition, tenant_id, pos);
CREATE INDEX event_6_partition_tenant_id_pos_idx ON store.event_6 USING btree (partition, tenant_id, pos);
CREATE INDEX event_7_partition_tenant_id_pos_idx ON store.event_7 USING btree (partition, tenant_id, pos);
CREATE INDEX event_of_tenant ON ONLY store.event USING btree (partition, tenant_id, pos);
CREATE INDEX delivery_age ON webhook.delivery USING btree (created_at) WHERE (state <> 'pending'::text);
CREATE INDEX delivery_of_webhook ON webhook.delivery USING btree (tenant_id, webhook_id, delivery_id);
CREATE INDEX delivery_pending ON webhook.delivery USING btree (tenant_id, webhook_id, next_attempt_at) WHERE (state = 'pending'::text);
CREATE INDEX lane_due ON webhook.lane USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE OR REPLACE FUNCTION coverage.due(overdue_ms double precision, most integer)
 RETURNS TABLE(gap_no double precision, tenant_id text, site_id text, group_id text, partition integer, since double precision, over_at double precision, over_because text, folded_to double precision, behind boolean)
 LANGUAGE plpgsql
 STABLE ROWS 10
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT g.gap_no::float8, g.tenant_id, g.site_id, g.group_id, g.partition, (extract(epoch FROM g.since) * 1000)::float8,
      (extract(epoch FROM g.over_at) * 1000)::float8, g.over_because, c.position::float8, c.position < h.pos
    FROM (
      (SELECT * FROM coverage.gap WHERE over_at IS NOT NULL ORDER BY over_at LIMIT most)
      UNION ALL
      (SELECT * FROM coverage.gap
       WHERE over_at IS NULL AND NOT told AND since <= statement_timestamp() - overdue_ms * interval '1 millisecond' ORDER BY since LIMIT most)
    ) AS g
    JOIN read.checkpoint c ON c.partition = g.partition
    JOIN store.partition_head h ON h.partition = g.partition;
END $function$
;
CREATE OR REPLACE FUNCTION coverage.note(p integer, turns jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET jit TO 'off'
AS $function$
DECLARE
  turn jsonb;
BEGIN
  FOR turn IN SELECT * FROM jsonb_array_elements(turns) LOOP
    IF turn->>'over' IS NULL THEN
      INSERT INTO coverage.gap (tenant_id, site_id, group_id, partition, since)
        VALUES (turn->>'tenantId', turn->>'siteId', coalesce(turn->>'groupId', ''), p, to_timestamp((turn->>'at')::float8 / 1000))
        ON CONFLICT (tenant_id, site_id, group_id) WHERE over_at IS NULL DO NOTHING;
    ELSE
      UPDATE coverage.gap SET over_at = greatest(since, to_timestamp((turn->>'at')::float8 / 1000)), over_because = turn->>'over'
        WHERE tenant_id = turn->>'tenantId' AND site_id = turn->>'siteId' AND group_id = coalesce(turn->>'groupId', '') AND over_at IS NULL;
    END IF;
  END LOOP;
  RETURN true;
END $function$
;
CREATE OR REPLACE FUNCTION lease.deadline(s lease.session)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
AS $function$SELECT greatest(s.last_seen + greatest(s.lease_seconds, s.push_seconds) * interval '1 second', s.held_until)$function$
;
CREATE OR REPLACE FUNCTION lease.horizon(blind_ms double precision)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
AS $function$SELECT CASE WHEN min(at) >= clock_timestamp() - blind_ms * interval '1 millisecond' THEN min(at) END FROM lease.sight$function$
;
CREATE OR REPLACE FUNCTION lease.note_sight(me text, age_ms double precision, blind_ms double precision, grace_ms double precision)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
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
  END $function$
;
CREATE OR REPLACE FUNCTION lease.note_sight(me text, age_ms double precision, blind_ms double precision, grace_ms double precision, latest_ms double precision)
 RETURNS TABLE(returned boolean, hour timestamp with time zone)
 LANGUAGE plpgsql
AS $function$
DECLARE
  newest timestamptz;
  blind interval := blind_ms * interval '1 millisecond';
  vanished integer;
BEGIN
  SELECT sight_until INTO newest FROM lease.gate FOR UPDATE;  -- first: one process at a time, so that two that return do not deadlock
  hour := clock_timestamp();
  SELECT greatest(newest, max(at)) INTO newest FROM lease.sight;
  DELETE FROM lease.sight WHERE node <> me AND at < hour - blind;
  GET DIAGNOSTICS vanished = ROW_COUNT;
  returned := vanished > 0 OR coalesce(newest < hour - blind, false);
  IF returned THEN
    UPDATE lease.gate SET no_expiry_before = greatest(no_expiry_before, hour + grace_ms * interval '1 millisecond');
  END IF;
  INSERT INTO lease.sight (node, at)
    VALUES (me, least(hour, to_timestamp(latest_ms / 1000)) - greatest(age_ms, 0) * interval '1 millisecond')
    ON CONFLICT (node) DO UPDATE SET at = greatest(sight.at, excluded.at);
  RETURN NEXT;
END $function$
;
CREATE OR REPLACE FUNCTION lease.record_beats(tenant_ids text[], session_ids text[], ages_ms double precision[], accepted boolean)
 RETURNS TABLE(session_id text, lease_seconds integer, signed_out boolean)
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET jit TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
  UPDATE lease.session s SET last_seen = greatest(s.last_seen, least(b.at, s.signed_out_at))
  FROM (
    SELECT given.tenant_id, given.session_id, statement_timestamp() - greatest(given.age_ms, 0) * interval '1 millisecond' AS at
    FROM unnest(tenant_ids, session_ids, ages_ms) AS given (tenant_id, session_id, age_ms)
  ) b
  WHERE s.tenant_id = b.tenant_id AND s.session_id = b.session_id AND coalesce(s.ended_at, 'infinity') = 'infinity'
    AND (s.signed_out_at IS NULL OR b.at <= s.signed_out_at + accepted::int * interval '1 second')
  RETURNING s.session_id, s.lease_seconds, s.signed_out_at IS NOT NULL
$function$
;
CREATE OR REPLACE FUNCTION lease.record_beats(tenant_ids text[], session_ids text[], ages_ms double precision[], accepted boolean, latest_ms double precision)
 RETURNS TABLE(session_id text, lease_seconds integer, signed_out boolean)
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET jit TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
  UPDATE lease.session s SET last_seen = greatest(s.last_seen, least(b.at, s.signed_out_at))
  FROM (
    SELECT given.tenant_id, given.session_id,
      least(statement_timestamp(), to_timestamp(latest_ms / 1000)) - greatest(given.age_ms, 0) * interval '1 millisecond' AS at
    FROM unnest(tenant_ids, session_ids, ages_ms) AS given (tenant_id, session_id, age_ms)
  ) b
  WHERE s.tenant_id = b.tenant_id AND s.session_id = b.session_id AND coalesce(s.ended_at, 'infinity') = 'infinity'
    AND (s.signed_out_at IS NULL OR b.at <= s.signed_out_at + accepted::int * interval '1 second')
  RETURNING s.session_id, s.lease_seconds, s.signed_out_at IS NOT NULL
$function$
;
CREATE OR REPLACE FUNCTION lease.say_goodbye(me text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
  DECLARE
    last timestamptz;
  BEGIN
    PERFORM FROM lease.gate FOR UPDATE;
    DELETE FROM lease.sight WHERE node = me RETURNING at INTO last;
    UPDATE lease.gate SET sight_until = greatest(sight_until, last);
  END $function$
;
CREATE OR REPLACE FUNCTION read.at(ms double precision)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT to_timestamp(ms / 1000)$function$
;
CREATE OR REPLACE FUNCTION read.write_projection(p integer, from_position bigint, to_position bigint, rows jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET jit TO 'off'
AS $function$
DECLARE
  seq_before bigint;
BEGIN
  UPDATE read.checkpoint
    SET position = to_position, shown_seq = shown_seq + jsonb_array_length(rows->'shown')
    WHERE partition = p AND position = from_position
    RETURNING shown_seq - jsonb_array_length(rows->'shown') INTO seq_before;
  IF NOT FOUND THEN RETURN false; END IF;

  INSERT INTO read.tenant (tenant_id, partition, state)
    SELECT t->>'tenantId', p, t FROM jsonb_array_elements(rows->'tenants') AS t
    ON CONFLICT (tenant_id) DO UPDATE SET state = excluded.state;

  INSERT INTO read.agent (tenant_id, agent_id, effective_status, state, removed)
    SELECT a->>'tenantId', a->'agent'->>'agentId', a->>'effectiveStatus', a->'agent', a->'agent'->>'standing' = 'removed'
    FROM jsonb_array_elements(rows->'agents') AS a
    ON CONFLICT (tenant_id, agent_id) DO UPDATE
      SET effective_status = excluded.effective_status, state = excluded.state, removed = excluded.removed;

  INSERT INTO read.tenant_group (tenant_id, group_id, state, added_at, removed)
    SELECT g->>'tenantId', g->'group'->>'groupId', g->'group', read.at((g->>'at')::float8), g->'group'->>'standing' = 'removed'
    FROM jsonb_array_elements(rows->'groups') AS g
    ON CONFLICT (tenant_id, group_id) DO UPDATE SET state = excluded.state, removed = excluded.removed;

  INSERT INTO read.site (tenant_id, site_id, partition, key, version, state, added_at, removed)
    SELECT s->>'tenantId', s->'site'->>'siteId', p, s->'site'->>'key', (s->>'version')::bigint, s->'site', read.at((s->>'at')::float8),
      s->'site'->>'standing' = 'removed'
    FROM jsonb_array_elements(rows->'sites') AS s
    ON CONFLICT (tenant_id, site_id) DO UPDATE SET version = excluded.version, state = excluded.state, removed = excluded.removed;

  INSERT INTO read.box (tenant_id, site_id, group_id, status, since, version, next_at, next_status, removed)
    SELECT b->>'tenantId', b->>'siteId', coalesce(b->>'groupId', ''), b->>'status', read.at((b->>'since')::float8), (b->>'version')::bigint,
      read.at((b->'next'->>'at')::float8), b->'next'->>'status', (b->>'removed')::boolean
    FROM jsonb_array_elements(rows->'boxes') AS b
    ON CONFLICT (tenant_id, site_id, group_id) DO UPDATE
      SET status = excluded.status, since = excluded.since, version = excluded.version,
        next_at = excluded.next_at, next_status = excluded.next_status, removed = excluded.removed;

  UPDATE read.agent_interval AS open SET to_at = first.from_at
    FROM (SELECT i->>'tenantId' AS tenant_id, i->>'agentId' AS agent_id, min(read.at((i->>'from')::float8)) AS from_at
          FROM jsonb_array_elements(rows->'intervals') AS i GROUP BY 1, 2) AS first,
      LATERAL (SELECT known.ctid AS place FROM read.agent_interval AS known
               WHERE known.tenant_id = first.tenant_id AND known.agent_id = first.agent_id ORDER BY known.position DESC LIMIT 1) AS last
    WHERE open.ctid = last.place AND open.to_at IS NULL;  -- by place alone: a key would tempt the planner to begin with this table
  INSERT INTO read.agent_interval (tenant_id, agent_id, position, status, from_at, to_at, cause_event_id, cause_type, actor, reason)
    SELECT i->>'tenantId', i->>'agentId', (i->>'position')::bigint, i->>'status', read.at((i->>'from')::float8), read.at((i->>'to')::float8),
      i->'cause'->>'eventId', i->'cause'->>'type', i->'cause'->'actor', i->'cause'->>'reason'
    FROM jsonb_array_elements(rows->'intervals') AS i;

  INSERT INTO read.shown (partition, seq, event_id, tenant_id, site_id, group_id, status, before, since, version, removed, shown_from,
      cause_event_id, cause_type, actor, reason)
    SELECT p, seq_before + ordinal, s->>'eventId', s->>'tenantId', s->>'siteId', coalesce(s->>'groupId', ''), s->>'status', s->>'before',
      read.at((s->>'since')::float8), (s->>'version')::bigint, (s->>'removed')::boolean, read.at((s->>'shownFrom')::float8),
      s->'cause'->>'eventId', s->'cause'->>'type', s->'cause'->'actor', s->'cause'->>'reason'
    FROM jsonb_array_elements(rows->'shown') WITH ORDINALITY AS shown(s, ordinal);
  RETURN true;
END $function$
;
CREATE OR REPLACE FUNCTION read.write_range(p integer, from_position bigint, to_position bigint, known_rebuilt bigint, shown_rows integer, others jsonb, gaps jsonb, a_tenants text[], a_ids text[], a_statuses text[], a_states jsonb[], a_removed boolean[], w_tenants text[], w_agents text[], w_first integer[], causers jsonb[], i_whose integer[], i_positions bigint[], i_statuses text[], i_from double precision[], i_to double precision[], i_events text[], i_types text[], i_causers integer[], i_reasons text[])
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET jit TO 'off'
AS $function$
DECLARE
  seq_before bigint;
BEGIN
  UPDATE read.checkpoint SET position = to_position, shown_seq = shown_seq + shown_rows
    WHERE partition = p AND position = from_position AND rebuilt = known_rebuilt
    RETURNING shown_seq - shown_rows INTO seq_before;
  IF NOT FOUND THEN RETURN false; END IF;

  IF cardinality(a_ids) > 0 THEN
    INSERT INTO read.agent (tenant_id, agent_id, effective_status, state, removed)
      SELECT a_tenants[n], a_ids[n], a_statuses[n], a_states[n], a_removed[n] FROM generate_series(1, cardinality(a_ids)) AS n
      ON CONFLICT (tenant_id, agent_id) DO UPDATE
        SET effective_status = excluded.effective_status, state = excluded.state, removed = excluded.removed;
  END IF;

  IF cardinality(i_positions) > 0 THEN
    UPDATE read.agent_interval AS open SET to_at = read.at(i_from[w_first[w]])
      FROM generate_series(1, cardinality(w_agents)) AS w,
        LATERAL (SELECT known.ctid AS place FROM read.agent_interval AS known
                 WHERE known.tenant_id = w_tenants[w] AND known.agent_id = w_agents[w] ORDER BY known.position DESC LIMIT 1) AS last
      WHERE open.ctid = last.place AND open.to_at IS NULL;  -- by place alone: a key would tempt the planner to begin with this table
    INSERT INTO read.agent_interval (tenant_id, agent_id, position, status, from_at, to_at, cause_event_id, cause_type, actor, reason)
      SELECT w_tenants[i_whose[n]], w_agents[i_whose[n]], i_positions[n], i_statuses[n], read.at(i_from[n]), read.at(i_to[n]),
        i_events[n], i_types[n], causers[i_causers[n]], i_reasons[n]
      FROM generate_series(1, cardinality(i_positions)) AS n;
  END IF;

  IF others ? 'tenants' THEN
    INSERT INTO read.tenant (tenant_id, partition, state)
      SELECT t->>'tenantId', p, t FROM jsonb_array_elements(others->'tenants') AS t
      ON CONFLICT (tenant_id) DO UPDATE SET state = excluded.state;
  END IF;

  IF others ? 'groups' THEN
    INSERT INTO read.tenant_group (tenant_id, group_id, state, added_at, removed)
      SELECT g->>'tenantId', g->'group'->>'groupId', g->'group', read.at((g->>'at')::float8), g->'group'->>'standing' = 'removed'
      FROM jsonb_array_elements(others->'groups') AS g
      ON CONFLICT (tenant_id, group_id) DO UPDATE SET state = excluded.state, removed = excluded.removed;
  END IF;

  IF others ? 'sites' THEN
    INSERT INTO read.site (tenant_id, site_id, partition, key, version, state, added_at, removed)
      SELECT s->>'tenantId', s->'site'->>'siteId', p, s->'site'->>'key', (s->>'version')::bigint, s->'site', read.at((s->>'at')::float8),
        s->'site'->>'standing' = 'removed'
      FROM jsonb_array_elements(others->'sites') AS s
      ON CONFLICT (tenant_id, site_id) DO UPDATE SET version = excluded.version, state = excluded.state, removed = excluded.removed;
  END IF;

  IF others ? 'boxes' THEN
    INSERT INTO read.box (tenant_id, site_id, group_id, status, since, version, next_at, next_status, removed)
      SELECT b->>'tenantId', b->>'siteId', coalesce(b->>'groupId', ''), b->>'status', read.at((b->>'since')::float8), (b->>'version')::bigint,
        read.at((b->'next'->>'at')::float8), b->'next'->>'status', (b->>'removed')::boolean
      FROM jsonb_array_elements(others->'boxes') AS b
      ON CONFLICT (tenant_id, site_id, group_id) DO UPDATE
        SET status = excluded.status, since = excluded.since, version = excluded.version,
          next_at = excluded.next_at, next_status = excluded.next_status, removed = excluded.removed;
  END IF;

  IF shown_rows > 0 THEN
    INSERT INTO read.shown (partition, seq, event_id, tenant_id, site_id, group_id, status, before, since, version, removed, shown_from,
        cause_event_id, cause_type, actor, reason)
      SELECT p, seq_before + ordinal, s->>'eventId', s->>'tenantId', s->>'siteId', coalesce(s->>'groupId', ''), s->>'status', s->>'before',
        read.at((s->>'since')::float8), (s->>'version')::bigint, (s->>'removed')::boolean, read.at((s->>'shownFrom')::float8),
        s->'cause'->>'eventId', s->'cause'->>'type', s->'cause'->'actor', s->'cause'->>'reason'
      FROM jsonb_array_elements(others->'shown') WITH ORDINALITY AS shown(s, ordinal);
  END IF;

  RETURN gaps IS NULL OR coverage.note(p, gaps);
END $function$
;
CREATE OR REPLACE FUNCTION store.append(careful boolean, writing integer, creating integer, latest bigint, heads integer[], head_events integer[], partitions integer[], head_index integer[], tenants text[], streams text[], expected integer[], events integer[], last_events integer[], states json[], state_versions integer[], commands text[], request_hashes text[], results jsonb[], causations text[], correlations text[], actor_kinds text[], actor_ids text[], e_command integer[], e_rank integer[], e_type text[], e_schema_version integer[], e_id uuid[], e_effective bigint[], e_data jsonb[])
 RETURNS TABLE(item integer, outcome text, version integer, pos bigint, recorded_at timestamp with time zone, first_request_hash text, first_stream_id text, first_result jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 100
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET jit TO 'off'
AS $function$
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
  END $function$
;
CREATE OR REPLACE FUNCTION store.look_up(partitions integer[], tenants text[], streams text[], commands text[])
 RETURNS TABLE(item integer, version integer, state json, state_version integer, request_hash text, recorded_stream_id text, recorded_version integer, result jsonb, at timestamp with time zone)
 LANGUAGE plpgsql
 ROWS 100
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET jit TO 'off'
AS $function$
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
  END $function$
;
CREATE OR REPLACE FUNCTION store.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    RAISE EXCEPTION 'the log is append-only: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END $function$
;
CREATE OR REPLACE FUNCTION webhook.queue_events(kinds text[], partitions smallint[], positions bigint[], event_ids text[])
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
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
  END $function$
;
CREATE OR REPLACE FUNCTION webhook.release_lane(tenant text, webhook text, me text, pause interval)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
  BEGIN
    PERFORM FROM webhook.lane WHERE tenant_id = tenant AND webhook_id = webhook AND claimed_by = me FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    UPDATE webhook.lane SET claimed_by = NULL, claimed_until = NULL, paused_until = clock_timestamp() + pause, due_at = (
        SELECT min(d.next_attempt_at)
        FROM webhook.delivery d JOIN webhook.endpoint e USING (tenant_id, webhook_id)
        WHERE d.tenant_id = tenant AND d.webhook_id = webhook AND d.state = 'pending' AND e.enabled AND e.removed_at IS NULL)
      WHERE tenant_id = tenant AND webhook_id = webhook;
  END $function$
;

CREATE TRIGGER shown_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON read.shown FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON store.event FOR EACH ROW EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON store.event FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON store.event_0 FOR EACH ROW EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON store.event_0 FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON store.event_1 FOR EACH ROW EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON store.event_1 FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON store.event_2 FOR EACH ROW EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON store.event_2 FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON store.event_3 FOR EACH ROW EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON store.event_3 FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON store.event_4 FOR EACH ROW EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON store.event_4 FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON store.event_5 FOR EACH ROW EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON store.event_5 FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON store.event_6 FOR EACH ROW EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON store.event_6 FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON store.event_7 FOR EACH ROW EXECUTE FUNCTION store.refuse_change(); -- enabled: A
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON store.event_7 FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change(); -- enabled: A

CREATE VIEW api.events_v1 WITH (security_invoker=true) AS
 SELECT pos AS "position",
    partition,
    tenant_id,
    stream_id,
    version,
    type,
    data,
    jsonb_build_object('kind', actor_kind, 'id', actor_id) AS actor,
    effective_at,
    recorded_at,
    command_id,
    (event_id)::text AS event_id
   FROM store.event;
CREATE VIEW api.site_status_v1 WITH (security_invoker=true) AS
 SELECT b.tenant_id,
    b.site_id,
    NULLIF(b.group_id, ''::text) AS group_id,
    b.status,
    b.version,
    b.since
   FROM (read.box b
     JOIN read.site s USING (tenant_id, site_id))
  WHERE ((NOT b.removed) AND (NOT s.removed));

ALTER TABLE consumer.parked_event ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE conversation.conversation ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE conversation.message ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE conversation.notices ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE coverage.gap ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE directory.agent ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE directory.api_key ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE directory.audit_entry ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE directory.grp ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE directory.membership ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE directory.session_token ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE directory.site ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE directory.tenant ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE hours.schedule ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE lease.alarm ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE lease.session ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE memory.place ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE memory.stretch ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE read.agent ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE read.agent_interval ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE read.box ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE read.shown ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE read.site ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE read.tenant ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE read.tenant_group ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE replay.difference ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE replay.part ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE replay.run ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE replay.verification ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE store.command_log ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE store.event ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE store.event_0 ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE store.event_1 ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE store.event_2 ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE store.event_3 ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE store.event_4 ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE store.event_5 ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE store.event_6 ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE store.event_7 ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE store.stream_head ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook.delivery ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook.endpoint ENABLE, FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook.lane ENABLE, FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant_rows ON consumer.parked_event FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON conversation.conversation FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON conversation.message FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON conversation.notices FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON coverage.gap FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON directory.agent FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON directory.api_key FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON directory.audit_entry FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON directory.grp FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON directory.membership FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON directory.session_token FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON directory.site FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON directory.tenant FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON hours.schedule FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON lease.alarm FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON lease.session FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON memory.place FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON memory.stretch FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON read.agent FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON read.agent_interval FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON read.box FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON read.shown FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON read.site FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON read.tenant FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON read.tenant_group FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON replay.difference FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY engine_rows ON replay.part FOR ALL TO PUBLIC USING ((current_setting('ampel.scope'::text, true) = 'all'::text)) WITH CHECK ((current_setting('ampel.scope'::text, true) = 'all'::text));
CREATE POLICY tenant_rows ON replay.run FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY engine_rows ON replay.verification FOR ALL TO PUBLIC USING ((current_setting('ampel.scope'::text, true) = 'all'::text)) WITH CHECK ((current_setting('ampel.scope'::text, true) = 'all'::text));
CREATE POLICY tenant_rows ON store.command_log FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON store.event FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON store.event_0 FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON store.event_1 FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON store.event_2 FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON store.event_3 FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON store.event_4 FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON store.event_5 FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON store.event_6 FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON store.event_7 FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON store.stream_head FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON webhook.delivery FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON webhook.endpoint FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);
CREATE POLICY tenant_rows ON webhook.lane FOR ALL TO PUBLIC USING ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END) WITH CHECK ( CASE WHEN (current_setting('ampel.scope'::text, true) = 'all'::text) THEN true ELSE (tenant_id = NULLIF(current_setting('ampel.tenant'::text, true), ''::text)) END);

GRANT USAGE ON SCHEMA api TO ampel_service;
GRANT USAGE ON SCHEMA consumer TO ampel_service;
GRANT USAGE ON SCHEMA conversation TO ampel_service;
GRANT USAGE ON SCHEMA coverage TO ampel_service;
GRANT USAGE ON SCHEMA directory TO ampel_service;
GRANT USAGE ON SCHEMA hours TO ampel_service;
GRANT USAGE ON SCHEMA lease TO ampel_service;
GRANT USAGE ON SCHEMA memory TO ampel_service;
GRANT USAGE ON SCHEMA read TO ampel_service;
GRANT USAGE ON SCHEMA replay TO ampel_service;
GRANT USAGE ON SCHEMA store TO ampel_service;
GRANT USAGE ON SCHEMA webhook TO ampel_service;

GRANT SELECT ON TABLE api.events_v1 TO ampel_service;
GRANT SELECT ON TABLE api.site_status_v1 TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE consumer.parked_event TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE conversation.conversation TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE conversation.message TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE conversation.notices TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE coverage.gap TO ampel_service;
GRANT INSERT, SELECT, UPDATE ON TABLE directory.agent TO ampel_service;
GRANT INSERT, SELECT, UPDATE ON TABLE directory.api_key TO ampel_service;
GRANT INSERT, SELECT ON TABLE directory.audit_entry TO ampel_service;
GRANT INSERT, SELECT, UPDATE ON TABLE directory.grp TO ampel_service;
GRANT DELETE, INSERT, SELECT ON TABLE directory.membership TO ampel_service;
GRANT INSERT, SELECT, UPDATE ON TABLE directory.session_token TO ampel_service;
GRANT INSERT, SELECT, UPDATE ON TABLE directory.site TO ampel_service;
GRANT INSERT, SELECT, UPDATE ON TABLE directory.tenant TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE hours.schedule TO ampel_service;
GRANT SELECT, UPDATE ON TABLE hours.zone_data TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE lease.alarm TO ampel_service;
GRANT SELECT, UPDATE ON TABLE lease.gate TO ampel_service;
GRANT INSERT, SELECT, UPDATE ON TABLE lease.session TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE lease.sight TO ampel_service;
GRANT DELETE, INSERT, SELECT ON TABLE memory.place TO ampel_service;
GRANT DELETE, INSERT, SELECT ON TABLE memory.stretch TO ampel_service;
GRANT SELECT ON TABLE public.ampel_migrations TO ampel_service;
GRANT SELECT ON TABLE public.ampel_schema TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE read.agent TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE read.agent_interval TO ampel_service;
GRANT SELECT, UPDATE ON TABLE read.beacon TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE read.box TO ampel_service;
GRANT SELECT, UPDATE ON TABLE read.checkpoint TO ampel_service;
GRANT INSERT, SELECT ON TABLE read.shown TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE read.site TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE read.tenant TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE read.tenant_group TO ampel_service;
GRANT INSERT, SELECT ON TABLE replay.difference TO ampel_service;
GRANT INSERT, SELECT ON TABLE replay.part TO ampel_service;
GRANT INSERT, SELECT, UPDATE ON TABLE replay.run TO ampel_service;
GRANT INSERT, SELECT, UPDATE ON TABLE replay.verification TO ampel_service;
GRANT SELECT ON TABLE store.command_log TO ampel_service;
GRANT SELECT ON TABLE store.event TO ampel_service;
GRANT SELECT ON TABLE store.partition_head TO ampel_service;
GRANT SELECT ON TABLE store.stream_head TO ampel_service;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE webhook.delivery TO ampel_service;
GRANT INSERT, SELECT, UPDATE ON TABLE webhook.endpoint TO ampel_service;
GRANT INSERT, SELECT, UPDATE ON TABLE webhook.lane TO ampel_service;

GRANT EXECUTE ON FUNCTION coverage.due(double precision,integer) TO ampel_service;
GRANT EXECUTE ON FUNCTION coverage.note(integer,jsonb) TO ampel_service;
GRANT EXECUTE ON FUNCTION lease.deadline(lease.session) TO ampel_service;
GRANT EXECUTE ON FUNCTION lease.horizon(double precision) TO ampel_service;
GRANT EXECUTE ON FUNCTION lease.note_sight(text,double precision,double precision,double precision) TO ampel_service;
GRANT EXECUTE ON FUNCTION lease.note_sight(text,double precision,double precision,double precision,double precision) TO ampel_service;
GRANT EXECUTE ON FUNCTION lease.record_beats(text[],text[],double precision[],boolean) TO ampel_service;
GRANT EXECUTE ON FUNCTION lease.record_beats(text[],text[],double precision[],boolean,double precision) TO ampel_service;
GRANT EXECUTE ON FUNCTION lease.say_goodbye(text) TO ampel_service;
GRANT EXECUTE ON FUNCTION read.at(double precision) TO ampel_service;
GRANT EXECUTE ON FUNCTION read.write_projection(integer,bigint,bigint,jsonb) TO ampel_service;
GRANT EXECUTE ON FUNCTION read.write_range(integer,bigint,bigint,bigint,integer,jsonb,jsonb,text[],text[],text[],jsonb[],boolean[],text[],text[],integer[],jsonb[],integer[],bigint[],text[],double precision[],double precision[],text[],text[],integer[],text[]) TO ampel_service;
GRANT EXECUTE ON FUNCTION store.append(boolean,integer,integer,bigint,integer[],integer[],integer[],integer[],text[],text[],integer[],integer[],integer[],json[],integer[],text[],text[],jsonb[],text[],text[],text[],text[],integer[],integer[],text[],integer[],uuid[],bigint[],jsonb[]) TO ampel_service;
GRANT EXECUTE ON FUNCTION store.look_up(integer[],text[],text[],text[]) TO ampel_service;
GRANT EXECUTE ON FUNCTION webhook.queue_events(text[],smallint[],bigint[],text[]) TO ampel_service;
GRANT EXECUTE ON FUNCTION webhook.release_lane(text,text,text,interval) TO ampel_service;
