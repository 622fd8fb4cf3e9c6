import { z } from 'zod';
import { instant } from './admin-api-reads.js';
import { opaqueId, timestamp } from './shared.js';

/** Longest range of a report, days; by hours it is shorter, because nobody reads more. */
export const LONGEST_DAYS = 400;
export const LONGEST_DAYS_BY_HOUR = 35;

export const availabilityQuery = z
  .strictObject({
    from: instant.describe(`RFC 3339; the range is at most ${LONGEST_DAYS} days long, by hours ${LONGEST_DAYS_BY_HOUR}`),
    to: instant.describe('RFC 3339; what is not over yet is left out'),
    siteId: opaqueId.optional().describe('without it the oldest site'),
    groupId: opaqueId.optional().describe('tells the periods of this group too'),
    agentId: opaqueId.optional().describe('tells the periods of this agent too'),
    by: z.enum(['hour', 'day', 'week']).default('day').describe('also tells hours, or weeks from Monday on, in the zone of the site'),
    format: z.enum(['json', 'csv']).optional().describe('as `Accept: text/csv`, for links'),
  })
  .superRefine(({ from, to, by }, context) => {
    const fault = (message: string): void => context.addIssue({ code: 'custom', path: ['to'], message });
    const longest = by === 'hour' ? LONGEST_DAYS_BY_HOUR : LONGEST_DAYS;
    if (from >= to) fault('must be later than from');
    else if (to - from > longest * 86_400_000) fault(`must be at most ${longest} days after from`);
  });
export type AvailabilityQuery = z.infer<typeof availabilityQuery>;

const seconds = (means: string) => z.number().describe(`seconds, ${means}`);
export const boxSeconds = {
  onlineSeconds: seconds('online with somebody there, or by the mode'),
  unattendedOnlineSeconds: seconds('online although everybody who held the box open had signed out'),
  busySeconds: seconds('busy'),
  offlineSeconds: seconds('offline, for whichever reason'),
  outsideHoursSeconds: seconds('of offline: outside the opening hours'),
  missedSeconds: seconds('of offline: inside the opening hours, and nobody was there'),
};
export const period = { date: z.string().describe('the local date on which it begins; of a week its Monday'), from: timestamp, to: timestamp };
const boxPeriod = z.object({ ...period, ...boxSeconds });
const agentSeconds = {
  onlineSeconds: seconds('online with a device in use'),
  unattendedOnlineSeconds: seconds('online although signed out, while the lease ran out'),
  busySeconds: seconds('busy'),
  offlineSeconds: seconds('offline'),
};
const agentPeriod = z.object({ ...period, ...agentSeconds });
const periodsOf = <Period extends z.ZodType>(one: Period) => ({ hours: z.array(one).optional(), days: z.array(one), weeks: z.array(one).optional() });
const named = { id: z.string(), name: z.string() };
const coverageAlerts = z.int().describe('how often it was told that nobody had been there for too long (CoverageLost)');
const coverageGap = z.object({
  groupId: z.string().nullable().describe('null: the site itself'),
  from: timestamp,
  to: timestamp.nullable().describe('null: it lasted at the end of the range'),
  because: z
    .enum(['somebody-there', 'hours-ended', 'mode-changed', 'group-disabled', 'removed'])
    .nullable()
    .describe('why it was over'),
});
/** Gaps that a report lists at most, the last ones. */
export const MOST_GAPS = 1_000;

export const availability = z
  .object({
    siteId: z.string(),
    timeZone: z.string().describe('in which days and weeks are cut'),
    from: timestamp,
    to: timestamp.describe('at most now'),
    site: z.object({ ...boxSeconds, coverageAlerts }),
    ...periodsOf(boxPeriod),
    coverageGaps: z.array(coverageGap).describe(`in which nobody was there, of the site and its groups, by when they began; the last ${MOST_GAPS}`),
    groups: z.array(z.object({ ...named, ...boxSeconds, coverageAlerts, ...z.object(periodsOf(boxPeriod)).partial().shape })),
    agents: z.array(z.object({ ...named, ...agentSeconds, ...z.object(periodsOf(agentPeriod)).partial().shape })),
    knownAt: timestamp,
    settled: z.boolean().describe('false: a fact that is still on its way may change the end of the range'),
  })
  .meta({ id: 'Availability' });
export type Availability = z.infer<typeof availability>;
