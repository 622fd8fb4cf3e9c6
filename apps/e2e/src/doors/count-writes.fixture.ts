import type pg from 'pg';

/** Everything a command may store; what the projector and beats write in their own time is not among it. */
const SCHEMAS = ['store', 'directory', 'webhook', 'consumer', 'hours'];

/** Makes Postgres count every row that is written and stays written. Gives a reader of the count. */
export async function countWrites(admin: pg.Pool): Promise<() => Promise<number>> {
  await admin.query(`
    CREATE SCHEMA spec;
    CREATE TABLE spec.written (what text);
    CREATE FUNCTION spec.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
      $$ BEGIN INSERT INTO spec.written VALUES (TG_OP || ' ' || TG_TABLE_NAME); RETURN NULL; END $$;
  `);
  const { rows } = await admin.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables t JOIN pg_class c ON c.oid = format('%I.%I', schemaname, tablename)::regclass
     WHERE schemaname = ANY($1) AND NOT c.relispartition`,
    [SCHEMAS],
  );
  for (const { name } of rows) {
    await admin.query(`CREATE TRIGGER spec_note AFTER INSERT OR UPDATE OR DELETE ON ${name} FOR EACH ROW EXECUTE FUNCTION spec.note()`);
  }
  return async () => {
    const { rows: counted } = await admin.query<{ n: number }>('SELECT count(*)::int AS n FROM spec.written');
    return counted[0]?.n ?? -1;
  };
}
