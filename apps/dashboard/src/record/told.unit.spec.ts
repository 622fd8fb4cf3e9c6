import { describe, expect, it } from '@jest/globals';
import { actionKey, doneOf, targetOf, valueOf } from './told.js';
import type { Entry } from './use-record.js';

const entry = (action: string, more: Partial<Entry> = {}): Entry => ({
  ...{ id: 'e1', at: '2026-11-23T08:00:00.000Z', actor: { kind: 'agent', id: 'a1' }, ip: null },
  ...{ action, target: { kind: 'agent', id: 'a2' }, before: {}, after: {} },
  ...more,
});

describe('an entry of the record in words', () => {
  it.each([
    ['PUT /admin/v1/tenants/:tenantId/agents/:agentId/groups', 'PUT agents/groups', 'changed the groups of'],
    ['POST /admin/v1/tenants/:tenantId/agents', 'POST agents', 'added'],
    ['PATCH /admin/v1/tenants/:tenantId', 'PATCH', 'changed the account'],
    ['PUT /admin/v1/tenants/:tenantId/agents/:agentId/status', 'PUT agents/status', 'set offline'],
    ['BREW /admin/v1/tenants/:tenantId/coffee', 'BREW coffee', 'BREW /admin/v1/tenants/:tenantId/coffee'],
  ])('%s', (action, key, words) => {
    expect([actionKey(action), doneOf(entry(action))]).toEqual([key, words]);
  });

  it('the target has its name of now, else that of the entry, else none', () => {
    const names = new Map([['a2', 'Anna Berg']]);
    expect(targetOf(entry('x', { after: { name: 'Anna' } }), names)).toBe('Anna Berg');
    expect(targetOf(entry('x', { after: { name: 'Anna' } }), new Map())).toBe('Anna');
    expect(targetOf(entry('x'), new Map())).toBe('');
  });

  it('ids are read as names, and nothing as nothing', () => {
    const names = new Map([['g1', 'DE']]);
    expect([['g1', 'g2'], [], null, true, 'manager', 3].map((value) => valueOf(value, names))).toEqual(['DE, g2', '–', '–', 'yes', 'Manager', '3']);
  });
});
