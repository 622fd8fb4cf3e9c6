import type { ParkedEventView } from '#contract';
import { confirmed } from '../design/confirm.js';
import { Card } from '../design/page.js';
import { refusalText } from '../design/refusals.js';
import { RowMenu } from '../design/row-menu.js';
import { toast } from '../design/toasts.js';
import { dayAndClock } from '../i18n/index.js';
import { adminChange, adminList } from '../session/admin.js';
import { mayChange } from '../session/rights.js';
import { here } from '../session/server-time.js';
import { usePolled } from '../session/use-polled.js';
import { words as said } from './words.js';

/** Events that one of our own consumers could not handle; shown only where there are any. */
export function Parked() {
  const words = said();
  const parked = usePolled(() => adminList<ParkedEventView>('/parked-events', 'parkedEvents'), 30_000);
  if (parked.value === null || parked.value.length === 0) return null;
  const path = ({ id }: ParkedEventView): string => `/parked-events/${encodeURIComponent(id)}`;
  const retry = async (event: ParkedEventView): Promise<void> => {
    const answer = await adminChange('POST', `${path(event)}/retry`);
    toast(answer.kind === 'ok' ? words.parkedRetried : refusalText(answer));
    await parked.again();
  };
  const drop = async (event: ParkedEventView): Promise<void> => {
    if (!(await confirmed({ title: words.parkedDropTitle, text: words.parkedDropText, action: words.parkedDrop, danger: true }))) return;
    const answer = await adminChange('DELETE', path(event));
    if (answer.kind !== 'ok') toast(refusalText(answer));
    await parked.again();
  };
  return (
    <Card title={words.parked}>
      <p class="parked-hint quiet small">{words.parkedHint}</p>
      <ul class="rows">
        {parked.value.map((event) => (
          <li key={event.id} class="delivery">
            <div>
              <code>{event.eventType}</code>
              <p class="small quiet">
                {event.consumer}, {dayAndClock(here(event.parkedAt))}, {words.parkedTried(event.deliveries)}
              </p>
              <p class="small delivery-error" lang="en">
                {event.reason}
              </p>
            </div>
            <span class="tag warning">{words.parkedStates[event.state]}</span>
            {mayChange() && (
              <RowMenu
                of={event.eventType}
                entries={[
                  { label: words.parkedRetry, act: () => void retry(event) },
                  { label: words.parkedDrop, act: () => void drop(event), danger: true },
                ]}
              />
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
