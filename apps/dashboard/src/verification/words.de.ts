import { plural } from '../i18n/format.js';
import type { en } from './words.en.js';

const rows = (count: number): string => plural(count, { one: 'Eine Zeile', other: `${count} Zeilen` });
const differ = (count: number): string => plural(count, { one: 'weicht', other: 'weichen' });

export const de: typeof en = {
  title: 'Prüfung',
  intro: 'Ob das Gezeigte dem Protokoll entspricht: Das Protokoll wird vom ersten Ereignis an neu gerechnet und jede Zeile damit verglichen.',
  standing: 'Die letzte Prüfung',
  agrees: 'Was gezeigt wird, entspricht dem Protokoll.',
  ofAccount: (events) => `${events} dieses Kontos`,
  differs: (count) => `${rows(count)} ${differ(count)} vom Protokoll ab.`,
  healed: (count) => `${rows(count)} ${plural(count, { one: 'wich', other: 'wichen' })} ab und ${plural(count, { one: 'entspricht', other: 'entsprechen' })} jetzt dem Protokoll.`,
  differsHint: 'Ein Neuaufbau schreibt sie, wie das Protokoll sagt, während alles weiterläuft. Dabei geht nichts verloren: Das Protokoll ist die Wahrheit.',
  shownDiffers: (count) => `${rows(count)} in der Aufzeichnung dessen, was Besucher sahen, ${differ(count)} vom Protokoll ab. Sie sind Belege und bleiben, wie sie sind.`,
  notYet: 'Bisher wurde nichts geprüft.',
  notYetHint: 'Im Hintergrund wird alles immer wieder langsam geprüft, das erste Mal einige Minuten nach dem Start. Oder Sie lassen es jetzt tun.',
  verified: 'Geprüft',
  at: (ago, time) => `${ago}, ${time}`,
  by: 'Wie',
  background: 'im Hintergrund, ohne Auftrag',
  asked: { verify: 'auf Wunsch', rebuild: 'bei einem Neuaufbau' },
  compared: 'Verglichen',
  events: (count) => `${count} Ereignisse`,
  upTo: (position) => `bis Position ${position} des Protokolls`,
  hash: 'SHA-256 des Protokolls',
  verifyNow: 'Jetzt prüfen',
  rebuild: 'Neu aufbauen',
  rebuildTitle: 'Das Gezeigte neu aufbauen?',
  rebuildText: 'Zuerst wird alles mit dem Protokoll verglichen. Nur abweichende Zeilen werden geschrieben, wie das Protokoll sagt; Chatboxen, die Falsches zeigten, wechseln sofort. Was Besucher gesehen haben, bleibt aufgezeichnet.',
  progress: { verify: 'Prüfung läuft', rebuild: 'Neuaufbau läuft' },
  queued: 'Wartet, bis es an der Reihe ist…',
  counting: 'Das Protokoll wird gelesen…',
  of: (done, total) => `${done} von ${total} Ereignissen`,
  rate: (perSecond) => `${perSecond} je Sekunde`,
  left: (time) => `noch ${time}`,
  foundSoFar: (count) => `${rows(count)} ${differ(count)} bisher ab`,
  cancel: 'Abbrechen',
  resume: 'Fortsetzen',
  findings: 'Was abwich, Zeile für Zeile',
  columns: { where: 'Zeile', kind: 'Was falsch ist', actual: 'Wie sie vorgefunden wurde', expected: 'Wie das Protokoll sagt' },
  kinds: { differs: 'weicht ab', missing: 'fehlt', extra: 'dürfte nicht da sein' },
  tables: {
    tenant: 'Konto', agent: 'Person', tenant_group: 'Gruppe', site: 'Website', box: 'Box', agent_interval: 'Verlauf einer Person', shown: 'Was Besucher sahen',
  },
  gone: 'inzwischen entfernt',
  nothing: 'nichts',
  earlier: 'Auf Wunsch',
  noRuns: 'Bisher hat niemand eine Prüfung gewünscht.',
  run: { verify: 'Prüfung', rebuild: 'Neuaufbau' },
  states: { queued: 'wartet', running: 'läuft', done: 'fertig', failed: 'fehlgeschlagen', cancelled: 'abgebrochen' },
  outcome: (mode, drift) => {
    if (drift === 0) return 'nichts wich ab';
    return mode === 'verify' ? `${rows(drift)} ${plural(drift, { one: 'wich', other: 'wichen' })} ab` : `${rows(drift)} geheilt`;
  },
  underWay: 'Für dieses Konto läuft schon ein Abgleich. Warten Sie, bis er fertig ist, oder brechen Sie ihn ab.',
};
