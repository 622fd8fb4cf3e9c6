import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { describeSettings, needsSecret, readMigrationSettings, readSettings } from '#config';
import { passwordVariable } from '#messaging';
import { parse } from 'yaml';
import { ROLES } from '../roles.js';
import { type ComposeFile, type ComposeService, interpolated, read, readYaml, required } from './deployment-files.fixture.js';
import { usersFile } from './users-file.js';

const TEXT = read('docker-compose.yml');
const SECRETS = required(TEXT);
const GIVEN = Object.fromEntries(SECRETS.map((name, index) => [name, `${'5e'.repeat(20)}${index}`]));
// As compose does it: first the shape, then the values.
const compose = JSON.parse(interpolated(JSON.stringify(parse(TEXT, { merge: true })), GIVEN)) as ComposeFile;
const OURS = [...ROLES, 'migrate'];
const DOORS = ['agent-api', 'admin-api', 'widget-api'];
const service = (name: string): ComposeService => compose.services[name] as ComposeService;
const KNOWN = new Set<string>(describeSettings().map(({ name }) => name));

describe('docker-compose.yml', () => {
  it('has every role, the migration, Postgres and three NATS servers, and nothing else', () => {
    expect(Object.keys(compose.services).sort()).toEqual([...OURS, 'postgres', 'nats-1', 'nats-2', 'nats-3'].sort());
    for (const name of OURS) expect(service(name).command).toEqual([`dist/apps/${name}/src/main.js`]);
    for (const name of OURS) expect(existsSync(new URL(`../../../${name}/src/main.ts`, import.meta.url))).toBe(true);
  });

  it('gives a role only variables that the settings know, and they are fit for production', () => {
    for (const name of OURS) {
      const env = service(name).environment ?? {};
      expect(Object.keys(env).filter((variable) => !KNOWN.has(variable))).toEqual([]);
      if (name === 'migrate') expect(readMigrationSettings(env)).toMatchObject({ databaseUrl: service('relay').environment?.['DATABASE_URL'] });
      else expect(readSettings(env, [name])).toMatchObject({ production: true, host: '0.0.0.0', port: 8080, streamReplicas: 3 });
    }
  });

  it.each(SECRETS)('without %s it is refused before anything starts', (name) => {
    expect(() => interpolated(TEXT, { ...GIVEN, [name]: '' })).toThrow(name);
  });

  it('holds no secret of its own: every password and key is a variable without a default', () => {
    const names = [...KNOWN].filter((name) => /TOKEN|SECRET|KEY/.test(name) && !name.startsWith('AMPEL_LIMIT_'));
    expect(SECRETS).toEqual(expect.arrayContaining([...names, 'POSTGRES_PASSWORD', 'AMPEL_DATABASE_PASSWORD', 'AMPEL_NATS_PASSWORD']));
    expect(TEXT).not.toMatch(/insecure|:\/\/[^$\s]*:(?!\$)[^@$\s/]+@/);
    const commented = [...TEXT.matchAll(/# +for name in ([A-Z_ \\\n#]+);/g)].flatMap(([, list]) => (list ?? '').match(/\w+/g) ?? []);
    expect(commented.sort()).toEqual(SECRETS); // what its head tells people to make
  });

  it('gives each role the secrets it works with, and no other', () => {
    const secrets = ['AMPEL_ADMIN_TOKEN', 'AMPEL_TOKEN_SECRET', 'AMPEL_SIGNING_KEY'] as const;
    for (const role of ROLES) {
      const given = secrets.filter((name) => service(role).environment?.[name] !== undefined);
      expect([role, given]).toEqual([role, secrets.filter((name) => needsSecret(name, [role]))]);
    }
  });

  it("only the migration and Postgres know the owner's password", () => {
    const owner = GIVEN['POSTGRES_PASSWORD'] as string;
    const knowing = Object.entries(compose.services).filter(([, of]) => JSON.stringify(of.environment ?? {}).includes(owner));
    expect(knowing.map(([name]) => name).sort()).toEqual(['migrate', 'postgres']);
  });

  it.each(OURS)('%s runs as nobody in particular, on a root it cannot write, with no capability, within bounds', (name) => {
    expect(service(name)).toMatchObject({ user: '1000:1000', read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(service(name).mem_limit).toMatch(/^\d+m$/);
    expect(service(name).volumes).toBeUndefined();
  });

  it('every service that stays tells whether it can do its job, and the roles wait for the migration', () => {
    for (const [name, of] of Object.entries(compose.services)) {
      if (name === 'migrate') continue;
      expect([name, of.healthcheck?.test?.[0]]).toEqual([name, 'CMD']);
    }
    for (const role of ROLES) expect(service(role).depends_on).toMatchObject({ migrate: { condition: 'service_completed_successfully' } });
    expect(service('migrate').depends_on).toMatchObject({ postgres: { condition: 'service_healthy' } });
  });

  it('one network per purpose: only the doors and the way to receivers of webhooks lead outside, the doors on this machine alone unless said otherwise', () => {
    expect(Object.entries(compose.networks).filter(([, { internal }]) => internal !== true).map(([name]) => name)).toEqual(['doors', 'receivers']);
    const reaching = (network: string): string[] =>
      Object.entries(compose.services).flatMap(([name, { networks }]) => (networks.includes(network) ? [name] : [])).sort();
    expect(reaching('doors')).toEqual([...DOORS].sort());
    expect(reaching('receivers')).toEqual(['relay']);
    expect(reaching('bus')).toEqual([...ROLES, 'nats-1', 'nats-2', 'nats-3'].sort());
    expect(reaching('database')).toEqual([...OURS, 'postgres'].sort());
    for (const [name, { ports = [] }] of Object.entries(compose.services)) {
      expect([name, ports.length]).toEqual([name, DOORS.includes(name) ? 1 : 0]);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('three NATS servers, each with a name and a disk of its own, and clients that know all three', () => {
    const nats = ['nats-1', 'nats-2', 'nats-3'];
    expect(nats.map((name) => service(name).environment?.['NATS_NAME'])).toEqual(nats);
    expect(new Set(nats.map((name) => service(name).volumes?.find((volume) => volume.endsWith(':/data')))).size).toBe(3);
    for (const name of nats) {
      expect(service('relay').environment?.['NATS_URL']).toContain(`${name}:4222`);
      expect(service(name).command?.join(' ')).toContain(`@${name}:6222`);
    }
  });

  it('images are pinned to a version', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    for (const { image } of Object.values(compose.services)) expect(image).toMatch(/:\d/);
    for (const name of OURS) expect(service(name).image).toBe(`ampel:${version}`);
    expect(readYaml<{ version: string; appVersion: string }>('deploy/helm/ampel/Chart.yaml')).toMatchObject({ version, appVersion: version });
  });
});

describe('the users of the bus', () => {
  it('deploy/nats/users.conf is what the code says (if this fails: npm run bus-users)', () => {
    expect(read('deploy/nats/users.conf')).toBe(usersFile());
    expect(read('deploy/nats/nats.conf')).toMatch(/^include users\.conf$/m);
    expect(read('deploy/nats/nats.conf')).not.toMatch(/users: *\[/);
  });

  it('every server knows all passwords, every role its own and no other', () => {
    const passwords = ROLES.map((role) => GIVEN[`AMPEL_${passwordVariable(role)}`] as string);
    expect(new Set(passwords).size).toBe(ROLES.length);
    for (const [index, role] of ROLES.entries()) {
      const env = service(role).environment ?? {};
      expect([role, env['NATS_USER'], env['NATS_PASSWORD']]).toEqual([role, role, passwords[index]]);
      expect(passwords.filter((password) => JSON.stringify(service(role)).includes(password))).toEqual([passwords[index]]);
      for (const nats of ['nats-1', 'nats-2', 'nats-3']) expect(service(nats).environment?.[passwordVariable(role)]).toBe(`"${passwords[index]}"`);
    }
    const administrator = GIVEN['AMPEL_NATS_PASSWORD'] as string;
    for (const name of OURS) expect(JSON.stringify(service(name))).not.toContain(administrator);
  });
});
