export * from './admin-api.js';
export * from './admin-api-reads.js';
export * from './agent-api.js';
export * from './hours.js';
export * from './problem.js';
export * from './shared.js';
export * from './webhooks.js';
export * from './widget-api.js';
