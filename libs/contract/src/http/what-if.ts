import { z } from 'zod';
import type { BoxStanding, DecidingRule } from '#domain/past/index';
import { instant } from './admin-api-reads.js';
import { hoursBody } from './hours.js';
import { boxSeconds, LONGEST_DAYS, LONGEST_DAYS_BY_HOUR, period } from './reports.js';
import { opaqueId, statusName, timestamp } from './shared.js';

/** By minutes: a day, also one that is an hour longer. */
const LONGEST_HOURS_BY_MINUTE = 25;
const HOUR_MS = 3_600_000;
const MOST_AGENTS = 100;

const suppose = z
  .strictObject({
    hours: hoursBody.nullable().optional().describe('opening hours of the site; null: none, open around the clock'),
    groupHours: hoursBody.nullable().optional().describe('opening hours of the group whose box is asked for; null: it follows its site'),
    mode: z.enum(['agents-and-hours', 'agents', 'hours', 'force-online', 'force-offline']).optional().describe('what decides on the site'),
    groupEnabled: z.boolean().optional().describe('whether the group whose box is asked for is switched on'),
    agentGroups: z
      .array(z.strictObject({ agentId: opaqueId, groupIds: z.array(opaqueId).max(100).describe('empty: in no group, so they count for all') }))
      .min(1)
      .max(MOST_AGENTS)
      .optional()
      .describe('who would have been in which groups, whatever was assigned meanwhile'),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), 'must suppose something: hours, groupHours, mode, groupEnabled or agentGroups');

/** `POST .../what-if`. What hours may not be is refused by the rules of `PUT .../hours`. */
export const whatIfBody = z
  .strictObject({
    siteId: opaqueId,
    groupId: opaqueId.optional().describe("without it the site's own box"),
    from: instant.describe(
      `RFC 3339; from here on it is supposed. The range is at most ${LONGEST_DAYS} days long, by hours ${LONGEST_DAYS_BY_HOUR}, by minutes ${LONGEST_HOURS_BY_MINUTE} hours`,
    ),
    to: instant.describe('RFC 3339; what is not over yet is left out'),
    by: z.enum(['minute', 'hour', 'day']).default('day').describe('also tells minutes or hours'),
    slice: z
      .boolean()
      .default(false)
      .describe('of a range in which much happened only the beginning, and in `next` from where to ask on; without it such a range is refused'),
    suppose,
  })
  .superRefine(({ from, to, by, groupId, suppose: { groupHours, groupEnabled, agentGroups = [] } }, context) => {
    const fault = (path: (string | number)[], message: string): void => context.addIssue({ code: 'custom', path, message });
    const hours = by === 'minute' ? LONGEST_HOURS_BY_MINUTE : 24 * (by === 'hour' ? LONGEST_DAYS_BY_HOUR : LONGEST_DAYS);
    if (from >= to) fault(['to'], 'must be later than from');
    else if (to - from > hours * HOUR_MS) fault(['to'], `must be at most ${hours > 48 ? `${hours / 24} days` : `${hours} hours`} after from`);
    if (groupId === undefined && groupHours !== undefined) fault(['suppose', 'groupHours'], 'needs the groupId whose box is asked for');
    if (groupId === undefined && groupEnabled !== undefined) fault(['suppose', 'groupEnabled'], 'needs the groupId whose box is asked for');
    const seen = new Set<string>();
    agentGroups.forEach(({ agentId }, i) => {
      if (seen.has(agentId)) fault(['suppose', 'agentGroups', i, 'agentId'], 'is named before');
      seen.add(agentId);
    });
  })
  .meta({ id: 'WhatIfAsked' });
export type WhatIfBody = z.infer<typeof whatIfBody>;

export const whatIfQuery = z.strictObject({ format: z.enum(['json', 'csv']).optional().describe('as `Accept: text/csv`, for links') });
export type WhatIfQuery = z.infer<typeof whatIfQuery>;

const spent = {
  was: z.object(boxSeconds),
  would: z.object(boxSeconds).describe('as it would have been'),
  differSeconds: z.number().describe('seconds in which visitors would have seen another status'),
};
const part = z.object({ ...period, ...spent });

const side = z.object({
  status: statusName.describe('what visitors see'),
  standing: z.enum(['online', 'unattended', 'busy', 'outside-hours', 'missed', 'closed'] satisfies BoxStanding[]).describe('how the box stands, as reports count it'),
  rule: z.enum(['group-disabled', 'site-mode', 'hours', 'agents'] satisfies DecidingRule['rule'][]).describe('what decides'),
  opening: z
    .object({ rule: z.enum(['closed-permanently', 'exception', 'holiday', 'weekly']), of: z.enum(['site', 'group']), label: z.string().optional() })
    .optional()
    .describe('which of the opening hours, where they decide'),
  cause: z
    .object({ eventId: z.string(), type: z.string(), actor: z.object({ kind: z.string(), id: z.string() }), reason: z.string().optional() })
    .nullable()
    .describe('the fact with which the box came to stand so; null: nothing but the supposition'),
});

export const whatIfAnswer = z
  .object({
    siteId: z.string(),
    groupId: z.string().nullable(),
    timeZone: z.string().describe('in which days are cut'),
    from: timestamp,
    to: timestamp.describe('at most now; of a slice where it ends'),
    next: timestamp.nullable().describe('the same question with this `from` goes on; null: the range was compared to its end'),
    ...spent,
    days: z.array(part),
    hours: z.array(part).optional(),
    minutes: z.array(part).optional(),
    intervals: z
      .array(z.object({ from: timestamp, to: timestamp, differs: z.boolean().describe('visitors would have seen another status'), was: side, would: side }))
      .describe('the whole range; neighbours differ in what was or in what would have been'),
    intervalsUntil: timestamp.describe('until when the intervals reach; the sums are of the whole range'),
    inactive: z.array(z.enum(['hours', 'groups'])).describe('what is supposed and the plan has not, so that it changes nothing'),
    sentence: z.object({ de: z.string(), en: z.string() }),
    knownAt: timestamp,
    settled: z.boolean().describe('false: a fact that is still on its way may change the end of the range'),
  })
  .meta({ id: 'WhatIf' });
export type WhatIfAnswer = z.infer<typeof whatIfAnswer>;
