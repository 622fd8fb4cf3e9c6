/**
 * Hours exchange: opening hours as files that other programs read and write: iCalendar (RFC 5545) and JSON-LD (schema.org).
 *
 * Owns: both formats, the only way to `ical.js`.
 * Invariants: what was exported here imports as the same hours (midnight as a closing time is written 24:00); what a foreign file says and
 *   is not understood is refused with its line or pointer, never left out silently; what comes out has been through `parseHours`.
 * Lifecycle: none; no clock: dates and stamps are arguments.
 * May import: domain.
 */
export * from './from-icalendar.js';
export * from './from-json-ld.js';
export * from './to-icalendar.js';
export * from './to-json-ld.js';
export { UnreadableHours } from './unreadable-hours.js';
