import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgentState, SiteView } from '#contract';
import { eventually, type ReadyAmpel, startAmpel } from '#testing';
import { call, type Device, type ProblemBody, Tenant } from './client/index.js';

/** With Postgres away commands answer 503 with Retry-After; with NATS away they succeed, and the status is right, only slower. */
describe('servers that die under a running Ampel (targets, faults)', () => {
  let ampel: ReadyAmpel;
  let tenant: Tenant;
  let site: SiteView;
  let device: Device;

  beforeAll(async () => {
    ampel = await startAmpel({ env: { AMPEL_SEED: 'none' } });
    tenant = await Tenant.add(ampel);
    site = await tenant.addSite();
    device = await (await tenant.addAgent()).present();
  }, 90_000);

  afterAll(async () => {
    tenant?.close();
    await ampel?.stop();
    await ampel?.discard();
  }, 30_000);

  const pidOf = (role: string): number => ampel.run().processes.find((one) => one.role === role)?.pid ?? 0;

  async function pushesAreFast(): Promise<boolean> {
    const stream = await tenant.widget(site).listen();
    const target = stream.last.status === 'online' ? 'busy' : 'online';
    const clicked = performance.now();
    await device.click(target);
    const at = await stream.shows(target, 3_000);
    stream.close();
    return at - clicked < 500;
  }

  it('NATS killed: commands succeed, the status is right, and pushes are fast again when it is back', async () => {
    const pid = pidOf('nats');
    const stream = await tenant.widget(site).listen();
    await device.click('online');
    await stream.shows('online', 5_000);

    process.kill(pid, 'SIGKILL');
    for (const status of ['busy', 'offline', 'busy'] as const) expect(await device.click(status)).toMatchObject({ status });

    await stream.shows('busy', 6_000);
    expect(await tenant.widget(site).status()).toMatchObject({ status: 'busy' });
    await eventually(() => pidOf('nats') !== pid, { within: 10_000 });
    await eventually(pushesAreFast, { within: 10_000 });
  }, 40_000);

  it('NATS hangs: commands succeed and the status is right, only slower', async () => {
    const pid = pidOf('nats');
    const stream = await tenant.widget(site).listen();
    process.kill(pid, 'SIGSTOP');
    try {
      const target = stream.last.status === 'offline' ? 'online' : 'offline';
      expect(await device.click(target)).toMatchObject({ status: target });
      await stream.shows(target, 8_000);
      expect(stream.last).not.toHaveProperty('stale');
      expect((await call('GET', `${ampel.urls.widget}/readyz`)).status).toBe(200);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await eventually(pushesAreFast, { within: 15_000 });
  }, 40_000);

  it('Postgres killed: commands answer 503 until it is back within 15 s, boxes are served, and nothing acknowledged is lost', async () => {
    const acknowledged: AgentState[] = [];
    const refusals: { status: number; code: string; retryAfter: string | null }[] = [];
    const pid = pidOf('postgres');
    const unknownSite = `${ampel.urls.widget}/widget/v1/sites/unknown-site/status`;
    const click = async (n: number): Promise<boolean> => {
      const { status, headers, body } = await device.wish(n % 2 === 0 ? 'busy' : 'online');
      if (status === 200) acknowledged.push(body);
      else refusals.push({ status, code: body.code ?? '', retryAfter: headers.get('retry-after') });
      return status === 200;
    };
    for (let n = 0; n < 20; n++) await click(n);

    process.kill(pid, 'SIGKILL');
    const killedAt = performance.now();
    await eventually(async () => !(await click(acknowledged.length)));
    const strange = await call<ProblemBody>('GET', unknownSite);
    const known = await tenant.widget(site).ask();
    await eventually(() => click(acknowledged.length), { within: 15_000 });
    expect(performance.now() - killedAt).toBeLessThan(15_000);

    for (const refusal of refusals) expect(refusal).toEqual({ status: 503, code: 'store-unavailable', retryAfter: '1' });
    expect(known.status).toBe(200);
    // 404 if Postgres was back by then
    const { code } = strange.body;
    if (strange.status !== 404) expect([strange.status, code, strange.headers.get('retry-after')]).toEqual([503, 'store-unavailable', '1']);
    const stored = await tenant.events('type=StatusChanged');
    for (const { version, status } of acknowledged) {
      expect(stored.find(({ data }) => data['statusVersion'] === version)?.data).toMatchObject({ to: status });
    }
    const { status: intent } = await device.status();
    await eventually(async () => expect((await tenant.widget(site).status()).status).toBe(intent), { within: 30_000 });
    await eventually(pushesAreFast, { within: 30_000 });
  }, 90_000);
});
