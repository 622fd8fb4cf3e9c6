import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { IssuedApiKey, SiteView } from '#contract';
import { sharedAmpel } from '#testing';
import { type Agent, call, type ProblemBody, Tenant } from './client/index.js';

describe('two tenants (behaviour, case 30; targets I12)', () => {
  const place = sharedAmpel();
  let one: Tenant;
  let two: Tenant;
  let sites: [SiteView, SiteView];
  let agents: [Agent, Agent];

  beforeAll(async () => {
    [one, two] = await Promise.all([Tenant.add(place), Tenant.add(place)]);
    sites = await Promise.all([one.addSite(), two.addSite()]);
    const email = `${randomUUID()}@example.com`;
    agents = await Promise.all([one.addAgent([], email), two.addAgent([], email)]);
  });
  afterAll(() => {
    one.close();
    two.close();
  });

  it('case 30: the same e-mail in tenants 1 and 2; online in 1: 2 unchanged', async () => {
    const [first, second] = await Promise.all(agents.map((agent) => agent.signIn()));
    const [onOne, onTwo] = await Promise.all([one.widget(sites[0]).listen(), two.widget(sites[1]).listen()]);

    await first?.click('online');

    await onOne.shows('online');
    expect(await second?.status()).toMatchObject({ status: 'offline', version: 0 });
    expect(onTwo.events.frames).toHaveLength(1);
    expect(await two.widget(sites[1]).status()).toEqual(onTwo.snapshot);
    expect((await two.events()).filter(({ type }) => type === 'StatusChanged')).toEqual([]);
    await first?.click('offline');
  });

  it("a group of another tenant is an unknown group: the site's status, not found", async () => {
    const foreign = await two.addGroup('DE');
    const { status, version } = await one.widget(sites[0]).status();
    expect(await one.widget(sites[0], foreign).status()).toMatchObject({ status, version, group: { id: foreign.id, found: false } });
  });

  it('an API key of one tenant finds nothing of the other: the same 404 as for what never was', async () => {
    const { key } = await one.admin<IssuedApiKey>('POST', '/api-keys', { name: 'one', role: 'owner' });
    const ask = (path: string) => call<ProblemBody>('GET', `${place.urls.admin}/admin/v1/tenants/${path}`, { token: key });
    expect((await ask(`${one.id}/agents`)).status).toBe(200);
    const never = await ask(`${randomUUID()}/agents`);
    expect([never.status, never.body.code]).toEqual([404, 'not-found']);
    const foreign = [
      `${two.id}/agents`,
      `${two.id}/agents/${agents[1].id}`,
      `${two.id}/events`,
      `${two.id}/status`,
      `${two.id}/history?agentId=${agents[1].id}`,
      `${one.id}/agents/${agents[1].id}`,
      `${one.id}/sites/${sites[1].id}/status`,
      `${one.id}/events?agentId=${agents[1].id}`,
      `${one.id}/history?agentId=${agents[1].id}`,
    ];
    for (const path of foreign) {
      const { status, body } = await ask(path);
      expect({ path, status, body }).toEqual({ path, status: 404, body: never.body });
    }
  });

  it("an agent's sign-in of one tenant does not work with the other's name", async () => {
    const stranger = await one.addAgent();
    const body = { tenant: two.slug, email: stranger.email, password: stranger.password, device: { kind: 'desktop' } };
    const signIn = (as: object) => call<ProblemBody>('POST', `${place.urls.agent}/agent/v1/sessions`, { body: as });
    const [wrong, unknown] = [await signIn(body), await signIn({ ...body, tenant: 'nobody-at-all' })];
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(wrong.body).toEqual(unknown.body);
  });

  it("events never hold another tenant's ids", async () => {
    const text = JSON.stringify(await one.events());
    for (const id of [two.id, sites[1].id, agents[1].id]) expect(text).not.toContain(id);
  });
});
