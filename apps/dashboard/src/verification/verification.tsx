import { useEffect, useState } from 'preact/hooks';
import type { ReplayView, TenantVerificationView } from '#contract';
import { confirmed } from '../design/confirm.js';
import { Copyable } from '../design/copy.js';
import { Card, Empty, Page, Shown } from '../design/page.js';
import { refusalText } from '../design/refusals.js';
import { toast } from '../design/toasts.js';
import { ago, dayAndClock } from '../i18n/index.js';
import { adminChange, adminRead } from '../session/admin.js';
import { mayChange } from '../session/rights.js';
import { here, now } from '../session/server-time.js';
import { usePolled } from '../session/use-polled.js';
import { useSaving } from '../session/use-saving.js';
import { Findings } from './findings.js';
import { counted } from './numbers.js';
import { Progress } from './progress.js';
import { Runs } from './runs.js';
import { isUnderWay, type RunSummary, type Standing, standingOf } from './standing.js';
import { words as said } from './words.js';
import './verification.css';

/** While something is under way, and else; ms. */
const OFTEN_MS = 1_000;
const SELDOM_MS = 15_000;
const LISTED = 20;

/** Whether what is shown is what the log says; it can be had verified and healed (architecture 8). */
export function Verification() {
  const words = said();
  const [often, setOften] = useState(false);
  const background = usePolled(() => adminRead<TenantVerificationView>('/verification'), SELDOM_MS);
  const runs = usePolled(() => adminRead<{ replays: RunSummary[] }>(`/replays?limit=${LISTED}`), often ? OFTEN_MS : SELDOM_MS);
  const all = runs.value?.replays ?? [];
  const underWay = all.find(isUnderWay) ?? null;
  useEffect(() => setOften(underWay !== null), [underWay !== null]);
  const newest = background.value === null || runs.value === null ? null : standingOf(background.value, all);
  const run = useRun(newest?.runId ?? null);
  const acting = useSaving();
  useEffect(() => {
    if (acting.failure === null) return;
    const { failure } = acting;
    toast(failure.kind === 'refused' && failure.refusal.code === 'replay-under-way' ? words.underWay : refusalText(failure));
    acting.forget();
  }, [acting.failure]);

  const act = async (path: string, body?: object): Promise<void> => {
    if ((await acting.run(() => adminChange<ReplayView>('POST', path, body))) !== null) await runs.again();
  };
  const rebuild = async (): Promise<void> => {
    if (await confirmed({ title: words.rebuildTitle, text: <p>{words.rebuildText}</p>, action: words.rebuild })) await act('/replays', { mode: 'rebuild' });
  };
  const found = newest?.how === 'background' ? background.value : run;
  return (
    <Page title={words.title} intro={words.intro}>
      <Shown of={runs.value === null ? { ...runs, value: null } : { ...background, again: runs.again }} rows={3}>
        {() => (
          <>
            <Card title={words.standing}>
              <div class="card-body">
                {newest === null ? (
                  <Empty title={words.notYet} hint={words.notYetHint} />
                ) : (
                  <Told standing={newest} shownDrift={found?.shownDifferences.length ?? 0} />
                )}
                {underWay === null ? (
                  <div class="verification-actions">
                    <button type="button" class="button primary" aria-disabled={acting.busy} onClick={() => void act('/replays', { mode: 'verify' })}>
                      {words.verifyNow}
                    </button>
                    {mayChange() && (
                      <button type="button" class="button" aria-disabled={acting.busy} onClick={() => void rebuild()}>
                        {words.rebuild}
                      </button>
                    )}
                  </div>
                ) : (
                  <Progress run={underWay} onCancel={() => void act(`/replays/${underWay.id}/cancel`)} />
                )}
              </div>
            </Card>
            {found !== null && <Findings of={[...found.differences, ...found.shownDifferences]} />}
            <Runs runs={all.filter((one) => one !== underWay)} mayResume={underWay === null} onResume={(id) => void act(`/replays/${id}/resume`)} />
          </>
        )}
      </Shown>
    </Page>
  );
}

/** What a run found, row by row; it has ended, so it is asked for once. */
function useRun(id: string | null): ReplayView | null {
  const asked = usePolled(() => (id === null ? Promise.resolve({ kind: 'over' as const }) : adminRead<ReplayView>(`/replays/${id}`)), Infinity, id ?? '');
  return asked.value;
}

function Told({ standing, shownDrift }: { readonly standing: Standing; readonly shownDrift: number }) {
  const words = said();
  const { drift, healed, at, how, events, position, hash } = standing;
  return (
    <>
      <p class={`verification-word ${drift === 0 ? 'right' : 'wrong'}`} role="status">
        <b>{drift > 0 ? words.differs(drift) : healed > 0 ? words.healed(healed) : words.agrees}</b>
      </p>
      {drift > 0 && <p>{words.differsHint}</p>}
      {shownDrift > 0 && <p class="note warning">{words.shownDiffers(shownDrift)}</p>}
      <dl class="facts">
        <dt>{words.verified}</dt>
        <dd>{words.at(ago(here(at), now.value), dayAndClock(here(at)))}</dd>
        <dt>{words.by}</dt>
        <dd>{how === 'background' ? words.background : words.asked[how]}</dd>
        <dt>{words.compared}</dt>
        <dd class="numbers">{[events === null ? '' : words.ofAccount(words.events(counted(events))), words.upTo(counted(position))].filter(Boolean).join(', ')}</dd>
      </dl>
      {hash !== null && (
        <details class="verification-hash">
          <summary class="small">{words.hash}</summary>
          <Copyable label={words.hash} text={hash} />
        </details>
      )}
    </>
  );
}
