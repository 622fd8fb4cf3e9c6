import { useState } from 'preact/hooks';
import type { DeliveryView } from '#contract';
import { Card, Empty, Shown } from '../design/page.js';
import { refusalText } from '../design/refusals.js';
import { Choice } from '../design/search.js';
import { toast } from '../design/toasts.js';
import { ago } from '../i18n/index.js';
import { adminChange, adminRead } from '../session/admin.js';
import { mayChange } from '../session/rights.js';
import { here, now } from '../session/server-time.js';
import { usePolled } from '../session/use-polled.js';
import { words as said } from './words.js';

type Filter = 'all' | 'failed' | 'pending' | 'delivered';
const FILTERS: readonly Filter[] = ['all', 'failed', 'pending', 'delivered'];
const PAGE = 50;

interface DeliveryPage {
  readonly deliveries: readonly DeliveryView[];
  readonly nextCursor: string | null;
}

/** What was sent, what waits, what failed; each can be sent once more. `path`: of the webhook. */
export function Deliveries({ path, enabled }: { readonly path: string; readonly enabled: boolean }) {
  const words = said();
  const [filter, setFilter] = useState<Filter>('all');
  const [limit, setLimit] = useState(PAGE);
  const query = `limit=${limit}${filter === 'all' ? '' : `&state=${filter}`}`;
  const page = usePolled(() => adminRead<DeliveryPage>(`${path}/deliveries?${query}`), 5_000, query);
  const again = async ({ id }: DeliveryView): Promise<void> => {
    const answer = await adminChange<DeliveryView>('POST', `${path}/deliveries/${encodeURIComponent(id)}/redeliver`);
    const off = answer.kind === 'refused' && answer.refusal.code === 'webhook-disabled';
    toast(answer.kind === 'ok' ? words.sent : off ? words.off : refusalText(answer));
    await page.again();
  };
  return (
    <Card title={words.deliveries} aside={<span class="small quiet">{words.deliveriesHint}</span>}>
      <div class="delivery-filter">
        <Choice label={words.filter} value={filter} onChange={setFilter} options={FILTERS.map((value) => ({ value, label: words.filters[value] }))} />
      </div>
      <Shown of={page} rows={3}>
        {({ deliveries, nextCursor }) => (
          <>
            {deliveries.length === 0 && <Empty title={words.noDeliveries} />}
            <ul class="rows">
              {deliveries.map((delivery) => (
                <Row key={delivery.id} of={delivery} onAgain={mayChange() && enabled ? () => void again(delivery) : null} />
              ))}
            </ul>
            {nextCursor !== null && limit < 500 && (
              <p class="more">
                <button type="button" class="button" onClick={() => setLimit(Math.min(500, limit * 3))}>
                  {words.older}
                </button>
              </p>
            )}
          </>
        )}
      </Shown>
    </Card>
  );
}

function Row({ of, onAgain }: { readonly of: DeliveryView; readonly onAgain: (() => void) | null }) {
  const words = said();
  const { eventType, state, attempts, createdAt, nextAttemptAt, lastStatus, lastError } = of;
  const facts = [
    words.attempts(attempts),
    ...(lastStatus === null ? [] : [words.answered(lastStatus)]),
    ...(state === 'pending' && nextAttemptAt !== null && attempts > 0 ? [words.nextAt(here(nextAttemptAt))] : []),
  ];
  return (
    <li class="delivery">
      <div>
        <code>{eventType}</code>
        <p class="small quiet">
          <time dateTime={createdAt}>{ago(here(createdAt), now.value)}</time>, {facts.join(', ')}
        </p>
        {lastError !== null && state !== 'delivered' && (
          <p class="small delivery-error" lang="en">
            {lastError}
          </p>
        )}
      </div>
      <span class={`tag ${{ delivered: 'good', pending: 'neutral', failed: 'warning' }[state]}`}>{words.delivery[state]}</span>
      {onAgain && state !== 'pending' && (
        <button type="button" class="button plain low" onClick={onAgain}>
          {words.again}
          <span class="unseen">: {eventType}</span>
        </button>
      )}
    </li>
  );
}
