/** The writing door of the read model. Only the projector comes in here (a rule of `npm run rooms`). */
export * from './heal-rows.js';
export * from './write-projection.js';
