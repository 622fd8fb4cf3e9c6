import { environment } from './environment.js';
import type { Environment } from './environment.js';
import { SettingsFault } from './settings-fault.js';
import type { SettingFault } from './settings-fault.js';
import { unfitForProduction } from './production.js';
import { variables } from './variables.js';
import type { VariableValues } from './variables.js';

export type LogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Injection token of the process's Settings. */
export const SETTINGS = Symbol('SETTINGS');

/** How much one caller may ask of one process; a second's worth each, but for streams, which are counted while they are open. */
export interface Limits {
  readonly signIns: number;
  readonly tokens: number;
  readonly widgetReads: number;
  readonly messages: number;
  readonly apiKey: number;
  readonly tenant: number;
  readonly streamsPerAddress: number;
  readonly streamsPerSite: number;
}

/** A collector of traces, reached by OTLP over HTTP. */
export interface TraceSettings {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** 0 to 1. */
  readonly ratio: number;
}

/** What the environment says, checked and frozen. A server's URL that is absent means: the launcher starts an embedded one. */
export interface Settings {
  readonly production: boolean;
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** As given: relative to the working folder, or absolute. */
  readonly dataDir: string;
  /** Connects as the services' role, which owns nothing and cannot bypass row-level security. */
  readonly databaseUrl?: string | undefined;
  /** Connects as the owner of the schema; for migrations only. */
  readonly databaseAdminUrl?: string | undefined;
  /** With user and password, wherever they were given. */
  readonly natsUrl?: string | undefined;
  /** Empty: this process knows none, and lets nobody in as the platform's admin. */
  readonly adminToken: string;
  readonly leaseSeconds: number;
  /** May be a fraction, at most half the lease. */
  readonly heartbeatSeconds: number;
  /** 60 if absent; 0: nobody is told that nobody is there. */
  readonly coverageSeconds?: number | undefined;
  readonly tokenSecret?: string | undefined;
  readonly signingKey?: string | undefined;
  /** Development only: webhooks may be sent to this machine itself. */
  readonly webhookLoopback?: boolean | undefined;
  readonly seed: 'demo' | 'none';
  readonly logLevel: LogLevel;
  /** What plans include, where it differs from the defaults (#domain, `entitlementsOfPlan`). */
  readonly plans?: VariableValues['AMPEL_PLANS'];
  /** Seconds, 0 to 4: a stopping service still answers, for balancers to notice that it is not ready any more. */
  readonly drainSeconds: number;
  /** Copies of the stream in the NATS cluster. */
  readonly streamReplicas: number;
  /** Addresses and networks; none if absent. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Without it nobody is limited. */
  readonly limits?: Limits | undefined;
  /** Where traces go; absent: nowhere, and nothing of tracing is loaded. */
  readonly traces?: TraceSettings | undefined;
  /** Verification in the background: at most this share of a core, a pass at most so often. Absent or 0 %: none. */
  readonly verify?: { readonly percent: number; readonly everySeconds: number } | undefined;
  /** Share of a core for making histories ready. Absent or 0: none is, until somebody asks. */
  readonly memoryPercent?: number | undefined;
  /** Seconds; 30 if absent. */
  readonly requestSeconds?: number | undefined;
  /** Origins as browsers reach them, where they are not all the same. */
  readonly adminUrl?: string | undefined;
  readonly widgetUrl?: string | undefined;
  readonly dashboardUrl?: string | undefined;
}

/**
 * Reads the settings from the variables of an environment; an empty variable counts as absent.
 * Throws SettingsFault with every fault at once (contract "Running it"); of secrets production asks only for those that `roles` need, for
 * all of them without it.
 */
export function readSettings(env: Environment = environment(), roles?: readonly string[]): Settings {
  const faults: SettingFault[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(variables)) {
    const parsed = schema.safeParse(env[name] === '' ? undefined : env[name]);
    if (parsed.success) values[name] = parsed.data;
    else faults.push({ name, detail: `${parsed.error.issues[0]?.message ?? 'is invalid'}${given(name, env[name])}` });
  }
  const valid = values as Partial<VariableValues>; // a variable at fault is absent here, so no relation is checked on it
  faults.push(...faultyRelations(valid));
  if (valid.NODE_ENV === 'production') faults.push(...unfitForProduction(env, valid, roles));
  if (faults.length > 0) throw new SettingsFault(faults);
  return settingsFrom(values as VariableValues, env);
}

/** `, not "eighty"`: what was given, cut where it is long; nothing of secrets and of servers, whose URLs may hold passwords. */
function given(name: string, value: string | undefined): string {
  const hidden = SECRETS.includes(name) || name.endsWith('_URL') || name.endsWith('_ENDPOINT');
  if (value === undefined || hidden) return '';
  return `, not ${JSON.stringify(value.length > LONGEST_TOLD ? `${value.slice(0, LONGEST_TOLD)}...` : value)}`;
}

