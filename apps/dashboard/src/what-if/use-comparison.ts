import { useEffect, useRef, useState } from 'preact/hooks';
import type { WhatIfAnswer } from '#contract';
import { adminChange } from '../session/admin.js';
import type { Loaded } from '../session/present.js';
import { serverNow } from '../session/server-time.js';
import type { Answer } from './asked.js';
import { joined, shareOf } from './in-slices.js';

/** How long the answer about a slice may take, ms. */
const PATIENCE_MS = 120_000;

/** A question as the API takes it; the range ends at `to`, RFC 3339. */
interface Question {
  readonly from: string;
  readonly to: string;
}

/** How far a comparison is, and what can be done with it. */
export interface Comparing {
  /** 0 to 1; null: nothing is compared at the moment. */
  readonly share: number | null;
  /** Compares, and gives the answer about the whole range or what went wrong; null: it was stopped. */
  ask(question: Question): Promise<Loaded<Answer> | null>;
  stop(): void;
}

/**
 * Asks what would have been, slice by slice, so that a range may be as long as it likes and whoever waits sees how far it is. What was compared
 * before it was stopped, or failed, is kept until something else is asked: the same question goes on behind it.
 */
export function useComparison(): Comparing {
  const [share, setShare] = useState<number | null>(null);
  const kept = useRef<{ readonly question: string; readonly slices: Answer[] } | null>(null);
  const running = useRef<object | null>(null);
  useEffect(() => () => void (running.current = null), []);

  const ask = async (question: Question): Promise<Loaded<Answer> | null> => {
    const text = JSON.stringify(question);
    const { slices } = (kept.current = kept.current?.question === text ? kept.current : { question: text, slices: [] });
    const own = (running.current = {});
    for (;;) {
      setShare(shareOf(slices, Math.min(Date.parse(question.to), serverNow())));
      const from = slices.at(-1)?.next ?? question.from;
      const asked = await adminChange<WhatIfAnswer>('POST', '/what-if', { ...question, from, slice: true }, { within: PATIENCE_MS });
      if (running.current !== own) return null;
      if (asked.kind === 'ok') slices.push(asked.body);
      if (asked.kind === 'ok' && asked.body.next !== null) continue;
      setShare(null);
      if (asked.kind !== 'ok') return asked;
      kept.current = null;
      return { ...asked, body: joined(slices as [Answer, ...Answer[]]) };
    }
  };
  const stop = (): void => {
    running.current = null;
    setShare(null);
  };
  return { share, ask, stop };
}
