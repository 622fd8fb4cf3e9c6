import { type ImportedAgent, importedAgent } from '#contract';
import { type InputFault, readAs } from '#http-kit';

/** One line of an import, read and checked by itself. */
export interface Line {
  /** Of a CSV file the line where the record begins, of JSON the place in `agents`; from 1. */
  readonly line: number;
  /** As given, to tell the line by; undefined if there is none. */
  readonly email?: string;
  /** Null if there are faults. */
  readonly wish: ImportedAgent | null;
  readonly faults: readonly InputFault[];
}

/** Longest address that a report repeats, characters. */
const MAX_EMAIL = 254;

/** A line whose address stood in an earlier one is at fault: which of them is meant? */
export function readLines(raw: Iterable<{ readonly line: number; readonly value: unknown; readonly faults?: readonly InputFault[] }>): Line[] {
  const seen = new Map<string, number>();
  return [...raw].map(({ line, value, faults: known = [] }): Line => {
    const email = (value as { email?: unknown } | null)?.email;
    const shown = typeof email === 'string' ? { email: email.slice(0, MAX_EMAIL) } : {};
    const read = readAs(importedAgent, value);
    const faults = [...known, ...('faults' in read ? read.faults.map(explained) : [])];
    if ('faults' in read || faults.length > 0) return { line, ...shown, wish: null, faults };
    const { value: wish } = read;
    const first = seen.get(wish.email);
    if (first !== undefined) {
      return { line, ...shown, wish: null, faults: [{ pointer: '/email', detail: `stands in line ${first} already` }] };
    }
    seen.set(wish.email, line);
    return { line, email: wish.email, wish, faults: [] };
  });
}

function explained(fault: InputFault): InputFault {
  if (fault.pointer !== '/password') return fault;
  return { ...fault, detail: 'cannot be imported: open sessions with POST .../agents/{id}/sessions, or add the agent by POST .../agents' };
}
