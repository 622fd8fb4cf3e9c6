import { dayAndClock } from '../i18n/format.js';
import { inBoth } from '../i18n/in-both.js';

export const words = inBoth(
  {
    nobody: (where: string, since: number) => `Nobody is there at ${where} since ${dayAndClock(since)}, although the box is meant to be open.`,
    groupOn: (group: string, site: string) => `${group} on ${site}`,
    look: 'Timeline',
  },
  {
    nobody: (where, since) => `Seit ${dayAndClock(since)} ist bei ${where} niemand da, obwohl die Box offen sein soll.`,
    groupOn: (group, site) => `${group} auf ${site}`,
    look: 'Verlauf',
  },
);
