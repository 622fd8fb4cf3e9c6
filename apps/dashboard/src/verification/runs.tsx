import { Card, Empty } from '../design/page.js';
import { dayAndClock } from '../i18n/index.js';
import { mayChange } from '../session/rights.js';
import { here } from '../session/server-time.js';
import { counted } from './numbers.js';
import type { RunSummary } from './standing.js';
import { words as said } from './words.js';

interface RunsProps {
  readonly runs: readonly RunSummary[];
  readonly mayResume: boolean;
  readonly onResume: (id: string) => void;
}

/** What was asked for before, the newest first; what was cancelled or failed can go on. */
export function Runs({ runs, mayResume, onResume }: RunsProps) {
  const words = said();
  return (
    <Card title={words.earlier}>
      {runs.length === 0 && <Empty title={words.noRuns} />}
      <ul class="rows">
        {runs.map((run) => (
          <li key={run.id} class="verification-run">
            <time class="small quiet numbers" dateTime={run.requestedAt}>
              {dayAndClock(here(run.requestedAt))}
            </time>
            <p>
              <b>{words.run[run.mode]}</b> {outcomeOf(run)}
            </p>
            {run.state !== 'done' && <span class={`tag ${run.state === 'failed' ? 'warning' : 'neutral'}`}>{words.states[run.state]}</span>}
            {mayResume && (run.state === 'cancelled' || run.state === 'failed') && (run.mode === 'verify' || mayChange()) && (
              <button type="button" class="button low" onClick={() => onResume(run.id)}>
                {words.resume}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function outcomeOf({ state, mode, drift, processed, total }: RunSummary): string {
  const words = said();
  if (state === 'done') return `${words.outcome(mode, drift)}, ${words.events(counted(processed))}`;
  return total > 0 ? words.of(counted(processed), counted(total)) : '';
}
