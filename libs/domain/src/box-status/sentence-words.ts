import type { HoursRule } from '../tenant-settings/opening.js';

export type Language = 'de' | 'en';

/** The pieces of a sentence about a box. No tense: the same is said of now, of last Tuesday and of what is to come. */
export interface Words {
  groupDisabled(name: string): string;
  readonly enableGroup: string;
  readonly forcedOffline: string;
  readonly changeMode: string;
  until(time: string): string;
  readonly closedBy: Readonly<Record<HoursRule, (label: string | undefined) => string>>;
  readonly noOpening: string;
  opensAgain(time: string): string;
  readonly nobody: string;
  leaseEnded(name: string, time: string): string;
  leaseEndedAfterSignOut(name: string, time: string): string;
  sessionEnded(name: string, time: string): string;
  /** What would open it, by the kind of change. */
  readonly opens: Readonly<Record<string, (name: string) => string>>;
  openUntil(time: string): string;
  readonly forcedOnline: string;
  readonly byHours: string;
  online(who: string, many: boolean): string;
  busy(who: string, many: boolean): string;
  unattended(who: string, many: boolean): string;
  list(names: readonly string[], others: number): string;
  readonly inactive: Readonly<Record<'groups' | 'hours', (plan: string) => string>>;
  readonly unknownGroup: string;
  onDay(date: string, clock: string): string;
}

const german: Words = {
  groupDisabled: (name) => `Offline: Die Gruppe ${name} ist ausgeschaltet.`,
  enableGroup: 'Sie öffnet, sobald die Gruppe eingeschaltet wird.',
  forcedOffline: 'Offline: Die Website ist von Hand geschlossen',
  changeMode: 'Sie öffnet mit einem anderen Modus.',
  until: (time) => `bis ${time}`,
  closedBy: {
    'closed-permanently': () => 'Offline: dauerhaft geschlossen.',
    exception: (label) => (label === undefined ? 'Offline: besondere Geschäftszeiten.' : `Offline: besondere Geschäftszeiten (${label}).`),
    holiday: (label) => (label === undefined ? 'Offline: Feiertag.' : `Offline: Feiertag (${label}).`),
    weekly: () => 'Offline: außerhalb der Geschäftszeiten.',
  },
  noOpening: 'Eine Öffnung ist nicht bekannt.',
  opensAgain: (time) => `Geöffnet wird um ${time}.`,
  nobody: 'Offline: Niemand ist online.',
  leaseEnded: (name, time) => `Von ${name} kam nichts mehr, die Anwesenheit endete um ${time}.`,
  leaseEndedAfterSignOut: (name, time) => `${name} hatte sich abgemeldet, die Anwesenheit endete um ${time}.`,
  sessionEnded: (name, time) => `Die letzte Sitzung von ${name} endete um ${time}.`,
  opens: {
    'go-online': (name) => `${name} ist angemeldet: Ein Klick auf „online“ öffnet.`,
    'sign-in': (name) => `Meldet ${name} sich an, öffnet sie.`,
    'sign-in-and-go-online': (name) => `Meldet ${name} sich an und geht online, öffnet sie.`,
    'activate-agent': (name) => `${name} ist deaktiviert und müsste zuerst aktiviert werden.`,
    'add-agent': () => 'Es gibt niemanden, der hier zählt: Es fehlt ein Agent.',
  },
  openUntil: (time) => `Nach allem, was bekannt ist, bis ${time}.`,
  forcedOnline: 'Online: Die Website ist von Hand auf online gestellt.',
  byHours: 'Online: allein nach den Geschäftszeiten.',
  online: (who, many) => `Online: ${who} ${many ? 'sind' : 'ist'} online.`,
  busy: (who, many) => `Beschäftigt: ${who} ${many ? 'sind' : 'ist'} beschäftigt, niemand ist online.`,
  unattended: (who, many) => `Noch offen, aber unbesetzt: ${who} ${many ? 'haben' : 'hat'} sich abgemeldet, bis die Anwesenheit abläuft.`,
  list: (names, others) => listed(names, others, 'und', (count) => (count === 1 ? 'eine weitere Person' : `${count} weitere Personen`)),
  inactive: {
    groups: (plan) => `Gruppen sind im Tarif ${plan} nicht enthalten, es gilt die Website.`,
    hours: (plan) => `Geschäftszeiten sind im Tarif ${plan} nicht enthalten und zählen nicht.`,
  },
  unknownGroup: 'Diese Gruppe gibt es nicht, es gilt die Website.',
  onDay: (date, clock) => `${clock} am ${Number(date.slice(8))}.${Number(date.slice(5, 7))}.${date.slice(0, 4)}`,
};

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

const english: Words = {
  groupDisabled: (name) => `Offline: the group ${name} is switched off.`,
  enableGroup: 'It opens as soon as the group is switched on.',
  forcedOffline: 'Offline: the site is closed by hand',
  changeMode: 'Another mode opens it.',
  until: (time) => `until ${time}`,
  closedBy: {
    'closed-permanently': () => 'Offline: closed permanently.',
    exception: (label) => (label === undefined ? 'Offline: special hours.' : `Offline: special hours (${label}).`),
    holiday: (label) => (label === undefined ? 'Offline: a holiday.' : `Offline: a holiday (${label}).`),
    weekly: () => 'Offline: outside the opening hours.',
  },
  noOpening: 'No opening is known.',
  opensAgain: (time) => `It opens at ${time}.`,
  nobody: 'Offline: nobody is online.',
  leaseEnded: (name, time) => `Nothing more was heard of ${name}, whose presence ended at ${time}.`,
  leaseEndedAfterSignOut: (name, time) => `${name} had signed out, and the presence ended at ${time}.`,
  sessionEnded: (name, time) => `The last session of ${name} ended at ${time}.`,
  opens: {
    'go-online': (name) => `${name} is signed in: a click on "online" opens it.`,
    'sign-in': (name) => `It opens when ${name} signs in.`,
    'sign-in-and-go-online': (name) => `It opens when ${name} signs in and goes online.`,
    'activate-agent': (name) => `${name} is deactivated and would have to be activated first.`,
    'add-agent': () => 'There is nobody who counts here: an agent is missing.',
  },
  openUntil: (time) => `By all that is known, until ${time}.`,
  forcedOnline: 'Online: the site is set to online by hand.',
  byHours: 'Online: by the opening hours alone.',
  online: (who, many) => `Online: ${who} ${many ? 'are' : 'is'} online.`,
  busy: (who, many) => `Busy: ${who} ${many ? 'are' : 'is'} busy, and nobody is online.`,
  unattended: (who, many) => `Still open, but unattended: ${who} ${many ? 'have' : 'has'} signed out, until the presence runs out.`,
  list: (names, others) => listed(names, others, 'and', (count) => (count === 1 ? 'one other' : `${count} others`)),
  inactive: {
    groups: (plan) => `The plan ${plan} has no groups: the site's status holds.`,
    hours: (plan) => `The plan ${plan} has no opening hours: they do not count.`,
  },
  unknownGroup: "There is no such group: the site's status holds.",
  onDay: (date, clock) => `${clock} on ${Number(date.slice(8))} ${MONTHS[Number(date.slice(5, 7)) - 1]} ${date.slice(0, 4)}`,
};

export const WORDS: Readonly<Record<Language, Words>> = { de: german, en: english };

function listed(names: readonly string[], others: number, and: string, counted: (count: number) => string): string {
  const all = [...names, ...(others > 0 ? [counted(others)] : [])];
  const last = all.pop() ?? '';
  return all.length === 0 ? last : `${all.join(', ')} ${and} ${last}`;
}
