/**
 * Opening hours: when a site, or a group on it, is open by the clock on its wall, why, and when that changes next.
 *
 * Owns: the hours as people write them, their refusals, their merging for a group (behaviour D4-D6, D23), the arithmetic of time zones
 *   and the rows of holidays (D28). Names follow schema.org's OpeningHoursSpecification.
 * Invariants: no clock: the instant is an argument; an answer is exact to the millisecond; it depends on the hours, the instant and the
 *   machine's time zone data, on nothing else; nothing here knows agents.
 * Lifecycle: none. The offsets of a zone are worked out once per calendar year and kept.
 * May import: agent-presence and tenant-settings (types, and what an opening is); temporal-polyfill, which becomes part of the language
 *   (ADR 0017), and that in zone-offsets.ts only.
 */
export { dateOf, mondayOf, monthsAfter } from './calendar-days.js';
export * from './dated-rule.js';
export * from './holidays.js';
export * from './hours-body.js';
export * from './opening-hours.js';
export { groupSchedule, type Schedule, siteSchedule } from './schedule.js';
export * from './state-at.js';
export { instantOf, isTimeZone, localDateAt, localTimeAt, timeZoneFault } from './zone-offsets.js';
