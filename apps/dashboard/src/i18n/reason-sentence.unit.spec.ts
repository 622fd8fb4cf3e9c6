import { describe, expect, it } from '@jest/globals';
import { reasonSentence } from './reason-sentence.js';

const told = (...reasons: object[]): string => reasonSentence({ reasons: reasons as never }, (id) => ({ a: 'Anna', b: 'Ben', c: 'Cleo', d: 'Dan', e: 'Eva' })[id] ?? '');
const hours = (open: boolean, rule: string, label?: string) => ({ rule: 'hours', decides: !open, open, because: { rule, of: 'site', ...(label === undefined ? {} : { label }) }, nextTurn: null });
const agents = (outcome: string, ...ids: string[]) => ({ rule: 'agents', decides: true, outcome, omitted: 0, agents: ids.map((agentId) => ({ agentId, effectiveStatus: outcome })) });

describe('the reason of a box as a sentence (case 57)', () => {
  it.each<[string, object[], string]>([
    ['a holiday', [hours(false, 'holiday', 'Christmas Day'), { ...agents('online', 'a'), decides: false }], 'A public holiday: Christmas Day.'],
    ['a special day', [hours(false, 'exception', 'Christmas Eve')], 'Closed on this day (Christmas Eve).'],
    ['the week', [hours(false, 'weekly')], 'Outside the weekly hours.'],
    ['people within the hours', [{ ...hours(true, 'weekly'), decides: false }, agents('online', 'a', 'b')], 'Anna and Ben are online now. Within the weekly hours.'],
    ['many people', [agents('online', 'a', 'b', 'c', 'd', 'e')], 'Anna, Ben, Cleo, and 2 more are online now.'],
    ['busy people', [agents('busy', 'a')], 'Nobody is online; Anna is busy now.'],
    ['nobody', [agents('offline', 'a')], 'Nobody who counts here is online now.'],
    ['a word of a manager', [{ rule: 'site-mode', decides: true, mode: 'force-offline', reason: 'Stocktaking' }], 'A manager keeps it closed. “Stocktaking”'],
    ['a group that is off', [{ rule: 'group-disabled', decides: true }], 'The group is switched off.'],
    ['hours alone, without any', [{ rule: 'site-mode', decides: true, mode: 'hours' }], 'Hours alone decide, and there are none: it is always open.'],
    ['an unknown group', [{ rule: 'unknown-group', decides: true }, agents('offline')], 'Nobody who counts here is online now. The group does not exist: visitors see the whole site.'],
    ['a plan without hours', [{ rule: 'plan', decides: false, inactive: 'hours' }, agents('online', 'a')], 'Anna is online now. The plan has no opening hours: they close nothing.'],
  ])('%s', (_, reasons, words) => {
    expect(told(...reasons)).toBe(words);
  });
});
