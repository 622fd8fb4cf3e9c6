import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { describeSettings, needsSecret } from '#config';
import { z } from 'zod';
import { ROLES } from '../roles.js';
import { read, readYaml } from './deployment-files.fixture.js';

/*
 * What can be said of the chart without helm: `npm run check-deploy` also lints and renders it, where helm is installed.
 */
const CHART = 'deploy/helm/ampel';
interface Values {
  readonly roles: Readonly<Record<string, { readonly door?: string; readonly sendsOutside?: boolean; readonly replicas: number }>>;
  readonly [name: string]: unknown;
}
const values = readYaml<Values>(`${CHART}/values.yaml`);
const TEMPLATES = readdirSync(new URL(`../../../../${CHART}/templates`, import.meta.url)).map((file) => [file, read(`${CHART}/templates/${file}`)] as const);
const schema = z.fromJSONSchema(JSON.parse(read(`${CHART}/values.schema.json`)) as Parameters<typeof z.fromJSONSchema>[0]);

describe('the Helm chart', () => {
  it('takes its own values, and refuses others', () => {
    expect(schema.safeParse(values).success).toBe(true);
    expect(schema.safeParse({ ...values, tpyo: 1 }).success).toBe(false);
    expect(schema.safeParse({ ...values, settings: { ...(values['settings'] as object), drainSeconds: 9 } }).success).toBe(false);
    expect(schema.safeParse({ ...values, roles: { relay: { replicas: 0 } } }).success).toBe(false);
  });

  it('has every role, each more than once, and a door for those that people reach', () => {
    expect(Object.keys(values.roles).sort()).toEqual([...ROLES].sort());
    expect(Object.values(values.roles).every(({ replicas }) => replicas > 1)).toBe(true);
    const doors = Object.entries(values.roles).flatMap(([role, { door }]) => (door === undefined ? [] : [`${role} ${door}`]));
    expect(Object.entries(values.roles).flatMap(([role, { sendsOutside }]) => (sendsOutside ? [role] : []))).toEqual(['relay']);
    expect(doors.sort()).toEqual(['admin-api /admin', 'agent-api /agent', 'widget-api /widget']);
  });

  it.each(TEMPLATES)('%s names only values that exist, and closes every block', (_file, text) => {
    const named = [...text.matchAll(/\$?\.Values\.([\w.]+)/g)].map(([, path]) => path ?? '');
    const missing = named.filter((path) => path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], values) === undefined);
    expect(missing).toEqual([]);
    const opened = [...text.matchAll(/\{\{-? *(?:if|range|with|define)\b/g)].length;
    expect([...text.matchAll(/\{\{-? *end\b/g)]).toHaveLength(opened);
  });

  it('gives containers only variables that the settings know', () => {
    const known = new Set<string>(describeSettings().map(({ name }) => name));
    const named = TEMPLATES.flatMap(([, text]) => [...text.matchAll(/(?<!\w)(?:AMPEL|DATABASE|NATS|NODE)_[A-Z_]+/g)].map(([name]) => name));
    expect(named.length).toBeGreaterThan(10);
    // The passwords of the roles' users on the bus are keys of the Secret, not variables.
    expect(named.filter((name) => !known.has(name) && name !== 'NATS_PASSWORD_')).toEqual([]);
  });

  it('gives each role the secrets it works with, and no other', () => {
    const text = read(`${CHART}/templates/deployments.yaml`);
    const lists = [...text.matchAll(/^ {2}"([\w-]+)" \(list ([^)]+)\)/gm)].map(([, role = '', names = '']) => [role, names.match(/\w+/g)] as const);
    const secrets = ['AMPEL_ADMIN_TOKEN', 'AMPEL_TOKEN_SECRET', 'AMPEL_SIGNING_KEY'] as const;
    const needed = ROLES.map((role) => [role, secrets.filter((name) => needsSecret(name, [role]))] as const);
    expect(Object.fromEntries(lists)).toEqual(Object.fromEntries(needed.filter(([, names]) => names.length > 0)));
  });

  it('roles and migration run as nobody in particular, on a root they cannot write, without a token of the cluster', () => {
    const text = Object.fromEntries(TEMPLATES);
    expect(text['_helpers.tpl']).toMatch(/runAsNonRoot: true[\s\S]*readOnlyRootFilesystem: true[\s\S]*drop: \[ALL\]/);
    for (const file of ['deployments.yaml', 'migration.yaml']) {
      expect(text[file]).toContain('include "ampel.podSecurity"');
      expect(text[file]).toContain('include "ampel.containerSecurity"');
      expect(text[file]).toContain('automountServiceAccountToken: false');
    }
    expect(text['migration.yaml']).toContain('pre-install,pre-upgrade');
  });
});
