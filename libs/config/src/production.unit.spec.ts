import { describe, expect, it } from '@jest/globals';
import { readSettings } from './settings.js';
import { SettingsFault } from './settings-fault.js';

const SECRETS = { AMPEL_ADMIN_TOKEN: 'a-token-that-nobody-guesses', AMPEL_TOKEN_SECRET: 'x'.repeat(32), AMPEL_SIGNING_KEY: 'y'.repeat(32) };
const SERVERS = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://ampel:pw@db.example/ampel?sslmode=verify-full',
  NATS_URL: 'tls://ampel:pw@bus.example',
};
const PRODUCTION = { ...SERVERS, ...SECRETS };
const IN_THE_CLEAR = { DATABASE_URL: 'postgres://ampel:pw@db.example/ampel', NATS_URL: 'nats://ampel:pw@bus.example' };

function faultsOf(env: Record<string, string>, roles?: string[]): Record<string, string> {
  try {
    readSettings(env, roles);
  } catch (error) {
    if (error instanceof SettingsFault) return Object.fromEntries(error.faults.map(({ name, detail }) => [name, detail]));
    throw error;
  }
  return {};
}

describe('production', () => {
  it('starts with secrets and servers of its own, and seeds nothing', () => {
    expect(readSettings(PRODUCTION)).toMatchObject({ production: true, seed: 'none', logLevel: 'info' });
  });

  it('names every secret and server that is missing, at once', () => {
    const required = 'is required in production';
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual({
      AMPEL_ADMIN_TOKEN: required,
      AMPEL_TOKEN_SECRET: required,
      AMPEL_SIGNING_KEY: required,
      DATABASE_URL: required,
      NATS_URL: required,
    });
  });

  it.each<[string, (keyof typeof SECRETS)[]]>([
    ['agent-api', ['AMPEL_TOKEN_SECRET']],
    ['admin-api', ['AMPEL_ADMIN_TOKEN', 'AMPEL_TOKEN_SECRET', 'AMPEL_SIGNING_KEY']],
    ['widget-api', []],
    ['relay', ['AMPEL_TOKEN_SECRET']],
    ['projector', []],
    ['timekeeper', []],
  ])('asks %s for the secrets it works with, and for no other: %j', (role, needed) => {
    expect(Object.keys(faultsOf(SERVERS, [role])).sort()).toEqual([...needed].sort());
    const given = Object.fromEntries(needed.map((name) => [name, SECRETS[name]]));
    expect(faultsOf({ ...SERVERS, ...given }, [role])).toEqual({});
  });

  it("has no platform admin where none is named: development's token is nobody's", () => {
    expect(readSettings(SERVERS, ['projector']).adminToken).toBe('');
  });

  it.each<[string, string, string]>([
    ["a development's token", 'AMPEL_ADMIN_TOKEN', 'insecure-admin-token'],
    ["a development's secret", 'AMPEL_TOKEN_SECRET', 'a-very-long-and-INSECURE-value-for-development'],
    ["a development's key", 'AMPEL_SIGNING_KEY', 'a-very-long-and-insecure-value-for-development'],
    ["a development's password", 'DATABASE_URL', 'postgres://ampel:insecure@db.example/ampel?sslmode=require'],
    ["a development's password on the bus", 'NATS_URL', 'tls://ampel:insecure@bus.example'],
    ['one value for two secrets', 'AMPEL_SIGNING_KEY', SECRETS.AMPEL_TOKEN_SECRET],
    ['a short secret', 'AMPEL_TOKEN_SECRET', 'short'],
    ['no database, that is an embedded one', 'DATABASE_URL', ''],
    ['no bus, that is an embedded one', 'NATS_URL', ''],
    ['the demo tenant, whose passwords are public', 'AMPEL_SEED', 'demo'],
    ['webhooks to this machine', 'AMPEL_WEBHOOK_LOOPBACK', 'allowed'],
    ['an open debugger', 'NODE_OPTIONS', '--inspect=0.0.0.0:9229'],
    ['Postgres in the clear', 'DATABASE_URL', IN_THE_CLEAR.DATABASE_URL],
    ['TLS only if the server likes', 'DATABASE_URL', `${IN_THE_CLEAR.DATABASE_URL}?sslmode=prefer`],
    ['the bus in the clear', 'NATS_URL', IN_THE_CLEAR.NATS_URL],
    ['one server of the bus in the clear', 'NATS_URL', `${SERVERS.NATS_URL},nats://other.example`],
    ['an owner in the clear', 'DATABASE_ADMIN_URL', 'postgres://owner:pw@db.example/ampel'],
  ])('refuses %s (%s)', (_what, name, value) => {
    expect(Object.keys(faultsOf({ ...PRODUCTION, [name]: value }))).toEqual([name]);
  });

  it('refuses an anonymous way to the bus', () => {
    expect(faultsOf({ ...PRODUCTION, NATS_URL: 'tls://bus.example' })).toEqual({ NATS_USER: expect.stringContaining('anonymous') });
    expect(faultsOf({ ...PRODUCTION, NATS_URL: 'tls://bus.example', NATS_USER: 'relay', NATS_PASSWORD: 'pw' })).toEqual({});
  });

  it.each<Record<string, string>>([
    { ...IN_THE_CLEAR, AMPEL_PLAINTEXT: 'trusted-network' },
    { DATABASE_URL: 'postgres://ampel:pw@127.0.0.1/ampel', NATS_URL: 'nats://ampel:pw@localhost:4222' },
    { DATABASE_URL: 'postgres://ampel:pw@[::1]/ampel' },
    { DATABASE_URL: 'postgres:///ampel?host=/var/run/postgresql' },
    { DATABASE_URL: 'postgres://ampel:pw@db.example/ampel?sslmode=require' },
  ])('takes what nobody else can read on the way: %j', (servers) => {
    expect(faultsOf({ ...PRODUCTION, ...servers })).toEqual({});
  });

  it('tells everything at once, and no secret', () => {
    const told = faultsOf({ ...IN_THE_CLEAR, NODE_ENV: 'production', AMPEL_SEED: 'demo', AMPEL_ADMIN_TOKEN: 'insecure-hunter2', AMPEL_PORT: 'x' });
    expect(Object.keys(told).sort()).toEqual([
      'AMPEL_ADMIN_TOKEN', 'AMPEL_PORT', 'AMPEL_SEED', 'AMPEL_SIGNING_KEY', 'AMPEL_TOKEN_SECRET', 'DATABASE_URL', 'NATS_URL',
    ]);
    expect(JSON.stringify(told)).not.toMatch(/hunter2|:pw/);
  });
});
