import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { GroupView, ReplayView, SiteView } from '#contract';
import { eventually, type ReadyAmpel, startAmpel } from '#testing';
import { type Device, take, Tenant } from './client/index.js';

const ROLES = ['agent-api', 'admin-api', 'widget-api', 'relay', 'projector', 'timekeeper'];

describe('every service as a process of its own (contract, "Running it")', () => {
  let ampel: ReadyAmpel;
  let tenant: Tenant;
  let site: SiteView;
  let de: GroupView;
  let device: Device;

  beforeAll(async () => {
    ampel = await startAmpel({ split: true, env: { AMPEL_SEED: 'none' } });
    tenant = await Tenant.add(ampel);
    [site, de] = [await tenant.addSite(), await tenant.addGroup('DE')];
    device = await (await tenant.addAgent([de])).signIn();
  }, 120_000);

  afterAll(async () => {
    tenant?.close();
    await ampel?.stop();
    await ampel?.discard();
  }, 30_000);

  const pidOf = (role: string): number => ampel.run().processes.find((one) => one.role === role)?.pid ?? 0;

  it('run.json lists six services and two servers, each a process and a port of its own', () => {
    const { processes, urls } = ampel.run();
    expect(processes.map(({ role }) => role).sort()).toEqual([...ROLES, 'nats', 'postgres'].sort());
    expect(new Set(processes.map(({ pid }) => pid)).size).toBe(8);
    expect(new Set([urls.agent, urls.admin, urls.widget]).size).toBe(3);
  });

  it('a click is seen by every open widget within 1 s, groups included', async () => {
    const streams = await Promise.all([tenant.widget(site).listen(), tenant.widget(site, de).listen()]);
    const clicked = performance.now();
    await device.click('online');
    const shown = await Promise.all(streams.map((stream) => stream.shows('online')));
    expect(Math.max(...shown) - clicked).toBeLessThan(1_000);
  });

  it.each(['projector', 'widget-api', 'agent-api', 'relay'])(
    'the %s killed: it is started again, no click is lost, and the widget shows the last one',
    async (role) => {
      const pid = pidOf(role);
      process.kill(pid, 'SIGKILL');
      const target = (await lastIntent()) === 'busy' ? 'online' : 'busy';
      await eventually(() => device.click(target), { within: 15_000 });
      await eventually(async () => expect(await tenant.widget(site, de).status()).toMatchObject({ status: target }), { within: 15_000 });
      await eventually(() => pidOf(role) !== pid, { within: 15_000 });
      await eventually(async () => expect((await fetch(`${urlOf(role)}/readyz`)).status).toBe(200), { within: 15_000 });
      const stream = await tenant.widget(site, de).listen();
      await device.click('offline');
      await stream.shows('offline', 2_000);
      stream.close();
    },
    60_000,
  );

  it('projector and admin-api killed in the middle of a rebuild: it goes on by itself, is told to its end, and what is shown is right', async () => {
    const sql = new pg.Pool({ connectionString: ampel.run().databaseUrl, max: 2 });
    const ask = (method: string, path: string, body?: object): Promise<ReplayView> =>
      take(method, `${ampel.urls.admin}/admin/v1/replays${path}`, { token: ampel.adminToken, body });
    const ended = (id: string): Promise<ReplayView> =>
      eventually(async () => {
        const run = await ask('GET', `/${id}`);
        if (run.state === 'queued' || run.state === 'running') throw new Error(`it is ${run.state}`);
        return run;
      }, { within: 60_000 }); // killed again and again, a service is started again later each time
    const holder = await sql.connect();
    try {
      await sql.query(`UPDATE read.box SET since = '2020-01-01Z' WHERE tenant_id = $1 AND site_id = $2 AND group_id = ''`, [tenant.id, site.id]);
      await holder.query('BEGIN');
      await holder.query('SELECT FROM read.checkpoint WHERE partition = (SELECT partition FROM read.tenant WHERE tenant_id = $1) FOR NO KEY UPDATE', [tenant.id]);
      const { id } = await ask('POST', '', { mode: 'rebuild' });
      // It has found what differs, and waits for the partition to write it.
      const waits = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%shown_seq%FOR NO KEY UPDATE%'`;
      await eventually(async () => expect((await sql.query(waits)).rowCount).toBeGreaterThan(0), { within: 15_000 });
      for (const role of ['projector', 'admin-api']) process.kill(pidOf(role), 'SIGKILL');
      await holder.query('ROLLBACK');
      // Who takes it over waits until its process has been silent for 15 s; here it has been silent for an hour.
      const silent = `UPDATE replay.run SET seen_at = now() - interval '1 h' WHERE replay_id = $1 AND state = 'running'`;
      expect((await sql.query(silent, [id])).rowCount).toBe(1);
      expect(await ended(id)).toMatchObject({ state: 'done', mode: 'rebuild', drift: 1 });
      expect(await ended((await ask('POST', '', { mode: 'verify' })).id)).toMatchObject({ state: 'done', drift: 0, shownDrift: 0 });
    } finally {
      holder.release();
      await sql.end();
    }
  }, 150_000);

  it('every role has a user of its own on the bus, which lets it do all that it does', () => {
    const logs = ROLES.map((role) => [role, readFileSync(path.join(ampel.dataDir, `${role}.log`), 'utf8')] as const);
    expect(logs.filter(([, text]) => text.includes('the bus refuses this')).map(([role]) => role)).toEqual([]);
    expect(ampel.run().natsUrl).toMatch(/^nats:\/\/ampel:\w+@/); // the administrator's: people and checks see everything
  });

  async function lastIntent(): Promise<string> {
    return eventually(async () => (await device.status()).status, { within: 15_000 });
  }

  function urlOf(role: string): string {
    return `http://127.0.0.1:${ampel.run().processes.find((one) => one.role === role)?.port ?? 0}`;
  }
});
