import type { AgentWithPresence, HistoryPage } from '#contract';
import { Card, Empty, Skeleton } from '../design/page.js';
import { StatusPill } from '../design/status.js';
import { dayAndClock } from '../i18n/index.js';
import { adminRead } from '../session/admin.js';
import { here, serverNow } from '../session/server-time.js';
import { usePolled } from '../session/use-polled.js';
import { words as said } from './words.js';

type Interval = HistoryPage['intervals'][number];

const DAY_MS = 86_400_000;
const DAYS = 2;
/** So many are shown, the newest first. */
const SHOWN = 12;

/** What the person was during the last two days, and because of what: forced offline stands here with its reason (case 19). */
export function PersonHistory({ of }: { readonly of: AgentWithPresence }) {
  const words = said();
  const history = usePolled(readRecent, 20_000, `${of.id} ${of.version} ${of.effectiveStatus}`);

  function readRecent() {
    const from = new Date(serverNow() - DAYS * DAY_MS).toISOString();
    return adminRead<HistoryPage>(`/history?agentId=${of.id}&from=${from}&limit=500`);
  }

  const newest = history.value?.intervals.slice(-SHOWN).reverse();
  return (
    <Card title={words.history}>
      {newest === undefined && history.fault === null && <Skeleton rows={3} />}
      {(newest?.length === 0 || (newest === undefined && history.fault !== null)) && <Empty title={words.noHistory} />}
      <ol class="rows">
        {newest?.map((interval) => (
          <li key={interval.cause.eventId + interval.from} class="stretch">
            <StatusPill status={interval.status} />
            <div>
              <span class="numbers">
                {dayAndClock(here(interval.from))} – {interval.to === null ? words.today : dayAndClock(here(interval.to))}
              </span>
              <p class="small quiet">{causeOf(interval)}</p>
              {interval.cause.reason !== undefined && (
                <p class="small" dir="auto">
                  “{interval.cause.reason}”
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function causeOf({ cause }: Interval): string {
  const words = said().causes as Readonly<Record<string, string>>;
  const byHand = cause.type === 'StatusChanged' && cause.actor.kind !== 'agent' ? 'StatusForced' : cause.type;
  return words[cause.reason === undefined ? byHand : 'StatusForced'] ?? '';
}
