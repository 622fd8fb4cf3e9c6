import type { Environment } from './environment.js';
import type { SettingFault } from './settings-fault.js';
import { INSECURE } from './variables.js';
import type { VariableValues } from './variables.js';

type Secret = 'AMPEL_ADMIN_TOKEN' | 'AMPEL_TOKEN_SECRET' | 'AMPEL_SIGNING_KEY';

/** Which roles cannot do their job without a secret; no other role is given it, so none can lose it. */
const NEEDED_BY: Readonly<Record<Secret, readonly string[]>> = {
  AMPEL_ADMIN_TOKEN: ['admin-api'],
  // relay: secrets of webhooks are sealed with it
  AMPEL_TOKEN_SECRET: ['agent-api', 'admin-api', 'relay'],
  AMPEL_SIGNING_KEY: ['admin-api'],
};
const SECRETS = Object.keys(NEEDED_BY) as Secret[];
const SERVERS = ['DATABASE_URL', 'NATS_URL'] as const;

/** Whether one of these roles needs the secret; without roles: all of them. */
export function needsSecret(secret: Secret, roles?: readonly string[]): boolean {
  return roles === undefined || NEEDED_BY[secret].some((role) => roles.includes(role));
}

/** Every reason why these settings must not serve people (contract, "Running it"). `roles`: those of this process, all without it. */
export function unfitForProduction(env: Environment, given: Partial<VariableValues>, roles?: readonly string[]): SettingFault[] {
  const faults: SettingFault[] = [];
  const refuse = (name: string, detail: string): void => void faults.push({ name, detail });
  for (const name of [...SECRETS.filter((secret) => needsSecret(secret, roles)), ...SERVERS]) {
    if (!env[name]) refuse(name, 'is required in production');
  }
  for (const name of [...SECRETS, ...SERVERS, 'DATABASE_ADMIN_URL', 'NATS_PASSWORD'] as const) {
    if (env[name]?.toLowerCase().includes(INSECURE)) refuse(name, 'holds a secret meant for development, refused in production');
  }
  for (const [index, name] of SECRETS.entries()) {
    const twin = SECRETS.slice(0, index).find((other) => env[name] && env[name] === env[other]);
    if (twin) refuse(name, `is the same as ${twin}: each needs a value of its own`);
  }
  if (given.AMPEL_SEED === 'demo') refuse('AMPEL_SEED', 'must not be demo in production: its passwords are public');
  if (given.AMPEL_WEBHOOK_LOOPBACK === 'allowed') {
    refuse('AMPEL_WEBHOOK_LOOPBACK', 'must not be allowed in production: tenants could reach what listens on this machine');
  }
  if (/--inspect/.test(env['NODE_OPTIONS'] ?? '')) refuse('NODE_OPTIONS', 'opens the debugger, refused in production');
  if (given.NATS_URL !== undefined && given.NATS_USER === undefined && !hasUser(given.NATS_URL)) {
    refuse('NATS_USER', 'is required in production, with NATS_PASSWORD: nobody is anonymous on the bus (deploy/nats/users.conf)');
  }
  if (given.AMPEL_PLAINTEXT !== 'trusted-network') {
    for (const name of [...SERVERS, 'DATABASE_ADMIN_URL'] as const) {
      if (given[name]?.split(',').every(isProtected) === false) {
        const how = name === 'NATS_URL' ? 'begin it with tls://' : 'add sslmode=verify-full';
        refuse(name, `would send passwords in the clear: ${how}, or set AMPEL_PLAINTEXT=trusted-network if nobody else is on the way`);
      }
    }
    const { OTEL_EXPORTER_OTLP_ENDPOINT: collector } = given;
    if (collector !== undefined && given.OTEL_EXPORTER_OTLP_HEADERS !== undefined && !isProtected(collector)) {
      refuse('OTEL_EXPORTER_OTLP_HEADERS', 'would be sent in the clear: begin OTEL_EXPORTER_OTLP_ENDPOINT with https://, or set AMPEL_PLAINTEXT=trusted-network');
    }
  }
  return faults;
}

/** The first server's user counts for all. */
function hasUser(urls: string): boolean {
  return new URL(urls.split(',')[0]?.trim() ?? '').username !== '';
}

/** Encrypted, or never on a wire. */
function isProtected(text: string): boolean {
  const url = new URL(text.trim());
  if (['tls:', 'https:'].includes(url.protocol) || ['require', 'verify-ca', 'verify-full'].includes(url.searchParams.get('sslmode') ?? '')) return true;
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname);
  return ['localhost', '[::1]', ''].includes(host) || host.startsWith('127.') || host.startsWith('/');
}
