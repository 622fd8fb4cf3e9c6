import { useState } from 'preact/hooks';
import type { SetSiteModeBody, SiteView } from '#contract';
import { TextField } from '../design/field.js';
import { Form } from '../design/form.js';
import { Card } from '../design/page.js';
import { Choice } from '../design/search.js';
import { toast } from '../design/toasts.js';
import { adminChange } from '../session/admin.js';
import { mayChange } from '../session/rights.js';
import { serverNow } from '../session/server-time.js';
import { useSaving } from '../session/use-saving.js';
import { modeText } from './mode-text.js';
import { words as said } from './words.js';

type Mode = SiteView['mode'];
type Span = 'good' | 'hour' | 'four' | 'time';
const MODES: readonly Mode[] = ['agents-and-hours', 'agents', 'hours', 'force-online', 'force-offline'];
const HOUR_MS = 3_600_000;

/** What decides the box of a site: people, hours, or a person for a while (behaviour D7). */
export function ModeForm({ site, onChanged }: { readonly site: SiteView; readonly onChanged: () => Promise<void> }) {
  const words = said();
  const saving = useSaving();
  const [mode, setMode] = useState<Mode>(site.mode);
  const [span, setSpan] = useState<Span>('good');
  const [until, setUntil] = useState(() => localInput(Date.now() + HOUR_MS));
  const [reason, setReason] = useState('');
  const forced = mode === 'force-online' || mode === 'force-offline';
  const changes = mode !== site.mode || site.modeUntil !== undefined || span !== 'good' || reason.trim() !== '';

  const untilAt = (): string | undefined => {
    if (span === 'good' || mode === 'agents-and-hours') return undefined;
    if (span !== 'time') return new Date(serverNow() + (span === 'hour' ? 1 : 4) * HOUR_MS).toISOString();
    // the person reads this device's clock, the server its own
    const at = new Date(until).getTime() + serverNow() - Date.now();
    return Number.isFinite(at) ? new Date(at).toISOString() : until;
  };
  const save = async (): Promise<void> => {
    const at = untilAt();
    const body: SetSiteModeBody = { mode, ...(at === undefined ? {} : { until: at }), ...(reason.trim() === '' ? {} : { reason: reason.trim() }) };
    if ((await saving.run(() => adminChange<SiteView>('PUT', `/sites/${encodeURIComponent(site.id)}/mode`, body))) === null) return;
    toast(words.modeSet);
    await onChanged();
  };
  const spans: readonly { readonly value: Span; readonly label: string }[] = [
    { value: 'good', label: words.forGood },
    { value: 'hour', label: words.forHour },
    { value: 'four', label: words.forFour },
    { value: 'time', label: words.untilTime },
  ];
  return (
    <Card title={words.mode}>
      {site.mode !== 'agents-and-hours' && (
        <p class="note warning mode-now">
          <b>{modeText(site)}</b>
          {site.modeReason !== undefined && <span dir="auto">{words.because(site.modeReason)}</span>}
        </p>
      )}
      <Form saving={saving} action={words.setMode} onSubmit={() => void (changes && save())}>
        <fieldset class="modes" disabled={!mayChange()}>
          <legend class="unseen">{words.mode}</legend>
          {MODES.map((value) => (
            <label key={value} class={`mode${value === mode ? ' chosen' : ''}`}>
              <input type="radio" name="mode" value={value} checked={value === mode} onChange={() => setMode(value)} />
              <span>
                <b>{words.modes[value]}</b>
                <span class="small quiet">{words.modeHints[value]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {mode !== 'agents-and-hours' && mayChange() && (
          <>
            <div>
              <p class="small mode-span" aria-hidden="true">
                {words.forHowLong}
              </p>
              <Choice label={words.forHowLong} value={span} onChange={setSpan} options={spans} />
            </div>
            {span === 'time' && (
              <TextField
                type="datetime-local"
                label={words.until}
                hint={words.untilHint}
                value={until}
                fault={saving.faultAt('/until') && words.untilFault}
                onInput={setUntil}
              />
            )}
            <TextField label={words.reason} optional hint={words.reasonHint} value={reason} maxLength={500} fault={saving.faultAt('/reason')} onInput={setReason} />
            {forced && mode !== site.mode && <p class="note warning small">{words.effect[mode === 'force-online' ? 'online' : 'offline']}</p>}
          </>
        )}
      </Form>
    </Card>
  );
}

/** As a `datetime-local` field takes it, on this device's clock. */
function localInput(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
