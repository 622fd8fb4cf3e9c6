import type { Migration } from './list.js';

/** Something in a migration's SQL that stops commands, or older code, while the release is rolled out. */
export interface Finding {
  readonly statement: string;
  readonly rule: string;
}

/** Every statement of a migration, in order; nothing is carried out. */
export async function statementsOf(migration: Migration): Promise<string[]> {
  const recorded: string[] = [];
  const recorder = {
    query: async (sql: string): Promise<unknown[]> => {
      recorded.push(sql);
      return [];
    },
  };
  await new migration().up(recorder as never);
  return recorded.flatMap(splitStatements);
}

/** Cuts at semicolons that stand in no string, no comment and no $$ body; comments are left out. */
export function splitStatements(sql: string): string[] {
  const TOKENS = /--[^\n]*|\/\*[\s\S]*?\*\/|(\$[A-Za-z_]*\$)[\s\S]*?\1|'(?:[^']|'')*'|;/g;
  const statements: string[] = [];
  let current = '';
  let last = 0;
  for (const match of sql.matchAll(TOKENS)) {
    current += sql.slice(last, match.index);
    last = match.index + match[0].length;
    if (match[0] === ';') {
      statements.push(current);
      current = '';
    } else if (!match[0].startsWith('--') && !match[0].startsWith('/*')) {
      current += match[0];
    }
  }
  return [...statements, current + sql.slice(last)].map((one) => one.replaceAll(/\s+/g, ' ').trim()).filter((one) => one !== '');
}

interface Rule {
  readonly rule: string;
  readonly breaks: RegExp;
  /** Breaks it not, if it says this. */
  readonly unless?: RegExp;
}

const TABLE = String.raw`(?:ONLY )?(?:IF EXISTS )?([\w.]+)`;
const onTable = (rest: string): RegExp => new RegExp(`^ALTER TABLE ${TABLE} .*?\\b(?:${rest})`, 'is');

/**
 * What holds up a table that is in use. Each takes a lock that commands wait for, for as long as the table is large.
 * (The short lock of an ALTER TABLE that only writes the catalogue is none: `migrate` gives up waiting for it after a second.)
 */
const LOCKS: readonly Rule[] = [
  {
    rule: 'an index on a table in use: CREATE INDEX CONCURRENTLY, in a migration with `transaction = false`',
    breaks: new RegExp(`^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).* ON ${TABLE}`, 'is'),
  },
  {
    rule: 'another type rewrites the table: add a column beside it',
    breaks: onTable('ALTER (?:COLUMN )?\\w+ (?:SET DATA )?TYPE '),
  },
  {
    rule: 'NOT NULL reads the whole table: add CHECK (... IS NOT NULL) NOT VALID, validate it, then set it',
    breaks: onTable('ALTER (?:COLUMN )?\\w+ SET NOT NULL'),
  },
  {
    rule: 'a constraint reads the whole table: NOT VALID first, VALIDATE CONSTRAINT in a later migration',
    breaks: onTable('ADD (?:CONSTRAINT \\w+ )?(?:CHECK|FOREIGN KEY)'),
    unless: /NOT VALID/i,
  },
  {
    rule: 'a key builds its index under lock: CREATE UNIQUE INDEX CONCURRENTLY, then ADD ... USING INDEX',
    breaks: onTable('ADD (?:CONSTRAINT \\w+ )?(?:UNIQUE|PRIMARY KEY)'),
    unless: /USING INDEX/i,
  },
  {
    rule: 'a default that differs per row rewrites the table: add the column without, fill it in parts',
    breaks: onTable('ADD (?:COLUMN )?.*?(?:DEFAULT (?:clock_timestamp|gen_random_uuid|random|nextval)|GENERATED )'),
  },
  {
    rule: 'a column that is NOT NULL needs a default for the rows there are, and for older code',
    breaks: onTable('ADD (?:COLUMN )(?!.*DEFAULT).*NOT NULL'),
  },
  {
    rule: 'this holds the table for itself',
    breaks: new RegExp(`^(?:LOCK(?: TABLE)?|TRUNCATE(?: TABLE)?|CLUSTER|VACUUM FULL|REINDEX (?:TABLE|INDEX) (?!CONCURRENTLY)) ${TABLE}`, 'is'),
  },
  {
    rule: 'all rows at once: do it in parts, outside of the migration',
    breaks: new RegExp(`^(?:UPDATE|DELETE FROM) ${TABLE}(?!.*\\bWHERE\\b)`, 'is'),
  },
];

/** What older code still uses. Allowed only in a migration that raises `serves_from` in the same transaction. */
const TAKES_AWAY: readonly Rule[] = [
  {
    rule: 'takes away a column that the release before may use',
    breaks: onTable('DROP (?:COLUMN )?(?!CONSTRAINT|DEFAULT|NOT NULL)\\w+'),
  },
  {
    rule: 'renames what the release before may use',
    breaks: onTable('RENAME '),
  },
  {
    rule: 'takes away what the release before may use',
    breaks: /^DROP (?:TABLE|VIEW|FUNCTION|SCHEMA|TYPE) (?:IF EXISTS )?([\w.]+)/i,
  },
];

const CREATES = /^CREATE (?:TABLE|SCHEMA)(?: IF NOT EXISTS)? ([\w.]+)/i;
const CREATES_FUNCTION = /^CREATE (?:OR REPLACE )?FUNCTION ([\w.]+)/i;
const RAISES = /^UPDATE public\.ampel_schema SET serves_from = \d+/i;

/** What in these statements of one migration may not be there. Tables that it makes itself are empty: with them it does as it likes. */
export function findingsIn(statements: readonly string[]): Finding[] {
  const own = new Set(statements.flatMap((one) => CREATES.exec(one)?.[1] ?? []));
  const madeAnew = new Set(statements.flatMap((one) => CREATES_FUNCTION.exec(one)?.[1] ?? []));
  const rules = statements.some((one) => RAISES.test(one)) ? LOCKS : [...LOCKS, ...TAKES_AWAY];
  return statements
    .filter((one) => !RAISES.test(one))
    .flatMap((statement) =>
      rules
        .filter(({ breaks, unless }) => {
          const table = breaks.exec(statement)?.[1];
          return table !== undefined && !own.has(table) && !madeAnew.has(table) && !(unless?.test(statement) ?? false);
        })
        .map(({ rule }) => ({ statement, rule })),
    );
}
