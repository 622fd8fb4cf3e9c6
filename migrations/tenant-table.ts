/**
 * SQL pieces that every migration with a tenant's rows uses, so that no table is forgotten or protected differently.
 *
 * Convention for a new migration `000N-name.ts`:
 *   1. a class `Name176000000000N implements MigrationInterface` with `name` set to the class name; `up` runs plain SQL;
 *   2. `serviceSchema('name')` once, then for each table with a tenant_id: CREATE TABLE, then `tenantTable('name.table', 'SELECT, ...')`;
 *   3. a table without a tenant: `sharedTable('name.table', 'SELECT, ...')`; a function: `serviceFunction('name.f(int)')`;
 *   4. one line in list.ts; then `npm run schema` writes schema.sql anew.
 */

/** The group role all services belong to. It owns nothing, is no superuser and cannot bypass row-level security. */
export const serviceRole = 'ampel_service';

/** The name of every table's policy. */
export const POLICY = 'tenant_rows';

/**
 * Who may see a row. `ampel.scope` = 'all' is a start-up option of the connections of the engine (feed, projector, timekeeper);
 * `ampel.tenant` is set for one transaction. After that transaction the setting reads '' and not NULL (architecture 11, pitfall 12).
 * A CASE and not an OR: that one is believed to leave one row in two hundred, and whoever believes it sorts whole tables for a page (ADR 39).
 */
export function policyOf(tenantColumn: string): string {
  return `CASE WHEN current_setting('ampel.scope', true) = 'all' THEN true ELSE ${tenantColumn} = nullif(current_setting('ampel.tenant', true), '') END`;
}

/** Creates a schema that services may look into and nobody else may. */
export function serviceSchema(schema: string): string {
  return `
    CREATE SCHEMA IF NOT EXISTS ${schema};
    REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC;
    GRANT USAGE ON SCHEMA ${schema} TO ${serviceRole};
  `;
}

/**
 * Row-level security for a table (or a partition) with a tenant's rows, for its owner too (FORCE).
 * @param table name with its schema
 * @param privileges what services may do, e.g. `SELECT, INSERT`; null = nothing (a partition is used through its parent)
 * @param tenantColumn the column that holds the tenant's id; `id` for the table of tenants itself
 */
export function tenantTable(table: string, privileges: string | null, tenantColumn = 'tenant_id'): string {
  const rule = policyOf(tenantColumn);
  return `
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY ${POLICY} ON ${table} USING (${rule}) WITH CHECK (${rule});
    ${sharedTable(table, privileges)}
  `;
}

/** Grants for a table or view that holds no tenant's rows (or, a view, reads them with its caller's rights). */
export function sharedTable(table: string, privileges: string | null): string {
  return `
    REVOKE ALL ON ${table} FROM PUBLIC;
    ${privileges === null ? '' : `GRANT ${privileges} ON ${table} TO ${serviceRole};`}
  `;
}

/** Lets services call a function and nobody else. @param signature with its schema and argument types */
export function serviceFunction(signature: string): string {
  return `
    REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION ${signature} TO ${serviceRole};
  `;
}
