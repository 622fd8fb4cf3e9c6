import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isRunning, type ReadyAmpel, startAmpel } from '#testing';

const ROLES = ['agent-api', 'admin-api', 'widget-api', 'relay', 'projector', 'timekeeper'];
const STOP_MS = 10_000; // contract, "Running it"

describe('npm start, everything in one process (contract, "Running it")', () => {
  let first: ReadyAmpel;
  let running: ReadyAmpel;

  beforeAll(async () => {
    first = running = await startAmpel();
  }, 90_000);
  afterAll(async () => {
    await running?.kill9();
    await first?.discard();
  }, 30_000);

  const bash = async (script: string): Promise<string> =>
    (await promisify(execFile)('/bin/bash', ['-c', script], { timeout: 15_000 })).stdout;
  const commands = (): string[] => running.output().split('\n').filter((line) => /^ +(TOKEN=|curl)/.test(line)).map((line) => line.trim());
  const demoTenants = async (): Promise<unknown[]> => {
    const answer = await fetch(`${running.urls.admin}/admin/v1/tenants`, { headers: { authorization: `Bearer ${running.adminToken}` } });
    const { tenants } = (await answer.json()) as { tenants: { slug: string }[] };
    return tenants.filter(({ slug }) => slug === 'demo');
  };

  it('a first start shows its progress, and no warning of its parts', () => {
    expect(running.output()).not.toContain('"level":40');
  });

  it('run.json tells where everything is, to its owner only', () => {
    const { urls, processes, databaseUrl, natsUrl } = running.run();
    expect(new Set(Object.values(urls)).size).toBe(1);
    expect(Object.keys(urls).sort()).toEqual(['admin', 'agent', 'dashboard', 'widget']);
    expect(new URL(urls.agent).href).toBe(`${urls.agent}/`); // an origin without a path
    const port = Number(new URL(urls.agent).port);
    expect(processes.slice(0, 6)).toEqual(ROLES.map((role) => ({ role, pid: running.pid, port })));
    expect(processes.slice(6).map(({ role }) => role)).toEqual(['postgres', 'nats']);
    expect(processes.every(({ pid }) => isRunning(pid))).toBe(true);
    expect(databaseUrl).toMatch(/^postgres:\/\/postgres:.+@127\.0\.0\.1:\d+\/ampel$/);
    expect(natsUrl).toMatch(/^nats:\/\/.+@127\.0\.0\.1:\d+$/);
    expect(statSync(running.runFile).mode & 0o077).toBe(0);
  });

  it('is alive and ready', async () => {
    for (const page of ['healthz', 'readyz', 'metrics']) expect((await fetch(`${running.urls.agent}/${page}`)).status).toBe(200);
  });

  it('keeps what NATS stores below the data folder in the usual layout', () => {
    expect(existsSync(path.join(running.dataDir, 'nats', 'jetstream', '$G', 'streams'))).toBe(true);
  });

  it('prints commands that work as they stand', async () => {
    const [watch, signIn, online, busy, read] = commands();
    const script = [signIn, online, busy].join('\n');
    expect(await bash(script)).toMatch(/"status":"online".*"status":"busy"/s);
    expect(await bash(`timeout 2 ${watch} || true`)).toMatch(/event: status/);
    expect(JSON.parse(await bash(read ?? ''))).toMatchObject({ status: 'busy' });
  }, 30_000);

  it('prints demo credentials that say that they are insecure', () => {
    const people = running.output().split('\n').filter((line) => line.includes('@demo.example /'));
    expect(people).toHaveLength(4); // three agents and an owner
    for (const line of people) expect(line).toContain('insecure');
    expect(running.output()).toMatch(/admin token +insecure/);
  });

  it('prints the address of the demo shop first, which is told whose box to show', async () => {
    const [first = ''] = /https?:\S+/.exec(running.output().slice(running.output().indexOf('is ready'))) ?? [];
    expect(first).toBe(`${running.run().urls.dashboard}/demo/`);
    expect((await fetch(first)).status).toBe(200);
    const demo = (await (await fetch(`${first}demo.json`)).json()) as { siteKey: string; groups: unknown[]; agent: { password: string } };
    expect(running.output()).toContain(`site key ${demo.siteKey}`);
    expect([demo.groups.length, demo.agent.password]).toEqual([2, 'insecure-anna']);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s stops everything within 10 s and removes run.json; the next start keeps the data',
    async (signal) => {
      const pids = running.run().processes.map(({ pid }) => pid);
      const before = await demoTenants();
      expect(before).toHaveLength(1);
      const asked = performance.now();
      if (signal === 'SIGINT') process.kill(running.pid, signal); // Ctrl-C comes twice at once: from the terminal, and passed on by npm
      expect(await running.stop(signal)).toEqual({ code: 0, signal: null });
      expect(performance.now() - asked).toBeLessThan(STOP_MS);
      expect(pids.filter(isRunning)).toEqual([]);
      expect(existsSync(running.runFile)).toBe(false);

      running = await startAmpel({ dataDir: first.dataDir });
      expect(await demoTenants()).toEqual(before);
    },
    60_000,
  );

  it('a page of its own address may show the demo box, on whatever port it runs this time', async () => {
    const siteKey = /site key (\S+)/.exec(running.output())?.[1] ?? '';
    const origin = running.urls.widget.replace('127.0.0.1', 'localhost');
    const answer = await fetch(`${running.urls.widget}/widget/v1/sites/${siteKey}/status`, { headers: { origin } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  });
});
