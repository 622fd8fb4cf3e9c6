import type { Pool } from 'pg';

/** The role the services connect as could read or change what it must not. Its message is for the administrator. */
export class ServiceRoleTooStrong extends Error {
  override readonly name = 'ServiceRoleTooStrong';
}

/**
 * Refuses to go on if the role of this pool can escape row-level security: superuser, BYPASSRLS, able to create roles, or owner
 * of anything of ours, itself or by a role it belongs to (contract: DATABASE_ADMIN_URL; architecture 11, pitfall 12).
 * @throws ServiceRoleTooStrong with one sentence per finding; database errors as they come
 */
export async function assertServiceRole(pool: Pool): Promise<void> {
  const { rows: roles } = await pool.query<{ name: string; power: string; self: boolean }>(`
    SELECT r.rolname AS name, r.rolname = session_user AS self,
           concat_ws(', ', CASE WHEN r.rolsuper THEN 'superuser' END, CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
                     CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END) AS power
    FROM pg_roles r
    WHERE (r.rolname = session_user OR (pg_has_role(session_user, r.oid, 'MEMBER')
           AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)))
      AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole)
    ORDER BY 1`);
  const { rows: owned } = await pool.query<{ owner: string; things: string }>(`
    SELECT o.owner::regrole::text AS owner, string_agg(o.thing, ', ' ORDER BY o.thing) AS things
    FROM (
      SELECT c.relowner AS owner, c.oid::regclass::text AS thing FROM pg_class c
      WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace IN (SELECT oid FROM pg_namespace WHERE ${OURS})
      UNION ALL SELECT p.proowner, p.oid::regprocedure::text FROM pg_proc p
      WHERE p.pronamespace IN (SELECT oid FROM pg_namespace WHERE ${OURS})
      UNION ALL SELECT n.nspowner, n.nspname::text FROM pg_namespace n WHERE ${OURS} AND n.nspname <> 'public'
    ) o
    WHERE pg_has_role(session_user, o.owner, 'MEMBER') AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)
    GROUP BY 1`);
  const findings = [
    ...roles.map((role) =>
      role.self ? `the role "${role.name}" is ${role.power}` : `it can become "${role.name}", which is ${role.power}`,
    ),
    ...owned.map((row) => `it owns (as "${row.owner}") ${shortened(row.things)}`),
  ];
  if (findings.length === 0) return;
  throw new ServiceRoleTooStrong(
    `The services would connect to Postgres as a role that can see every tenant's rows: ${findings.join('; ')}. ` +
      "Give the administrator's connection as DATABASE_ADMIN_URL, and as DATABASE_URL that of a plain role that is only " +
      'a member of ampel_service.',
  );
}

/** The schemas of this house and everything else that is not Postgres's own. */
const OURS = `nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'`;

function shortened(list: string): string {
  return list.length > 120 ? `${list.slice(0, 120)} ...` : list;
}
