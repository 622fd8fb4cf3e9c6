import type { Sql } from './lease-rows.js';

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

/**
 * Says that every beat this process took before `ageMs` ago is recorded. After blindness (nobody had sight, or another process vanished
 * without goodbye) nobody expires before the grace is over. Gives true if that was so.
 */
export async function noteSight(sql: Sql, node: string, ageMs: number, { blindMs, graceMs }: Patience): Promise<boolean> {
  const { rows } = await sql.query<{ returned: boolean }>({
    name: 'note-sight',
    text: 'SELECT lease.note_sight($1, $2, $3, $4) AS returned',
    values: [node, ageMs, blindMs, graceMs],
  });
  return rows[0]?.returned === true;
}

/** A clean stop: everything is recorded, and nobody has to wait for this process. */
export async function sayGoodbye(sql: Sql, node: string): Promise<void> {
  await sql.query('SELECT lease.say_goodbye($1)', [node]);
}
