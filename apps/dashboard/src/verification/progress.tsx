import { useRef } from 'preact/hooks';
import { lasting } from '../i18n/format.js';
import { mayChange } from '../session/rights.js';
import { counted } from './numbers.js';
import { isUnderWay, paceOf, percentOf, type RunSummary, type Sample } from './standing.js';
import { words as said } from './words.js';

/** How far a replay has come: bar, rate, time left. */
export function Progress({ run, onCancel }: { readonly run: RunSummary; readonly onCancel: () => void }) {
  const words = said();
  const first = useRef<Sample | null>(null);
  const last = useRef<Sample | null>(null);
  const { id, mode, state, processed, total, drift } = run;
  // A second look at the same number is no new sample: the page is drawn oftener than it asks.
  if (last.current?.id !== id || last.current.processed !== processed) last.current = { id, processed, at: performance.now() };
  if (first.current?.id !== id && state === 'running') first.current = last.current;
  const pace = first.current === null ? null : paceOf(first.current, last.current, total);
  const percent = percentOf(run);
  const told = [
    total > 0 ? words.of(counted(processed), counted(total)) : words.counting,
    pace === null ? '' : words.rate(counted(pace.perSecond)),
    pace === null ? '' : words.left(lasting(pace.left)),
    drift > 0 ? words.foundSoFar(drift) : '',
  ].filter(Boolean);
  return (
    <div class="verification-progress">
      <p>
        <b>{words.progress[mode]}</b> <span class="numbers">{percent} %</span>
      </p>
      <progress aria-label={words.progress[mode]} max={100} value={state === 'queued' ? undefined : percent} />
      <p class="small quiet numbers">{state === 'queued' ? words.queued : told.join(' · ')}</p>
      {isUnderWay(run) && (mode === 'verify' || mayChange()) && (
        <button type="button" class="button" onClick={onCancel}>
          {words.cancel}
        </button>
      )}
    </div>
  );
}
