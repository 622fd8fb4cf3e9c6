/**
 * Contract: the JSON that crosses a boundary, as zod schemas: HTTP bodies, SSE frames, events, and the catalogue of error codes.
 *
 * Owns: the shapes named in contract.md and their OpenAPI and AsyncAPI names.
 * Invariants: commands are strict objects (unknown properties are refused); a published code or field keeps its meaning.
 * Lifecycle: none. May import: types of domain.
 */
export { asyncApiDocument } from './asyncapi.js';
export * from './errors.js';
export * from './events/index.js';
export * from './http/index.js';
