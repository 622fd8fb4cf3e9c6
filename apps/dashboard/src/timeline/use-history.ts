import { useEffect, useRef, useState } from 'preact/hooks';
import type { HistoryPage } from '#contract';
import { adminRead } from '../session/admin.js';
import type { Loaded, Refusal } from '../session/present.js';
import { serverNow } from '../session/server-time.js';
import type { Stretch } from './lane.js';
import { queryOf, type Subject } from './subject.js';
import type { View } from './view.js';

/** What was so, or what was shown (behaviour D25). */
export type Reading = 'actual' | 'shown';

/** A stretch of the history, and because of what it began. */
export interface Told extends Stretch {
  readonly cause: HistoryPage['intervals'][number]['cause'];
}

/** The history as far as it has come. */
export interface Lane {
  readonly stretches: readonly Told[];
  /** Asked for and not all there yet. */
  readonly loading: boolean;
  readonly fault: 'unreachable' | 'refused' | null;
  readonly refusal: Refusal | null;
  /** Up to here it is there, ms; what lies behind may follow. */
  readonly until: number;
}

interface Held extends Lane {
  readonly key: string;
  /** False while the question waits for the end of a drag. */
  readonly asked: boolean;
  readonly of: View;
}

const PAGE = 500;
/** More changes than this are not kept at once: nearer, all of them are there. */
const MOST = 150_000;
/** While it is read it is drawn anew so often, ms: not with every page. */
const DRAWN_MS = 300;
/** The end of the history grows. ms */
const TAIL_MS = 8_000;
const NOTHING: Held = { key: '', asked: false, of: { from: 0, to: 0 }, stretches: [], loading: true, fault: null, refusal: null, until: 0 };

/**
 * Reads one lane, with half of what is seen on both sides, page after page; what is there is shown at once. Nearer or moved within what is there
 * nothing is asked; the end that still lasts is asked for again every few seconds.
 */
export function useHistory(subject: Subject, reading: Reading, view: View): Lane {
  const [held, setHeld] = useState<Held>(NOTHING);
  const [again, setAgain] = useState(0);
  const round = useRef(0);
  const newest = useRef(held);
  newest.current = held;
  const key = `${queryOf(subject)}&as=${reading}`;

  useEffect(() => {
    const known = newest.current;
    const within = known.key === key && known.asked && known.of.from <= view.from && known.of.to >= view.to;
    const near = known.of.to - known.of.from <= 4 * (view.to - view.from);
    if (within && known.fault === null && (!known.loading || near || known.until > view.to)) return undefined;
    const mine = (round.current += 1);
    const room = (view.to - view.from) / 2;
    const of = { from: Math.round(view.from - room), to: Math.round(view.to + room) };
    // What is there already stays to be seen until its successor has begun.
    const before = known.key === key ? known.stretches : [];
    setHeld({ ...NOTHING, key, of, stretches: before, until: of.from });
    // A drag or a wheel asks once, at its end.
    const begin = (): void => {
      setHeld((now) => ({ ...now, asked: true }));
      void readAll(key, of, (next) => {
        if (round.current !== mine) return false;
        setHeld({ ...next, key, of, asked: true });
        return true;
      });
    };
    const timer = setTimeout(begin, before.length === 0 ? 0 : 150);
    return () => (newest.current.asked ? undefined : clearTimeout(timer));
  }, [key, view.from, view.to, again]);

  useEffect(() => {
    const timer = setInterval(() => {
      if (newest.current.fault === 'unreachable') setAgain((times) => times + 1);
      else void growTail(newest.current, round, setHeld);
    }, TAIL_MS);
    return () => clearInterval(timer);
  }, []);

  return held.key === key ? held : NOTHING;
}

async function readAll(key: string, of: View, show: (lane: Lane) => boolean): Promise<void> {
  const stretches: Told[] = [];
  let drawn = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer: Loaded<HistoryPage> = await readPage(key, of.from, of.to, cursor);
    if (answer.kind !== 'ok') {
      const refusal = answer.kind === 'refused' ? answer.refusal : null;
      show({ stretches, loading: false, fault: refusal === null ? 'unreachable' : 'refused', refusal, until: stretches.at(-1)?.from ?? of.from });
      return;
    }
    for (const one of answer.body.intervals) stretches.push(toldOf(one));
    cursor = stretches.length < MOST ? answer.body.nextCursor : null;
    if (cursor !== null && Date.now() - drawn < DRAWN_MS) continue;
    drawn = Date.now();
    const until = answer.body.nextCursor === null ? of.to : (stretches.at(-1)?.from ?? of.from);
    if (!show({ stretches: [...stretches], loading: cursor !== null, fault: null, refusal: null, until })) return;
  }
}

/** Reads what has followed since, if what is held reaches up to now. */
async function growTail(held: Held, round: { readonly current: number }, setHeld: (held: Held) => void): Promise<void> {
  const last = held.stretches.at(-1);
  if (held.loading || held.fault !== null || held.of.to < serverNow() || document.visibilityState !== 'visible' || held.key === '') return;
  const mine = round.current;
  const answer = await readPage(held.key, last?.from ?? held.of.from, held.of.to, '');
  if (round.current !== mine || answer.kind !== 'ok') return;
  const fresh = answer.body.intervals.map(toldOf);
  const same = fresh.length === 1 && fresh[0]?.from === last?.from && fresh[0]?.to === last?.to;
  if (same || fresh.length === 0) return;
  const from = fresh[0]?.from ?? Infinity;
  setHeld({ ...held, stretches: [...held.stretches.filter((one) => one.from < from), ...fresh] });
}

function readPage(key: string, from: number, to: number, cursor: string): Promise<Loaded<HistoryPage>> {
  const after = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
  return adminRead<HistoryPage>(`/history?${key}&from=${rfc3339(from)}&to=${rfc3339(to)}&limit=${PAGE}${after}`);
}

function toldOf({ status, from, to, cause }: HistoryPage['intervals'][number]): Told {
  return { status, from: Date.parse(from), to: to === null ? null : Date.parse(to), cause };
}

function rfc3339(at: number): string {
  return new Date(at).toISOString();
}
