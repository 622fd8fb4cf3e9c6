import { useEffect, useRef, useState } from 'preact/hooks';
import type { SiteStatus, TenantStatus } from '#contract';
import { adminRead } from '../session/admin.js';
import type { Loaded, Refusal } from '../session/present.js';
import type { Subject } from './subject.js';
import type { Reading } from './use-history.js';

/** What was, or was shown, at one instant. */
export interface Moment {
  readonly box: SiteStatus;
  readonly all: TenantStatus;
}

export interface MomentShown {
  /** Of the instant asked for last that was answered; stays while the next one is on its way. */
  readonly moment: Moment | null;
  readonly pending: boolean;
  readonly refusal: Refusal | null;
  readonly fault: boolean;
}

/** A slider that is drawn along asks once it rests. ms */
const REST_MS = 180;
const LIVE_MS = 5_000;

/** Reads the whole page as of an instant. `at` null: the present, asked again every few seconds. */
export function useMoment(subject: Subject | null, at: number | null, reading: Reading): MomentShown {
  const [shown, setShown] = useState<MomentShown>({ moment: null, pending: true, refusal: null, fault: false });
  const round = useRef(0);
  const group = subject?.kind === 'group' ? subject.id : null;
  const siteId = subject?.siteId ?? '';

  useEffect(() => {
    if (siteId === '') return undefined;
    const ask = async (): Promise<void> => {
      const mine = (round.current += 1);
      const when = { as: reading, ...(at === null ? {} : { at: new Date(at).toISOString() }) };
      const ofBox = new URLSearchParams({ ...when, ...(group === null ? {} : { group }) });
      const site = adminRead<SiteStatus>(`/sites/${encodeURIComponent(siteId)}/status?${ofBox}`);
      const asked = [site, adminRead<TenantStatus>(`/status?${new URLSearchParams(when)}`)] as const;
      const [box, all] = await Promise.all(asked);
      if (round.current !== mine) return;
      if (box.kind === 'ok' && all.kind === 'ok') setShown({ moment: { box: box.body, all: all.body }, pending: false, refusal: null, fault: false });
      else setShown({ moment: null, pending: false, refusal: refusalOf(box) ?? refusalOf(all), fault: true });
    };
    setShown((before) => ({ ...before, pending: true }));
    const first = setTimeout(() => void ask(), REST_MS);
    const timer = at === null ? setInterval(() => document.visibilityState === 'visible' && void ask(), LIVE_MS) : undefined;
    return () => {
      clearTimeout(first);
      clearInterval(timer);
      round.current += 1;
    };
  }, [siteId, group, at, reading]);

  return shown;
}

function refusalOf(answer: Loaded<object>): Refusal | null {
  return answer.kind === 'refused' ? answer.refusal : null;
}
