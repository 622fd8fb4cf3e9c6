import type pg from 'pg';

/** Each part reads the catalog into lines of SQL, in an order that depends on names only. */
const parts: readonly string[] = [
  `SELECT format('CREATE SCHEMA %I;', nspname) AS line FROM pg_namespace n WHERE ${ours('n.nspname')} AND nspname <> 'public' ORDER BY 1`,

  `SELECT CASE WHEN c.relispartition THEN format('CREATE TABLE %s PARTITION OF %s %s;', c.oid::regclass, i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid))
   ELSE format(E'CREATE TABLE %s (\\n%s\\n)%s%s;', c.oid::regclass,
     concat_ws(E',\\n',
       (SELECT string_agg(format('  %I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
               CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation THEN ' COLLATE ' || quote_ident(l.collname) ELSE '' END,
               CASE WHEN a.attidentity <> '' THEN ' GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY'
                    WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ')'
                    WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END,
               CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END), E',\\n' ORDER BY a.attnum)
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
       (SELECT string_agg(format('  CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), E',\\n' ORDER BY k.contype = 'p' DESC, k.conname COLLATE "C")
        FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'c', 'f', 'x'))),
     CASE WHEN c.relkind = 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) ELSE '' END,
     CASE WHEN c.reloptions IS NOT NULL THEN ' WITH (' || array_to_string(c.reloptions, ', ') || ')' ELSE '' END) END AS line
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
   WHERE c.relkind IN ('r', 'p') AND ${ours('n.nspname')} ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`,

  `SELECT pg_get_indexdef(x.indexrelid) || ';' AS line FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${ours('n.nspname')} AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid)
   ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`,

  `SELECT pg_get_functiondef(p.oid) || ';' AS line FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE ${ours('n.nspname')} AND p.prokind IN ('f', 'p')
     AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e')
   ORDER BY n.nspname COLLATE "C", p.proname COLLATE "C", p.oid::regprocedure::text COLLATE "C"`,

  `SELECT pg_get_triggerdef(t.oid) || ';' || CASE t.tgenabled WHEN 'A' THEN ' -- ALWAYS' WHEN 'D' THEN ' -- DISABLED' WHEN 'R' THEN ' -- REPLICA' ELSE '' END AS line
   FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE NOT t.tgisinternal AND ${ours('n.nspname')} ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", t.tgname COLLATE "C"`,

  `SELECT format(E'CREATE VIEW %s%s AS\\n%s', c.oid::regclass,
     CASE WHEN c.reloptions IS NOT NULL THEN ' WITH (' || array_to_string(c.reloptions, ', ') || ')' ELSE '' END, pg_get_viewdef(c.oid)) AS line
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'v' AND ${ours('n.nspname')} ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`,

  `SELECT format('ALTER TABLE %s %s ROW LEVEL SECURITY;', c.oid::regclass,
     concat_ws(', ', CASE WHEN c.relrowsecurity THEN 'ENABLE' END, CASE WHEN c.relforcerowsecurity THEN 'FORCE' END)) AS line
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relrowsecurity AND ${ours('n.nspname')} ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`,

  `SELECT format('CREATE POLICY %I ON %s FOR %s TO %s%s%s;', p.polname, c.oid::regclass,
     CASE p.polcmd WHEN '*' THEN 'ALL' WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' ELSE 'DELETE' END,
     CASE WHEN p.polroles = '{0}' THEN 'PUBLIC'
          ELSE (SELECT string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname COLLATE "C") FROM pg_roles r WHERE r.oid = ANY (p.polroles)) END,
     ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') AS line
   FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${ours('n.nspname')} ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", p.polname COLLATE "C"`,

  grants(`SELECT 'SCHEMA' AS kind, quote_ident(nspname) AS name, coalesce(nspacl, acldefault('n', nspowner)) AS acl, nspowner AS owner,
          nspname AS schema FROM pg_namespace WHERE nspname <> 'public'`),
  grants(`SELECT 'TABLE' AS kind, c.oid::regclass::text AS name, coalesce(c.relacl, acldefault('r', c.relowner)) AS acl, c.relowner AS owner,
          c.relnamespace::regnamespace::text AS schema FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v')`),
  grants(`SELECT 'FUNCTION' AS kind, p.oid::regprocedure::text AS name, coalesce(p.proacl, acldefault('f', p.proowner)) AS acl, p.proowner AS owner,
          p.pronamespace::regnamespace::text AS schema FROM pg_proc p WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e')`),
];

/** Everything that is not Postgres's own. */
function ours(schema: string): string {
  return `${schema} NOT LIKE 'pg\\_%' AND ${schema} <> 'information_schema'`;
}

/** Who but the owner may do what. */
function grants(objects: string): string {
  return `SELECT format('GRANT %s ON %s %s TO %s;', string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type COLLATE "C"), o.kind, o.name,
       coalesce(quote_ident(r.rolname), 'PUBLIC')) AS line
     FROM (${objects}) o CROSS JOIN LATERAL aclexplode(o.acl) g LEFT JOIN pg_roles r ON r.oid = g.grantee
     WHERE ${ours('o.schema')} AND g.grantee <> o.owner
     GROUP BY o.kind, o.name, r.rolname ORDER BY o.name COLLATE "C", r.rolname COLLATE "C"`;
}

/**
 * The shape of a migrated database as SQL text to read and compare (schema.sql); it is not run to build one.
 * @param db a connection of somebody who may read the catalog; sees everything but Postgres's own schemas
 */
export async function dumpSchema(db: pg.ClientBase): Promise<string> {
  await db.query('BEGIN READ ONLY; SET LOCAL search_path = pg_catalog; SET LOCAL quote_all_identifiers = off; SET LOCAL timezone = UTC; SET LOCAL datestyle = ISO');
  try {
    const lines: string[] = [];
    for (const part of parts) {
      const { rows } = await db.query<{ line: string }>(part);
      if (rows.length > 0) lines.push(rows.map((row) => row.line.trimEnd()).join('\n'));
    }
    return `-- Written by npm run schema from a fresh migration. Do not edit: add a migration and run it again.\n\n${lines.join('\n\n')}\n`;
  } finally {
    await db.query('ROLLBACK');
  }
}
