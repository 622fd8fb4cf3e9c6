import type { Instant, Sql } from './lease-rows.js';

/** How patient presence is with ourselves (behaviour D10), ms. */
export interface Patience {
  /** So long without sight is blindness. */
  readonly blindMs: number;
  /** So long after it nobody expires. */
  readonly graceMs: number;
  /**
   * So long after its last sight a process may answer beats from memory. Half the grace: the others end the sessions of a process that
   * they take for vanished, and whoever is refused here in time can still be heard there.
   */
  readonly trustMs: number;
}

/** Blind after min(5 s, lease/2); grace of min(lease, 75 s): twice and a half the longest time between two beats of a client. */
export function patienceOf(leaseSeconds: number): Patience {
  const graceMs = Math.min(leaseSeconds * 1_000, 75_000);
  return { blindMs: Math.min(5_000, leaseSeconds * 500), graceMs, trustMs: graceMs / 2 };
}

/** What a process says it sees. */
export interface Sight {
  readonly node: string;
  /** Every beat that the process took before so long ago is recorded, ms. */
  readonly ageMs: number;
  /** The latest that Postgres's clock can show when this is said (`LatestHour`); a note that waits on its way says no more than it knew. */
  readonly latest?: Instant | null;
}

/**
 * Notes the sight of a process. After blindness (nobody had sight, or another process vanished without goodbye) nobody expires before the
 * grace is over; `returned` if that was so. `hour`: Postgres's clock meanwhile, ms since epoch.
 */
export async function noteSight(sql: Sql, sight: Sight, patience: Patience): Promise<{ returned: boolean; hour: Instant }> {
  const { rows } = await sql.query<{ returned: boolean; hour: Instant }>({
    name: 'note-sight',
    text: 'SELECT returned, hour FROM lease.note_sight($1, $2, $3, $4, $5)',
    values: [sight.node, sight.ageMs, patience.blindMs, patience.graceMs, sight.latest ?? null],
  });
  if (!rows[0]) throw new Error('lease.note_sight gave no row');
  return rows[0];
}

/** A clean stop: everything is recorded, and nobody has to wait for this process. */
export async function sayGoodbye(sql: Sql, node: string): Promise<void> {
  await sql.query('SELECT lease.say_goodbye($1)', [node]);
}
