import { describe, expect, it } from '@jest/globals';
import { givenFor, groupAdded, groupRemoved, planChanged, siteAdded, tenantAdded } from '#testing';
import { AFFECTS_ALL_GROUPS, assertConfirmed } from './confirmation.js';
import type { GroupEvent, SiteEvent, TenantEvent } from './events.js';
import { assertSeat, entitlementsOf, entitlementsOfPlan, PLANS } from './plan.js';
import { addGroup, type Group, groupFold, removeGroup, setGroupEnabled } from './group.js';
import { addSite, changeSite, removeSite, type Site, siteFold } from './site.js';
import { addTenant, changeTenant, issueApiKey, removeTenant, revokeApiKey, type Tenant, tenantFold } from './tenant.js';

describe('leaving the last group needs the word of whoever asks (D18, case 28)', () => {
  it('is refused with the agents who would drive every group', () => {
    expect(() => assertConfirmed(['A', 'B'], undefined)).toThrow(
      expect.objectContaining({ name: 'Refusal', code: 'confirmation-required', extra: { agentIds: ['A', 'B'] } }),
    );
  });

  it('any other word is no confirmation', () => {
    expect(() => assertConfirmed(['A'], 'yes')).toThrow(/an agent is in no group and will drive the status of every group/);
  });

  it('is done once it is confirmed', () => {
    expect(() => assertConfirmed(['A'], AFFECTS_ALL_GROUPS)).not.toThrow();
  });

  it('nobody is asked when nobody loses the last group', () => {
    expect(() => assertConfirmed([], undefined)).not.toThrow();
  });
});

describe('groups', () => {
  const given = givenFor<Group, GroupEvent>(groupFold);
  const disabled = { type: 'GroupDisabled', data: { groupId: 'DE' } } as const;

  it('is added once and enabled', () => {
    given()
      .when((g) => addGroup({ groupId: 'DE' }, g))
      .then([groupAdded('DE')])
      .thenState((g) => expect(g).toEqual({ groupId: 'DE', standing: 'present', enabled: true }));
    given([groupAdded('DE')])
      .when((g) => addGroup({ groupId: 'DE' }, g))
      .thenNothing();
  });

  it('is disabled and enabled; saying it twice makes one event', () => {
    given([groupAdded('DE')])
      .when((g) => setGroupEnabled({ enabled: false }, g))
      .then([disabled]);
    given([groupAdded('DE'), disabled])
      .when((g) => setGroupEnabled({ enabled: false }, g))
      .thenNothing();
    given([groupAdded('DE'), disabled])
      .when((g) => setGroupEnabled({ enabled: true }, g))
      .then([{ type: 'GroupEnabled', data: { groupId: 'DE' } }]);
  });

  it('a removed group stays removed: it can be neither added nor enabled again', () => {
    const past = [groupAdded('DE'), groupRemoved('DE')];
    given([groupAdded('DE')])
      .when(removeGroup)
      .then([groupRemoved('DE')]);
    given(past).when(removeGroup).thenNothing();
    given(past)
      .when((g) => addGroup({ groupId: 'DE' }, g))
      .thenNothing();
    given(past)
      .when((g) => setGroupEnabled({ enabled: true }, g))
      .thenRefused('not-found');
  });
});

describe('sites', () => {
  const given = givenFor<Site, SiteEvent>(siteFold);

  it('is added once', () => {
    const command = { siteId: 'shop', key: 'key-of-shop', origins: [], timeZone: 'Europe/Berlin' };
    given()
      .when((s) => addSite(command, s))
      .then([siteAdded()]);
    given([siteAdded()])
      .when((s) => addSite(command, s))
      .thenNothing();
  });

  it('a change makes one event per thing that differs', () => {
    given([siteAdded()])
      .when((s) => changeSite({ origins: ['https://shop.example'], timeZone: 'Europe/Vienna' }, s))
      .then([
        { type: 'SiteOriginsChanged', data: { siteId: 'shop', from: [], to: ['https://shop.example'] } },
        { type: 'SiteTimeZoneChanged', data: { siteId: 'shop', from: 'Europe/Berlin', to: 'Europe/Vienna' } },
      ])
      .thenState((s) => expect(s).toMatchObject({ origins: ['https://shop.example'], timeZone: 'Europe/Vienna' }));
    given([siteAdded()])
      .when((s) => changeSite({ origins: [], timeZone: 'Europe/Berlin' }, s))
      .thenNothing();
  });

  it('a removed site is unknown to a change', () => {
    const past = [siteAdded(), { type: 'SiteRemoved', data: { siteId: 'shop' } } as const];
    given(past).when(removeSite).thenNothing();
    given(past)
      .when((s) => changeSite({ timeZone: 'UTC' }, s))
      .thenRefused('not-found');
  });
});

