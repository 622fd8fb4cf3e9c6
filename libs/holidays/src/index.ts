/**
 * Holidays: the public holidays of a country or region, by date and name.
 *
 * Owns: the only way to `date-holidays` and its data (CC BY, see NOTICE).
 * Invariants: the package is loaded when somebody asks for holidays and not before: half a second and 24 MB that most starts do not need;
 *   what comes out is plain dates, so nothing that is kept depends on it.
 * Lifecycle: none; loaded once per process.
 * May import: domain.
 */
export * from './holiday-calendars.js';
export * from './write-out.js';
