import type { TenantPresence } from '#contract';
import { ago } from '../i18n/index.js';
import { here } from '../session/server-time.js';
import { words as said } from './words.js';

type Session = TenantPresence['agents'][number]['sessions'][number];

/** A beat is due every 30 s; one that is half a minute late means something. ms */
const SILENT_MS = 60_000;
const JUST_NOW_MS = 45_000;

/** Which device it is, in words. */
export function deviceName({ device }: Session): string {
  return device.name ?? said().kinds[device.kind];
}

/** What is to be known of a session at this moment (`now`: this device's clock, ms). */
export function signOfLife({ lastSeenAt, expiresAt, signedOut, reachableByPush }: Session, now: number): string {
  const words = said();
  const [seen, ends] = [here(lastSeenAt), here(expiresAt)];
  if (ends <= now) return words.ending;
  if (signedOut) return words.signedOut(ends);
  if (reachableByPush) return words.byPush(ago(seen, now));
  if (now - seen > SILENT_MS) return words.silent(ago(seen, now), ends);
  return now - seen < JUST_NOW_MS ? words.seenNow : words.seen(ago(seen, now));
}

/** The few words of a row in the list: what is not as usual with this session, or null. */
export function oddity({ lastSeenAt, expiresAt, signedOut, reachableByPush }: Session, knownAt: string): string | null {
  const words = said();
  if (signedOut) return words.shortSignedOut;
  if (reachableByPush) return words.shortByPush;
  const silence = Date.parse(knownAt) - Date.parse(lastSeenAt);
  return silence > SILENT_MS && Date.parse(expiresAt) > 0 ? words.shortSilent(here(lastSeenAt)) : null;
}
