import type { MigrationInterface, QueryRunner } from 'typeorm';
import { serviceSchema, tenantTable } from './tenant-table.js';

// Ids compare byte by byte (COLLATE "C"), as pages and locks are ordered by them. Lengths and spellings are checked where requests are read
// (libs/contract); the checks here only keep a fault of ours from storing nonsense.
const tables = `
  CREATE TABLE directory.tenant (
    tenant_id     text        COLLATE "C" PRIMARY KEY,
    slug          text        COLLATE "C" NOT NULL CHECK (slug ~ '^[a-z0-9-]{1,63}$'),
    name          text        NOT NULL CHECK (name <> ''),
    partition     smallint    NOT NULL CHECK (partition BETWEEN 0 AND 63),
    plan          text        NOT NULL CHECK (plan IN ('free', 'standard', 'pro')),
    lease_seconds integer     NOT NULL CHECK (lease_seconds BETWEEN 2 AND 3600),
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    removed_at    timestamptz
  );
  COMMENT ON COLUMN directory.tenant.partition IS 'where all streams of the tenant live; never changes';
  COMMENT ON COLUMN directory.tenant.plan IS
    'copy of what the events say, written in the same transaction; so are lease_seconds, role, active, enabled';
  -- The one key that does not start with the tenant: a slug is how a sign-in names one.
  CREATE UNIQUE INDEX tenant_by_slug ON directory.tenant (slug) WHERE removed_at IS NULL;

  CREATE TABLE directory.api_key (
    tenant_id   text        COLLATE "C" NOT NULL REFERENCES directory.tenant,
    api_key_id  text        COLLATE "C" NOT NULL,
    name        text        NOT NULL CHECK (name <> ''),
    role        text        NOT NULL CHECK (role IN ('owner', 'manager', 'auditor', 'agent')),
    secret_hash bytea       NOT NULL CHECK (octet_length(secret_hash) = 32),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    revoked_at  timestamptz,
    PRIMARY KEY (tenant_id, api_key_id)
  );

  CREATE TABLE directory.site (
    tenant_id  text        COLLATE "C" NOT NULL REFERENCES directory.tenant,
    site_id    text        COLLATE "C" NOT NULL,
    key        text        COLLATE "C" NOT NULL,
    name       text        NOT NULL CHECK (name <> ''),
    origins    text[]      NOT NULL,
    time_zone  text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    removed_at timestamptz,
    PRIMARY KEY (tenant_id, site_id)
  );

  CREATE TABLE directory.grp (
    tenant_id  text        COLLATE "C" NOT NULL REFERENCES directory.tenant,
    group_id   text        COLLATE "C" NOT NULL,
    name       text        NOT NULL CHECK (name <> ''),
    enabled    boolean     NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    removed_at timestamptz,
    PRIMARY KEY (tenant_id, group_id)
  );

  CREATE TABLE directory.agent (
    tenant_id       text        COLLATE "C" NOT NULL REFERENCES directory.tenant,
    agent_id        text        COLLATE "C" NOT NULL,
    email           text        COLLATE "C" NOT NULL CHECK (email <> ''),
    name            text        NOT NULL CHECK (name <> ''),
    role            text        NOT NULL CHECK (role IN ('owner', 'manager', 'auditor', 'agent')),
    active          boolean     NOT NULL DEFAULT true,
    status_on_login text        NOT NULL DEFAULT 'last' CHECK (status_on_login IN ('last', 'online', 'offline')),
    password_hash   text,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    removed_at      timestamptz,
    PRIMARY KEY (tenant_id, agent_id)
  );
  COMMENT ON COLUMN directory.agent.email IS 'in one spelling: without blanks around it, composed (NFC), lower case';
  COMMENT ON COLUMN directory.agent.password_hash IS 'Argon2id; null: no sign-in by password';
  CREATE UNIQUE INDEX agent_by_email ON directory.agent (tenant_id, email) WHERE removed_at IS NULL;

  -- Existing groups only: a removed group takes its rows along (behaviour D18 counts them).
  CREATE TABLE directory.membership (
    tenant_id text COLLATE "C" NOT NULL,
    agent_id  text COLLATE "C" NOT NULL,
    group_id  text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, group_id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES directory.agent,
    FOREIGN KEY (tenant_id, group_id) REFERENCES directory.grp
  );
  CREATE INDEX membership_of_group ON directory.membership (tenant_id, group_id, agent_id);

  -- Refresh tokens: one row per session; a token proves itself by its signature, only the newest generation is good.
  CREATE TABLE directory.session_token (
    tenant_id  text        COLLATE "C" NOT NULL,
    session_id text        COLLATE "C" NOT NULL,
    agent_id   text        COLLATE "C" NOT NULL,
    generation integer     NOT NULL DEFAULT 1 CHECK (generation >= 1),
    opened_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    rotated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    revoked_at timestamptz,
    device_name text       CHECK (device_name <> ''),
    PRIMARY KEY (tenant_id, session_id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES directory.agent
  ) WITH (fillfactor = 80);
`;

/** Personal data and secrets: tenants, API keys, sites, groups, agents, memberships, refresh tokens. */
export class Directory1760000000002 implements MigrationInterface {
  name = 'Directory1760000000002';

  async up(db: QueryRunner): Promise<void> {
    await db.query(serviceSchema('directory'));
    await db.query(tables);
    for (const table of ['tenant', 'api_key', 'site', 'grp', 'agent', 'session_token']) {
      await db.query(tenantTable(`directory.${table}`, 'SELECT, INSERT, UPDATE'));
    }
    await db.query(tenantTable('directory.membership', 'SELECT, INSERT, DELETE'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP SCHEMA directory CASCADE');
  }
}
