import { describe, expect, it } from '@jest/globals';
import { migrations, numberOf } from './list.js';
import { findingsIn, splitStatements, statementsOf } from './traffic-rules.fixture.js';

/** Numbers up to here belong to 0.1.0, which is not released: nobody has these tables full of rows, or older code beside them (ADR 14). */
const FIRST_RELEASE = 20;

const RELEASED = migrations.filter(({ name }) => numberOf(name) > FIRST_RELEASE);

describe('a migration goes forward under traffic (docs/operations/upgrade.md)', () => {
  it('no migration after the first release holds up a table in use or takes away what the release before needs', async () => {
    for (const migration of RELEASED) expect({ [migration.name]: findingsIn(await statementsOf(migration)) }).toEqual({ [migration.name]: [] });
  });

  it('the rules read what the migrations really say', async () => {
    const statements = (await Promise.all(migrations.map(statementsOf))).flat();
    expect(statements.filter((one) => one.startsWith('CREATE TABLE')).length).toBeGreaterThan(10);
    // 0005 came before the first release and did what may not be done any more.
    const expiry = migrations.find(({ name }) => name.startsWith('Expiry')) ?? migrations[0];
    const rules = findingsIn(await statementsOf(expiry as (typeof migrations)[number])).map(({ rule }) => rule);
    expect(rules).toEqual(expect.arrayContaining([expect.stringContaining('CONCURRENTLY'), expect.stringContaining('differs per row')]));
  });

  it.each([
    ['CREATE INDEX i ON lease.session (x)'],
    ['CREATE UNIQUE INDEX i ON ONLY store.event (x)'],
    ['ALTER TABLE lease.session ALTER COLUMN x TYPE bigint'],
    ['ALTER TABLE lease.session ALTER x SET DATA TYPE text'],
    ['ALTER TABLE lease.session ALTER COLUMN x SET NOT NULL'],
    ['ALTER TABLE lease.session ADD CONSTRAINT c CHECK (x > 0)'],
    ['ALTER TABLE lease.session ADD CONSTRAINT c FOREIGN KEY (x) REFERENCES a.b (x)'],
    ['ALTER TABLE lease.session ADD UNIQUE (x)'],
    ['ALTER TABLE lease.session ADD COLUMN x timestamptz NOT NULL DEFAULT clock_timestamp()'],
    ['ALTER TABLE lease.session ADD COLUMN x bigint GENERATED ALWAYS AS IDENTITY'],
    ['ALTER TABLE lease.session ADD COLUMN x integer NOT NULL'],
    ['LOCK TABLE lease.session'],
    ['VACUUM FULL lease.session'],
    ['UPDATE lease.session SET x = 1'],
    ['DELETE FROM lease.session'],
    ['ALTER TABLE lease.session DROP COLUMN x'],
    ['ALTER TABLE lease.session RENAME COLUMN x TO y'],
    ['DROP TABLE lease.session'],
    ['DROP FUNCTION lease.deadline'],
  ])('%s: refused', (statement) => {
    expect(findingsIn([statement])).toHaveLength(1);
  });

  it.each([
    ['CREATE INDEX CONCURRENTLY i ON lease.session (x)'],
    ['ALTER TABLE lease.session ADD COLUMN x integer'],
    ['ALTER TABLE lease.session ADD COLUMN x integer NOT NULL DEFAULT 0'],
    ['ALTER TABLE lease.session ADD CONSTRAINT c CHECK (x > 0) NOT VALID'],
    ['ALTER TABLE lease.session VALIDATE CONSTRAINT c'],
    ['ALTER TABLE lease.session ADD CONSTRAINT c UNIQUE USING INDEX i'],
    ['ALTER TABLE lease.session ALTER COLUMN x DROP NOT NULL'],
    ['CREATE TABLE a.b (x integer NOT NULL)'],
    ['CREATE FUNCTION a.f() RETURNS int LANGUAGE sql AS $$ DELETE FROM lease.session; SELECT 1 $$'],
    ["UPDATE lease.session SET x = 1 WHERE x = 2"],
  ])('%s: allowed', (statement) => {
    expect(findingsIn([statement])).toEqual([]);
  });

  it('a table made by the same migration is empty, a function made anew is no loss, a declared contraction may take away', () => {
    expect(findingsIn(['CREATE TABLE a.b (x int)', 'CREATE INDEX i ON a.b (x)', 'ALTER TABLE a.b ALTER x SET NOT NULL'])).toEqual([]);
    expect(findingsIn(['DROP FUNCTION a.f', 'CREATE FUNCTION a.f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'])).toEqual([]);
    expect(findingsIn(['ALTER TABLE a.b DROP COLUMN x', 'UPDATE public.ampel_schema SET serves_from = 20'])).toEqual([]);
  });

  it('statements are cut at semicolons outside of strings, comments and bodies', () => {
    expect(splitStatements("SELECT ';' -- a; b\n; DO $x$ BEGIN; END $x$; SELECT $$;$$")).toEqual(["SELECT ';'", 'DO $x$ BEGIN; END $x$', 'SELECT $$;$$']);
  });
});