describe('tenants and plans (D20)', () => {
  const given = givenFor<Tenant, TenantEvent>(tenantFold);

  it.each(PLANS)('by default the plan %s has groups and hours only if it is the top plan, and support only if it is paid (rule 8)', (plan) => {
    const top = plan === 'pro';
    expect(entitlementsOfPlan(plan)).toMatchObject({ groups: top, hours: top, support: plan !== 'free' });
  });

  it('an operator may include other things in a plan; the rest stays', () => {
    const choices = { free: { agents: 10, hours: true } };
    expect(entitlementsOfPlan('free', choices)).toEqual({ agents: 10, groups: false, hours: true, historyDays: 14, support: false });
    expect(entitlementsOfPlan('pro', choices)).toEqual(entitlementsOfPlan('pro'));
  });

  it('what was granted stays when the configuration changes, until the plan is given anew', () => {
    const generous = entitlementsOfPlan('free', { free: { groups: true } });
    const past = [{ type: 'TenantAdded', data: { tenantId: 't1', plan: 'free', leaseSeconds: 120, entitlements: generous } } as const];
    given(past)
      .when((t) => changeTenant({ plan: 'free', entitlements: generous }, t))
      .thenNothing();
    given(past)
      .when((t) => changeTenant({ plan: 'free', entitlements: entitlementsOfPlan('free') }, t))
      .then([{ type: 'PlanChanged', data: { tenantId: 't1', from: 'free', to: 'free', entitlements: entitlementsOfPlan('free') } }])
      .thenState((t) => expect(entitlementsOf(t).groups).toBe(false));
    given([tenantAdded()])
      .when((t) => changeTenant({ plan: 'standard' }, t))
      .thenState((t) => expect(entitlementsOf(t)).toEqual(entitlementsOfPlan('standard')));
  });

  it('beyond the plan is refused, with the plan and the limit', () => {
    const free = entitlementsOfPlan('free');
    expect(() => assertSeat('free', free, 2)).not.toThrow();
    expect(() => assertSeat('pro', entitlementsOfPlan('pro'), 5_000)).not.toThrow();
    const refusal = (extra: object) => expect.objectContaining({ code: 'plan-limit', extra });
    expect(() => assertSeat('free', free, 3)).toThrow(refusal({ plan: 'free', entitlement: 'agents', limit: 3 }));
  });

  it('is added once; another plan and another lease are an event each', () => {
    given()
      .when((t) => addTenant({ tenantId: 't1', plan: 'pro', leaseSeconds: 120 }, t))
      .then([tenantAdded()]);
    given([tenantAdded()])
      .when((t) => addTenant({ tenantId: 't1', plan: 'free', leaseSeconds: 60 }, t))
      .thenNothing();
    given([tenantAdded()])
      .when((t) => changeTenant({ plan: 'free', leaseSeconds: 300 }, t))
      .then([planChanged('pro', 'free'), { type: 'LeaseChanged', data: { tenantId: 't1', from: 120, to: 300 } }])
      .thenState((t) => expect(t).toMatchObject({ plan: 'free', leaseSeconds: 300 }));
    given([tenantAdded()])
      .when((t) => changeTenant({ plan: 'pro' }, t))
      .thenNothing();
  });

  it('keys stand in the log by id and role only, and leave the state alone', () => {
    given([tenantAdded()])
      .when((t) => issueApiKey({ apiKeyId: 'k1', role: 'manager' }, t))
      .then([{ type: 'ApiKeyIssued', data: { tenantId: 't1', apiKeyId: 'k1', role: 'manager' } }])
      .thenState((t) => expect(t).toEqual({ tenantId: 't1', standing: 'present', plan: 'pro', leaseSeconds: 120, mobileHours: 8, conversationHoldMinutes: 120, messageRetentionDays: 90 }));
    given([tenantAdded()])
      .when((t) => revokeApiKey({ apiKeyId: 'k1' }, t))
      .then([{ type: 'ApiKeyRevoked', data: { tenantId: 't1', apiKeyId: 'k1' } }]);
  });

  it('a removed tenant stays removed', () => {
    const past = [tenantAdded(), { type: 'TenantRemoved', data: { tenantId: 't1' } } as const];
    given(past).when(removeTenant).thenNothing();
    given(past)
      .when((t) => changeTenant({ plan: 'free' }, t))
      .thenRefused('not-found');
    given(past)
      .when((t) => issueApiKey({ apiKeyId: 'k1', role: 'owner' }, t))
      .thenRefused('not-found');
  });
});
