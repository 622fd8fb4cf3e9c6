import { agentFold } from '#domain/agent-presence/index';
import type { EventStore } from '#event-store';
import type { Sql } from '#leases';
import type { Life } from '../process.js';
import type { Database } from './database.js';
import type { PresencePlant, Role } from './plant.js';

/** A classic mistake about presence, and what the checks have to say about it. */
export interface PlantedPresenceBug {
  readonly name: string;
  readonly found: RegExp;
  readonly plant: () => PresencePlant;
}

export const PLANTED_PRESENCE_BUGS: readonly PlantedPresenceBug[] = [
  {
    name: 'a lease ends although an agent-api has beats that are not recorded yet (no sight rule)',
    found: /^(I8|D10): /,
    plant: () => ({
      database: ({ leases: { tables } }) => {
        tables.horizon = () => tables.now();
      },
    }),
  },
  {
    name: 'no gate holds anybody after a time in which nobody was seen',
    found: /^(I8|D10): /,
    plant: () => ({
      database: ({ leases: { tables } }) => {
        tables.applied = (row) => tables.deadline(row);
      },
    }),
  },
  {
    name: 'the monitor goes by the clock of its process',
    found: /^(I8|D10): /,
    plant: () => ({ database: withoutHorizon, sql: byOwnClock }),
  },
  {
    name: 'beats are told by the clock of the process that took them',
    found: /^(I8|D9|D10): /,
    plant: () => ({
      sql: (right, role, life) =>
        role === 'agent-api' ? asking(right, 'lease.record_beats', (values) => values.with(2, (values[2] as number[]).map((age) => age - skewOf(life)))) : right,
    }),
  },
  {
    name: 'a heartbeat of an ended session turns its agent online',
    found: /^I10: /,
    plant: () => ({ beatsRevive: true }),
  },
  {
    name: 'a beat after the deadline does not prevent the expiry that was decided before it',
    found: /^(I8|D10): /,
    plant: () => ({ sql: onStaleRows, weather: 'paused between select and lock' }),
  },
  {
    name: 'two timekeepers end a lease, each without asking whether it is open still',
    found: /^case 12: /,
    plant: () => ({ sql: onStaleRows, expiringStore: withoutVersions }),
  },
  {
    name: 'whatever is due is passed over, as if somebody else had locked it',
    found: /^I9: /,
    plant: () => ({ sql: (right, role) => (role === 'agent-api' ? right : hearing(right, 'lock-due-leases', () => [])) }),
  },
];

type Rows = readonly Readonly<Record<string, unknown>>[];
type Asked = string | { readonly name?: string; readonly text: string; readonly values?: readonly unknown[] };

function skewOf(life: Life): number {
  return life.wall() - life.now();
}

/** Of the statement that is named so, or has this in its text. */
function isNamed(asked: Asked, name: string): boolean {
  return typeof asked === 'string' ? asked.includes(name) : asked.name === name || (asked.name === undefined && asked.text.includes(name));
}

/** Other values than the right ones are asked with. */
function asking(right: Sql, name: string, change: (values: readonly unknown[]) => readonly unknown[]): Sql {
  const query = (asked: Asked, values?: readonly unknown[]): unknown => {
    if (!isNamed(asked, name)) return right.query(asked as never, values as never);
    if (typeof asked === 'string') return right.query(asked, change(values ?? []) as never);
    return right.query({ ...asked, values: change(asked.values ?? []) } as never);
  };
  return { query } as unknown as Sql;
}

/** Other rows than the right ones are heard. */
function hearing(right: Sql, name: string, change: (rows: Rows, asked: Asked) => Rows): Sql {
  const query = async (asked: Asked, values?: readonly unknown[]): Promise<unknown> => {
    const answer = await (right.query(asked as never, values as never) as unknown as Promise<{ rows: Rows }>);
    return isNamed(asked, name) ? { ...answer, rows: change(answer.rows, asked) } : answer;
  };
  return { query } as unknown as Sql;
}

/** Due is what the asker says, as soon as anybody has sight. */
function withoutHorizon({ leases: { tables } }: Database): void {
  tables.isDue = (row, slackMs, blindMs) =>
    tables.horizon(blindMs) !== null && row.endedAt === null && tables.applied(row) <= tables.now() - slackMs;
}

/** Whoever ends leases asks for what has run out by its own clock. */
function byOwnClock(right: Sql, role: Role, life: Life): Sql {
  if (role === 'agent-api') return right;
  let sql = right;
  for (const name of ['due-leases', 'lock-due-leases'])
    sql = asking(sql, name, ([leaseNos, slackMs, blindMs]) => [leaseNos, (slackMs as number) - skewOf(life), blindMs]);
  for (const name of ['open-lease-numbers', 'newly-armed-leases', 'watched-leases'])
    sql = hearing(sql, name, (rows) => rows.map((row) => ({ ...row, remainingMs: (row['remainingMs'] as number) - skewOf(life) })));
  return sql;
}

/** What was read before the transaction is believed in it. */
const believed = new WeakMap<Life, Map<unknown, Rows[number]>>();

function onStaleRows(right: Sql, role: Role, life: Life): Sql {
  if (role === 'agent-api') return right;
  const known = believed.get(life) ?? new Map<unknown, Rows[number]>();
  believed.set(life, known);
  const reading = hearing(right, 'due-leases', (rows) => {
    for (const row of rows) known.set(row['leaseNo'], row);
    return rows;
  });
  const query = (asked: Asked, values?: readonly unknown[]): unknown => {
    if (!isNamed(asked, 'lock-due-leases') || typeof asked === 'string') return reading.query(asked as never, values as never);
    const rows = (asked.values?.[0] as number[]).flatMap((leaseNo) => known.get(leaseNo) ?? []);
    return Promise.resolve({ rows, rowCount: rows.length });
  };
  return { query } as unknown as Sql;
}

/** Appends after whatever is there. */
function withoutVersions(right: EventStore): EventStore {
  return {
    ...right,
    transact: (work) =>
      right.transact(async (sql) => {
        const { appends, result } = await work(sql);
        const anew = appends.map(async (append) => ({ ...append, expectedVersion: (await right.load(append.stream, agentFold)).version }));
        return { appends: await Promise.all(anew), result };
      }),
  };
}
