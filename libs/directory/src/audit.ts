import type { Instant, Role, Sql } from './rows.js';

/** What an admin did: who, from where, what, to what, and what was so before and after (only what differs). Never a secret. */
export interface AuditEntry {
  /** Ascends with time; also the correlation id of the events the action led to. */
  readonly id: string;
  readonly actor: { readonly kind: string; readonly id: string };
  /** Null: the platform. */
  readonly actorRole: Role | null;
  /** Of a person. */
  readonly sessionId: string | null;
  readonly ip: string | null;
  /** Method and path pattern of the request. */
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string };
  readonly before: object;
  readonly after: object;
}

/** As stored. */
export type AuditRow = AuditEntry & { readonly at: Instant };

/** The part of the record to read: at most `limit` entries, newest first, with an id below `before`. */
export interface AuditQuery {
  readonly before: string | null;
  readonly limit: number;
  readonly actorId?: string | undefined;
  readonly targetId?: string | undefined;
}

/** Adds entries, in the transaction that does what they tell. */
export async function addAuditEntries(sql: Sql, tenantId: string, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ actor, target, ...entry }) => ({ ...entry, actorKind: actor.kind, actorId: actor.id, kind: target.kind, target: target.id }));
  await sql.query(
    `INSERT INTO directory.audit_entry
       (tenant_id, audit_id, at, actor_kind, actor_id, actor_role, session_id, ip, action, target_kind, target_id, before, after)
     SELECT $1, id, clock_timestamp(), "actorKind", "actorId", "actorRole", "sessionId", ip, action, kind, target, before, after
     FROM jsonb_to_recordset($2::jsonb) AS entry (id text, "actorKind" text, "actorId" text, "actorRole" text, "sessionId" text, ip text,
       action text, kind text, target text, before jsonb, after jsonb)`,
    [tenantId, JSON.stringify(rows)],
  );
}

/** Newest first. */
export async function listAuditEntries(sql: Sql, tenantId: string, query: AuditQuery): Promise<AuditRow[]> {
  const { rows } = await sql.query<AuditRow>(
    `SELECT audit_id AS id, at, json_build_object('kind', actor_kind, 'id', actor_id) AS actor, actor_role AS "actorRole",
       session_id AS "sessionId", ip, action, json_build_object('kind', target_kind, 'id', target_id) AS target, before, after
     FROM directory.audit_entry
     WHERE tenant_id = $1 AND audit_id < coalesce($2, '~') AND ($3::text IS NULL OR actor_id = $3) AND ($4::text IS NULL OR target_id = $4)
     ORDER BY audit_id DESC LIMIT $5`,
    [tenantId, query.before, query.actorId ?? null, query.targetId ?? null, query.limit],
  );
  return rows;
}