function faultyRelations(given: Partial<VariableValues>): SettingFault[] {
  const faults: SettingFault[] = [];
  const { AMPEL_LEASE_SECONDS: lease, AMPEL_HEARTBEAT_SECONDS: heartbeat } = given;
  if (lease !== undefined && heartbeat !== undefined && heartbeat > lease / 2) {
    // One lost beat must not end a session: two have to fit into the lease.
    const detail = `is ${heartbeat}, but must be at most half of AMPEL_LEASE_SECONDS (${lease / 2})`;
    faults.push({ name: 'AMPEL_HEARTBEAT_SECONDS', detail });
  }
  if (given.DATABASE_ADMIN_URL !== undefined && given.DATABASE_URL === undefined) {
    faults.push({ name: 'DATABASE_ADMIN_URL', detail: 'needs DATABASE_URL beside it: the services never connect as the administrator' });
  }
  if ((given.NATS_USER === undefined) !== (given.NATS_PASSWORD === undefined)) {
    const [name, other] = given.NATS_USER === undefined ? (['NATS_USER', 'NATS_PASSWORD'] as const) : (['NATS_PASSWORD', 'NATS_USER'] as const);
    faults.push({ name, detail: `is missing beside ${other}` });
  }
  return faults;
}

/** The same servers, reached as this user. */
function withUser(urls: string | undefined, user: string | undefined, password: string | undefined): string | undefined {
  if (urls === undefined || user === undefined || password === undefined) return urls;
  const as = (text: string): string => text.trim().replace(/^(\w+:\/\/)(?:[^@/]*@)?/, `$1${user}:${encodeURIComponent(password)}@`);
  return urls.split(',').map(as).join(',');
}

/** Characters of a wrong value that are repeated. */
const LONGEST_TOLD = 40;

const SECRETS: readonly string[] = ['AMPEL_ADMIN_TOKEN', 'AMPEL_TOKEN_SECRET', 'AMPEL_SIGNING_KEY', 'NATS_PASSWORD', 'OTEL_EXPORTER_OTLP_HEADERS'];

function settingsFrom(values: VariableValues, env: Environment): Settings {
  const production = values.NODE_ENV === 'production';
  const lease = values.AMPEL_LEASE_SECONDS;
  return Object.freeze({
    production,
    host: values.AMPEL_HOST,
    port: values.AMPEL_PORT,
    dataDir: values.AMPEL_DATA_DIR,
    databaseUrl: values.DATABASE_URL,
    databaseAdminUrl: values.DATABASE_ADMIN_URL ?? values.DATABASE_URL,
    natsUrl: withUser(values.NATS_URL, values.NATS_USER, values.NATS_PASSWORD),
    adminToken: production && !env['AMPEL_ADMIN_TOKEN'] ? '' : values.AMPEL_ADMIN_TOKEN,
    leaseSeconds: lease,
    heartbeatSeconds: values.AMPEL_HEARTBEAT_SECONDS ?? Math.min(30, lease / 4),
    coverageSeconds: values.AMPEL_COVERAGE_SECONDS,
    tokenSecret: values.AMPEL_TOKEN_SECRET,
    signingKey: values.AMPEL_SIGNING_KEY,
    webhookLoopback: values.AMPEL_WEBHOOK_LOOPBACK === 'allowed',
    seed: values.AMPEL_SEED ?? (production ? 'none' : 'demo'),
    logLevel: values.AMPEL_LOG_LEVEL ?? (production ? 'info' : 'warn'),
    plans: values.AMPEL_PLANS,
    drainSeconds: values.AMPEL_DRAIN_SECONDS ?? (production ? 2 : 0),
    streamReplicas: values.AMPEL_STREAM_REPLICAS,
    trustedProxies: (values.AMPEL_TRUSTED_PROXIES ?? '').split(',').map((one) => one.trim()).filter((one) => one !== ''),
    limits: limitsFrom(values),
    memoryPercent: values.AMPEL_MEMORY_PERCENT,
    verify: Object.freeze({ percent: values.AMPEL_VERIFY_PERCENT, everySeconds: values.AMPEL_VERIFY_SECONDS }),
    requestSeconds: values.AMPEL_REQUEST_SECONDS,
    adminUrl: values.AMPEL_ADMIN_URL,
    widgetUrl: values.AMPEL_WIDGET_URL,
    dashboardUrl: values.AMPEL_DASHBOARD_URL,
    traces: tracesFrom(values),
  });
}

function tracesFrom(values: VariableValues): TraceSettings | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers, OTEL_SERVICE_NAME: serviceName } = values;
  if (endpoint === undefined) return undefined;
  return Object.freeze({ endpoint, headers: headers ?? {}, serviceName, ratio: values.OTEL_TRACES_SAMPLER_ARG });
}

function limitsFrom(values: VariableValues): Limits {
  return Object.freeze({
    signIns: values.AMPEL_LIMIT_SIGN_INS,
    tokens: values.AMPEL_LIMIT_TOKENS,
    widgetReads: values.AMPEL_LIMIT_WIDGET_READS,
    messages: values.AMPEL_LIMIT_MESSAGES,
    apiKey: values.AMPEL_LIMIT_API_KEY,
    tenant: values.AMPEL_LIMIT_TENANT,
    streamsPerAddress: values.AMPEL_LIMIT_STREAMS_PER_ADDRESS,
    streamsPerSite: values.AMPEL_LIMIT_STREAMS_PER_SITE,
  });
}
