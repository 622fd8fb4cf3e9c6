import type { OwnProfile } from '#contract';
import { Icon } from '../design/icons.js';
import { ago, t } from '../i18n/index.js';
import { profile } from '../session/loaded.js';
import { lostAt } from '../session/present.js';
import { here, now } from '../session/server-time.js';

type Device = OwnProfile['devices'][number];

/** A beat is due every 30 s; one that is half a minute late means something. ms */
const SILENT_MS = 60_000;
const JUST_NOW_MS = 45_000;

/** The own devices with their last sign of life, and the end of those that gave none. */
export function Devices() {
  const words = t().devices;
  const devices = profile.value?.devices;
  return (
    <section class="card devices" aria-labelledby="devices-title">
      <header>
        <h2 id="devices-title">{words.title}</h2>
      </header>
      <ul class="rows">
        {devices === undefined && (
          <li class="device" aria-hidden="true">
            <span class="skeleton" style={{ width: '11rem' }} />
          </li>
        )}
        {devices?.map((device) => (
          <li key={device.sessionId} class="device">
            <Icon name={device.kind} />
            <div>
              <b>{device.name ?? words.kinds[device.kind]}</b>
              {device.own && <span class="tag">{words.here}</span>}
              <p class="small quiet numbers">{signOfLife(device)}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function signOfLife({ lastSeenAt, expiresAt, signedOut, reachableByPush, own }: Device): string {
  const words = t().devices;
  const [seen, ends] = [here(lastSeenAt), here(expiresAt)];
  const silence = now.value - seen;
  if (signedOut) return ends > now.value ? words.signedOut(ends, ends - now.value) : words.ended;
  if (reachableByPush) return `${words.push}, ${words.seen(ago(seen, now.value))}`;
  if (silence > SILENT_MS && (!own || lostAt.value !== null)) return ends > now.value ? words.silent(ends, ends - now.value) : words.ended;
  return silence < JUST_NOW_MS ? words.seenNow : words.seen(ago(seen, now.value));
}
