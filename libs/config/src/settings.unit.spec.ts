import { describe, expect, it } from '@jest/globals';
import { readSettings } from './settings.js';
import { SettingsFault } from './settings-fault.js';
import { describeSettings, variables } from './variables.js';

function faultsOf(env: Record<string, string>): Record<string, string> {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsFault) return Object.fromEntries(error.faults.map(({ name, detail }) => [name, detail]));
    throw error;
  }
  return {};
}

describe('settings', () => {
  it('are complete without a single variable, for development', () => {
    expect(readSettings({})).toEqual({
      production: false,
      host: '127.0.0.1',
      port: 8080,
      dataDir: '.ampel',
      databaseUrl: undefined,
      databaseAdminUrl: undefined,
      natsUrl: undefined,
      adminToken: expect.stringContaining('insecure'),
      coverageSeconds: 60,
      leaseSeconds: 120,
      heartbeatSeconds: 30,
      tokenSecret: undefined,
      signingKey: undefined,
      webhookLoopback: false,
      seed: 'demo',
      logLevel: 'warn',
      plans: undefined,
      drainSeconds: 0,
      streamReplicas: 1,
      trustedProxies: [],
      limits: {
        signIns: 100, tokens: 1_000, widgetReads: 100_000, messages: 200, apiKey: 5_000, tenant: 10_000,
        streamsPerAddress: 20_000, streamsPerSite: 25_000,
      },
      verify: { percent: 5, everySeconds: 60 },
      memoryPercent: 5,
      requestSeconds: 30,
    });
  });

  it('name proxies by address or network, and limits never below what the contract promises', () => {
    expect(readSettings({ AMPEL_TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8,192.0.2.1' }).trustedProxies).toEqual(['10.0.0.0/8', 'fd00::/8', '192.0.2.1']);
    for (const wrong of ['proxy.example', '10.0.0.0/33', '10.0.0.0/', 'fd00::/129', '10.0.0.0/8/8', ',']) {
      expect(faultsOf({ AMPEL_TRUSTED_PROXIES: wrong })).toHaveProperty('AMPEL_TRUSTED_PROXIES');
    }
    const low = { AMPEL_LIMIT_SIGN_INS: '9', AMPEL_LIMIT_WIDGET_READS: '24' };
    expect(Object.keys(faultsOf(low)).sort()).toEqual(Object.keys(low).sort());
  });

  it('are frozen', () => {
    expect(Object.isFrozen(readSettings({}))).toBe(true);
  });

  it('take an empty variable for an absent one', () => {
    expect(readSettings({ AMPEL_PORT: '', DATABASE_URL: '' })).toEqual(readSettings({}));
  });

  it.each([
    [120, 30],
    [60, 15],
    [2, 0.5],
    [3600, 30],
  ])('tell clients of a lease of %d s to beat every %d s: a quarter of it, at most 30 s', (lease, heartbeat) => {
    expect(readSettings({ AMPEL_LEASE_SECONDS: String(lease) }).heartbeatSeconds).toBe(heartbeat);
  });

  it('migrate as the services connect unless an administrator is named', () => {
    const DATABASE_URL = 'postgres://ampel@db.example/ampel';
    expect(readSettings({ DATABASE_URL }).databaseAdminUrl).toBe(DATABASE_URL);
    const DATABASE_ADMIN_URL = 'postgres://owner@db.example/ampel';
    const { databaseUrl, databaseAdminUrl } = readSettings({ DATABASE_URL, DATABASE_ADMIN_URL });
    expect({ databaseUrl, databaseAdminUrl }).toEqual({ databaseUrl: DATABASE_URL, databaseAdminUrl: DATABASE_ADMIN_URL });
  });
});

describe('invalid settings', () => {
  it('are reported all at once', () => {
    const servers = { DATABASE_URL: 'mysql://x/y', NATS_URL: 'bus' };
    expect(faultsOf({ AMPEL_PORT: 'eighty', AMPEL_LEASE_SECONDS: '1', AMPEL_SEED: 'all', ...servers })).toEqual({
      AMPEL_PORT: 'must be a whole number from 0 to 65535, not "eighty"',
      AMPEL_LEASE_SECONDS: 'must be a whole number from 2 to 3600, not "1"',
      AMPEL_SEED: 'must be one of demo, none, not "all"',
      DATABASE_URL: 'must be a URL beginning with postgres://',
      NATS_URL: 'must be a URL beginning with nats://',
    });
  });

  it('read as one line for each fault', () => {
    expect(() => readSettings({ AMPEL_PORT: '-1', AMPEL_SEED: '?' })).toThrow(/^AMPEL_PORT must be .*\nAMPEL_SEED must be .*$/);
  });

  it.each(['ws://bus.example', 'wss://bus.example', 'nats://a.example,wss://b.example'])('refuse the bus %s: no link speaks it', (url) => {
    expect(faultsOf({ NATS_URL: url })).toEqual({ NATS_URL: 'must be a URL beginning with nats://' });
  });

  it.each(['65536', '1.5', '0x50', ' 80', '8080 ', '٣'])('refuse the port "%s"', (port) => {
    expect(faultsOf({ AMPEL_PORT: port })).toHaveProperty('AMPEL_PORT');
  });

  it('refuse heartbeats further apart than half the lease: one lost beat must not end a session', () => {
    expect(faultsOf({ AMPEL_LEASE_SECONDS: '60', AMPEL_HEARTBEAT_SECONDS: '30' })).toEqual({});
    expect(faultsOf({ AMPEL_LEASE_SECONDS: '60', AMPEL_HEARTBEAT_SECONDS: '30.5' })).toEqual({
      AMPEL_HEARTBEAT_SECONDS: 'is 30.5, but must be at most half of AMPEL_LEASE_SECONDS (30)',
    });
  });

  it('tell how plans are written', () => {
    expect(readSettings({ AMPEL_PLANS: '{"free":{"agents":null,"hours":true}}' }).plans).toEqual({ free: { agents: null, hours: true } });
    expect(faultsOf({ AMPEL_PLANS: '{"free":' })['AMPEL_PLANS']).toMatch(/^must be JSON such as .*support, not /);
    expect(faultsOf({ AMPEL_PLANS: '{"free":{"agents":-1}}' })['AMPEL_PLANS']).toContain('(look at free.agents)');
    expect(faultsOf({ AMPEL_PLANS: '{"gold":{}}' })).toHaveProperty('AMPEL_PLANS');
  });

  it('check no relation with a variable that is at fault itself', () => {
    expect(Object.keys(faultsOf({ AMPEL_LEASE_SECONDS: 'long', AMPEL_HEARTBEAT_SECONDS: '600' }))).toEqual(['AMPEL_LEASE_SECONDS']);
  });

  it('repeat the value, cut where it is long; never that of a secret or of a server, whose URL may hold a password', () => {
    expect(faultsOf({ AMPEL_SEED: 'x'.repeat(100) })['AMPEL_SEED']).toBe(`must be one of demo, none, not "${'x'.repeat(40)}..."`);
    const secrets = { AMPEL_TOKEN_SECRET: 'hunter2', AMPEL_SIGNING_KEY: 'hunter2', AMPEL_ADMIN_TOKEN: 'hunter2' };
    const servers = { DATABASE_URL: 'mysql://a:hunter2@b', DATABASE_ADMIN_URL: 'mysql://a:hunter2@b', NATS_URL: 'http://a:hunter2@b' };
    const told = faultsOf({ ...secrets, ...servers });
    expect(Object.keys(told)).toHaveLength(6);
    expect(JSON.stringify(told)).not.toContain('hunter2');
  });

  it('never show a secret', () => {
    expect(() => readSettings({ AMPEL_TOKEN_SECRET: 'short-hunter2', AMPEL_ADMIN_TOKEN: 'hunter2' })).toThrow(/^((?!hunter2)[\s\S])*$/);
  });
});

describe('the user on the bus', () => {
  it('stands in the URL of every server, wherever it was given', () => {
    const urls = { NATS_URL: 'nats://a.example:4222, tls://old:pw@b.example' };
    expect(readSettings({ ...urls, NATS_USER: 'relay', NATS_PASSWORD: 'p:/@' }).natsUrl).toBe(
      'nats://relay:p%3A%2F%40@a.example:4222,tls://relay:p%3A%2F%40@b.example',
    );
    expect(readSettings(urls).natsUrl).toBe(urls.NATS_URL);
  });

  it('has a password, and a password has a user', () => {
    expect(faultsOf({ NATS_USER: 'relay' })).toEqual({ NATS_PASSWORD: 'is missing beside NATS_USER' });
    expect(faultsOf({ NATS_PASSWORD: 'x' })).toEqual({ NATS_USER: 'is missing beside NATS_PASSWORD' });
    expect(faultsOf({ NATS_USER: 'a b', NATS_PASSWORD: 'x' })).toHaveProperty('NATS_USER');
  });
});

describe('the table of settings', () => {
  it('has a row with meaning and default for every variable', () => {
    const rows = describeSettings();
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(variables));
    for (const { meaning } of rows) expect(meaning).not.toBe('');
    expect(rows.find(({ name }) => name === 'AMPEL_PORT')).toEqual({ name: 'AMPEL_PORT', meaning: expect.any(String), default: '`8080`' });
  });
});
