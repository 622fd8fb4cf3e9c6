import { describe, expect, it } from '@jest/globals';
import { canonicalJson, idempotencyOf, type IdempotentRequest } from './idempotency.js';
import type { Principal } from './principal.js';

const anna: Principal = { kind: 'agent', agentId: 'A', sessionId: 'A-desktop', tenantId: 't1', partition: 3, role: 'agent' };
const request: IdempotentRequest = {
  key: 'k-1',
  principal: anna,
  route: 'PUT /agent/v1/status',
  tenantId: 't1',
  body: { status: 'online', expectedVersion: 3 },
  params: {},
  query: {},
};

describe('what an idempotency key stands for', () => {
  it('the same request gives the same command, also with the properties in another order', () => {
    const again = { ...request, body: { expectedVersion: 3, status: 'online' } };
    expect(idempotencyOf(again)).toEqual(idempotencyOf(request));
  });

  it('the same key from another session of the same agent is the same command', () => {
    expect(idempotencyOf({ ...request, principal: { ...anna, sessionId: 'A-phone' } })).toEqual(idempotencyOf(request));
  });

  it.each<[string, Partial<IdempotentRequest>]>([
    ['another tenant', { tenantId: 't2' }],
    ['another agent', { principal: { ...anna, agentId: 'B' } }],
    ['an API key', { principal: { kind: 'api-key', id: 'A', tenantId: 't1', partition: 3, role: 'agent' } }],
    ['another route', { route: 'DELETE /agent/v1/session' }],
    ['another key', { key: 'k-2' }],
  ])('%s makes it another command', (_what, change) => {
    expect(idempotencyOf({ ...request, ...change }).commandId).not.toBe(idempotencyOf(request).commandId);
  });

  it.each<[string, Partial<IdempotentRequest>]>([
    ['body', { body: { status: 'busy', expectedVersion: 3 } }],
    ['path', { params: { tenantId: 't2' } }],
    ['query', { query: { status: 'offline' } }],
  ])('another %s under the same key is another request of the same command', (_what, change) => {
    const changed = idempotencyOf({ ...request, ...change });
    expect(changed.commandId).toBe(idempotencyOf(request).commandId);
    expect(changed.requestHash).not.toBe(idempotencyOf(request).requestHash);
  });

  it.each([[''], ['two words'], ['x'.repeat(201)], ['caf\u00e9'], ['tab\t']])('refuses the key %j', (key) => {
    expect(() => idempotencyOf({ ...request, key })).toThrow('invalid-header');
  });

  it('canonical JSON sorts names at every depth and leaves out what is undefined', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[{"d":1}]}');
  });
});
