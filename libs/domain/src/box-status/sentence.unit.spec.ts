import { describe, expect, it } from '@jest/globals';
import { agentAdded, at, type BoxFact, BoxStory, planChanged, presentAgent, sessionEnded, shopWithGroups, signedOut } from '#testing';
import { explainBox } from './explain.js';
import { sentenceOf } from './sentence.js';

const NAMES: Readonly<Record<string, string>> = { A: 'Anna', B: 'Bob', C: 'Chris', D: 'Doro', E: 'Emil', DE: 'Deutsch' };

/** Both sentences about the box of the site, or of a group on it, at 12:30 in Berlin. */
function told(facts: readonly BoxFact[], groupId: string | null = null): string[] {
  const { boxes } = new BoxStory([...shopWithGroups('DE'), ...facts]);
  const site = boxes.sites.get('shop')?.site;
  if (!site) throw new Error('the shop is missing');
  const explained = explainBox(boxes, site, groupId);
  const telling = { timeZone: 'Europe/Berlin', at: at('11:30:00'), nameOf: (id: string) => NAMES[id] ?? id };
  return [sentenceOf(explained, { ...telling, language: 'de' }), sentenceOf(explained, { ...telling, language: 'en' })];
}

const hours = (open: boolean, rule: 'weekly' | 'holiday' | 'exception', turn: string | null, label?: string): BoxFact => {
  const because = { rule, of: 'site' as const, ...(label === undefined ? {} : { label }) };
  return { type: 'HoursChanged', data: { siteId: 'shop', hours: {}, openings: [{ groupId: null, open, because, upcoming: turn === null ? [] : [{ at: turn, open: !open }] }] } };
};
const expired: BoxFact = {
  ...{ type: 'HeartbeatExpired', data: { agentId: 'A', sessionId: 'A-desktop', lastSeenAt: '2026-03-02T12:10:03.000Z' } },
  effectiveAt: at('12:12:03'),
};

describe('why a box is closed, and what would open it, in one sentence or two (case 57)', () => {
  it.each<[string, BoxFact[], string | null, string, string]>([
    ['nobody counts', [], null, 'Offline: Niemand ist online. Es gibt niemanden, der hier zählt: Es fehlt ein Agent.', 'Offline: nobody is online. There is nobody who counts here: an agent is missing.'],
    [
      'a lease ended', [...presentAgent('A', 'online'), expired], null,
      'Offline: Niemand ist online. Von Anna kam nichts mehr, die Anwesenheit endete um 13:12:03. Meldet Anna sich an, öffnet sie.',
      'Offline: nobody is online. Nothing more was heard of Anna, whose presence ended at 13:12:03. It opens when Anna signs in.',
    ],
    ['somebody is there, offline', presentAgent('A', 'offline'), null, 'Offline: Niemand ist online. Anna ist angemeldet: Ein Klick auf „online“ öffnet.', 'Offline: nobody is online. Anna is signed in: a click on "online" opens it.'],
    [
      'a session was ended', [...presentAgent('A', 'offline'), sessionEnded('A')], null,
      'Offline: Niemand ist online. Die letzte Sitzung von Anna endete um 13:00:06. Meldet Anna sich an und geht online, öffnet sie.',
      'Offline: nobody is online. The last session of Anna ended at 13:00:06. It opens when Anna signs in and goes online.',
    ],
    ['a disabled group', [agentAdded('A'), { type: 'GroupDisabled', data: { groupId: 'DE' } }], 'DE', 'Offline: Die Gruppe Deutsch ist ausgeschaltet. Sie öffnet, sobald die Gruppe eingeschaltet wird.', 'Offline: the group Deutsch is switched off. It opens as soon as the group is switched on.'],
    [
      'a forced mode', [{ type: 'SiteModeChanged', data: { siteId: 'shop', from: 'agents-and-hours', to: 'force-offline', reason: 'Umzug', until: '2026-03-02T13:00:00.000Z', restores: 'agents' } }], null,
      'Offline: Die Website ist von Hand geschlossen (Umzug, bis 14:00). Sie öffnet mit einem anderen Modus.',
      'Offline: the site is closed by hand (Umzug, until 14:00). Another mode opens it.',
    ],
    ['after hours', [hours(false, 'weekly', '2026-03-03T07:00:00.000Z')], null, 'Offline: außerhalb der Geschäftszeiten. Geöffnet wird um 08:00 am 3.3.2026.', 'Offline: outside the opening hours. It opens at 08:00 on 3 March 2026.'],
    ['a holiday', [hours(false, 'holiday', null, 'Rosenmontag')], null, 'Offline: Feiertag (Rosenmontag). Eine Öffnung ist nicht bekannt.', 'Offline: a holiday (Rosenmontag). No opening is known.'],
    [
      'a plan without groups', [planChanged('pro', 'free')], 'DE',
      'Offline: Niemand ist online. Es gibt niemanden, der hier zählt: Es fehlt ein Agent. Gruppen sind im Tarif free nicht enthalten, es gilt die Website.',
      "Offline: nobody is online. There is nobody who counts here: an agent is missing. The plan free has no groups: the site's status holds.",
    ],
  ])('%s', (_what, facts, groupId, german, english) => {
    expect(told(facts, groupId)).toEqual([german, english]);
  });
});

describe('who holds it open, and until when', () => {
  it.each<[string, BoxFact[], string, string]>([
    ['one', presentAgent('A', 'online'), 'Online: Anna ist online.', 'Online: Anna is online.'],
    ['several', ['A', 'B', 'C', 'D', 'E'].flatMap((id) => presentAgent(id, 'online')), 'Online: Anna, Bob, Chris und 2 weitere Personen sind online.', 'Online: Anna, Bob, Chris and 2 others are online.'],
    ['until closing time', [...presentAgent('A', 'busy'), hours(true, 'weekly', '2026-03-02T16:00:00.000Z')], 'Beschäftigt: Anna ist beschäftigt, niemand ist online. Nach allem, was bekannt ist, bis 17:00.', 'Busy: Anna is busy, and nobody is online. By all that is known, until 17:00.'],
    ['nobody any more', [...presentAgent('A', 'online'), signedOut('A')], 'Noch offen, aber unbesetzt: Anna hat sich abgemeldet, bis die Anwesenheit abläuft.', 'Still open, but unattended: Anna has signed out, until the presence runs out.'],
    ['a mode', [{ type: 'SiteModeChanged', data: { siteId: 'shop', from: 'agents', to: 'force-online' } }], 'Online: Die Website ist von Hand auf online gestellt.', 'Online: the site is set to online by hand.'],
    ['the hours', [{ type: 'SiteModeChanged', data: { siteId: 'shop', from: 'agents', to: 'hours' } }], 'Online: allein nach den Geschäftszeiten.', 'Online: by the opening hours alone.'],
  ])('%s', (_what, facts, german, english) => {
    expect(told(facts)).toEqual([german, english]);
  });
});
