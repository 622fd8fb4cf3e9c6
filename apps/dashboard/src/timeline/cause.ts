import { duration, SHORT_MS, shortTime } from './times.js';
import type { Told } from './use-history.js';
import { words as said } from './words.js';
import type { Zone } from '../i18n/zone.js';

/** Because of what a stretch began: `Status changed`. */
export function causeOf({ cause }: Told): string {
  const words = said().causes;
  const forced = cause.type === 'StatusChanged' && (cause.actor.kind !== 'agent' || cause.reason !== undefined);
  return words[forced ? 'StatusForced' : cause.type] ?? cause.type;
}

/** Who did it: a name where there is one. */
export function actorOf({ cause }: Told, nameOf: (id: string) => string): string {
  const { kind, id } = cause.actor;
  return nameOf(id) || (said().actors[kind] ?? kind);
}

/** `9:02 – 11:15, 2 h 13 min`; short ones with seconds. */
export function spanOf({ from, to }: Told, now: number, zone: Zone): string {
  const words = said();
  const lasted = (to ?? now) - from;
  const precise = lasted < SHORT_MS;
  return words.fromTo(shortTime(from, now, zone, precise), to === null ? words.lasts : shortTime(to, from, zone, precise), duration(lasted));
}
