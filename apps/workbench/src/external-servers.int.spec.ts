import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { isRunning, type OwnServer, type ReadyAmpel, spawnAmpel, startAmpel, startNats, startPostgres } from '#testing';

describe('npm start with servers of one\'s own (contract, "Running it")', () => {
  let postgres: OwnServer;
  let nats: OwnServer;
  let env: Record<string, string>;
  const started: { discard(): Promise<void> }[] = [];

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    const admin = new pg.Client({ connectionString: postgres.url });
    await admin.connect();
    await admin.query(`CREATE DATABASE own`);
    await admin.query(`CREATE ROLE plain LOGIN PASSWORD 'pw of @ plain'`);
    await admin.end();
    const DATABASE_ADMIN_URL = postgres.url.replace(/\/postgres$/, '/own');
    const service = new URL(DATABASE_ADMIN_URL);
    service.username = 'plain';
    service.password = 'pw of @ plain';
    env = { DATABASE_URL: service.toString(), DATABASE_ADMIN_URL, NATS_URL: nats.url };
  }, 60_000);
  afterAll(async () => {
    for (const one of started) await one.discard();
    await Promise.all([postgres.discard(), nats.discard()]);
  }, 30_000);

  it('starts no embedded one, and gives the services\' role its rights and no more', async () => {
    const ampel: ReadyAmpel = await startAmpel({ env: { ...env, AMPEL_SEED: 'none' } });
    started.push(ampel);
    const { processes, databaseUrl, natsUrl } = ampel.run();
    expect(new Set(processes.map(({ pid }) => pid))).toEqual(new Set([ampel.pid]));
    expect({ databaseUrl, natsUrl }).toEqual({ databaseUrl: env['DATABASE_ADMIN_URL'], natsUrl: nats.url });
    expect((await fetch(`${ampel.urls.agent}/readyz`)).status).toBe(200);
    expect(await ampel.stop()).toEqual({ code: 0, signal: null });
    expect([postgres.pid(), nats.pid()].every(isRunning)).toBe(true);
  }, 60_000);

  it('runs in production with secrets of its own, without a demo tenant and without printing a secret', async () => {
    const secrets = { AMPEL_ADMIN_TOKEN: 'token-of-the-platform', AMPEL_TOKEN_SECRET: 't'.repeat(32), AMPEL_SIGNING_KEY: 's'.repeat(32) };
    const ampel = await startAmpel({ env: { ...env, ...secrets, NODE_ENV: 'production' } });
    started.push(ampel);
    const authorization = `Bearer ${secrets.AMPEL_ADMIN_TOKEN}`;
    const answer = await fetch(`${ampel.urls.admin}/admin/v1/tenants`, { headers: { authorization } });
    expect(await answer.json()).toMatchObject({ tenants: [] });
    for (const secret of Object.values(secrets)) expect(ampel.output()).not.toContain(secret);
    await ampel.stop();
  }, 60_000);

  it('refuses to run as a role that sees every tenant\'s rows, with exit code 78', async () => {
    const ampel = spawnAmpel({ env: { ...env, DATABASE_URL: env['DATABASE_ADMIN_URL'] ?? '' } });
    started.push(ampel);
    expect((await ampel.ended).code).toBe(78);
    expect(ampel.output()).toMatch(/superuser/);
  }, 60_000);
});
