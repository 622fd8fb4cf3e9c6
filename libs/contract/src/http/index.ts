export * from './agent-api.js';
export * from './problem.js';
export * from './shared.js';
