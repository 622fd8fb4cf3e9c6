import { inBoth } from './in-both.js';
import { dayAndClock, listed } from './index.js';

/** Why a box shows what it shows, as sentences. */
export const reasonWords = inBoth(
  {
    groupDisabled: 'The group is switched off.',
    forcedOffline: 'A manager keeps it closed.',
    forcedOnline: 'A manager keeps it open.',
    agentsOnly: 'Hours are ignored in the mode of this site.',
    hoursOnly: 'Hours alone decide in the mode of this site.',
    noHours: 'Hours alone decide, and there are none: it is always open.',
    said: (text: string) => `“${text}”`,
    until: (at: number) => `Until ${dayAndClock(at)}.`,
    permanently: 'It is closed permanently.',
    special: (label: string) => `Special hours (${label}).`,
    specialClosed: (label: string) => `Closed on this day (${label}).`,
    unnamed: 'a special day',
    holiday: (label: string) => `A public holiday: ${label}.`,
    aHoliday: 'without a name',
    outside: 'Outside the weekly hours.',
    inside: 'Within the weekly hours.',
    online: (names: readonly string[], others: number) =>
      `${listed(others > 0 ? [...names, `${others} more`] : names)} ${names.length + others === 1 ? 'is' : 'are'} online now.`,
    busy: (names: readonly string[], others: number) =>
      `Nobody is online; ${listed(others > 0 ? [...names, `${others} more`] : names)} ${names.length + others === 1 ? 'is' : 'are'} busy now.`,
    nobody: 'Nobody who counts here is online now.',
    unknownGroup: 'The group does not exist: visitors see the whole site.',
    planGroups: 'The plan has no groups: visitors see the whole site.',
    planHours: 'The plan has no opening hours: they close nothing.',
    plan: 'The plan decides.',
  },
  {
    groupDisabled: 'Die Gruppe ist ausgeschaltet.',
    forcedOffline: 'Die Leitung hält sie geschlossen.',
    forcedOnline: 'Die Leitung hält sie offen.',
    agentsOnly: 'Im Modus dieser Website gelten keine Zeiten.',
    hoursOnly: 'Im Modus dieser Website entscheiden allein die Zeiten.',
    noHours: 'Allein die Zeiten entscheiden, und es gibt keine: Sie ist immer offen.',
    said: (text) => `„${text}“`,
    until: (at) => `Bis ${dayAndClock(at)}.`,
    permanently: 'Sie ist dauerhaft geschlossen.',
    special: (label) => `Besondere Zeiten (${label}).`,
    specialClosed: (label) => `An diesem Tag geschlossen (${label}).`,
    unnamed: 'ein besonderer Tag',
    holiday: (label) => `Ein Feiertag: ${label}.`,
    aHoliday: 'ohne Namen',
    outside: 'Außerhalb der wöchentlichen Zeiten.',
    inside: 'Innerhalb der wöchentlichen Zeiten.',
    online: (names, others) =>
      `${listed(others > 0 ? [...names, `${others} weitere`] : names)} ${names.length + others === 1 ? 'ist' : 'sind'} jetzt online.`,
    busy: (names, others) =>
      `Niemand ist online; ${listed(others > 0 ? [...names, `${others} weitere`] : names)} ${names.length + others === 1 ? 'ist' : 'sind'} jetzt beschäftigt.`,
    nobody: 'Niemand, der hier zählt, ist jetzt online.',
    unknownGroup: 'Die Gruppe gibt es nicht: Besucher sehen die ganze Website.',
    planGroups: 'Der Tarif enthält keine Gruppen: Besucher sehen die ganze Website.',
    planHours: 'Der Tarif enthält keine Geschäftszeiten: Sie schließen nichts.',
    plan: 'Der Tarif entscheidet.',
  },
);
