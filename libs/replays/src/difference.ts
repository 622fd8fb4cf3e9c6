/** A row of the read model that is not as the log says. */
export interface Difference {
  /** Table of schema `read`. */
  readonly table: string;
  readonly tenantId: string;
  /** Its key without the tenant, by column. */
  readonly key: Readonly<Record<string, unknown>>;
  /** `missing`: the log says there is one; `extra`: it follows from nothing in the log. */
  readonly kind: 'differs' | 'missing' | 'extra';
  /** What differs, as the log says; the whole row if it is missing, nothing if it is extra. Times in ms. */
  readonly expected: Readonly<Record<string, unknown>> | null;
  /** What differs, as it stands. */
  readonly actual: Readonly<Record<string, unknown>> | null;
}

/** So many are kept of each partition, and answered of each run: a read model that is wholly wrong must not fill the database. */
export const DIFFERENCES_KEPT = 100;
