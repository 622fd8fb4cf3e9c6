import { z } from 'zod';
import { headerList } from './header-list.js';
import { isNetwork } from './network.js';

/** What stands before a value in the reference table. */
interface Described {
  readonly meaning: string;
  /** How the default reads in the reference table, where the schema itself has none. */
  readonly defaultText?: string;
}

const described = z.registry<Described>();

/** The marker of every secret that may be used in development only; production refuses values that hold it. */
export const INSECURE = 'insecure';
const DEVELOPMENT_ADMIN_TOKEN = `${INSECURE}-admin-token`;

const number = (from: number, to: number, whole = true): z.ZodType<number, string> => {
  const error = `must be a ${whole ? 'whole number' : 'number'} from ${from} to ${to}`;
  const digits = z.string().regex(whole ? /^\d+$/ : /^\d+(\.\d+)?$/, { error });
  return digits.transform(Number).pipe(z.number().min(from, { error }).max(to, { error }));
};

const oneOf = <T extends string>(...values: readonly [T, ...T[]]): z.ZodType<T, string> =>
  z.string().pipe(z.enum(values, { error: `must be one of ${values.join(', ')}` }));

const serverUrl = (...protocols: readonly string[]): z.ZodType<string, string> => {
  const isUrl = (text: string): boolean => URL.canParse(text) && protocols.includes(new URL(text).protocol);
  return z.string().refine((text) => text.split(',').every(isUrl), { error: `must be a URL beginning with ${protocols[0]}//` });
};

/** Scheme, host and port, nothing behind them. */
const webOrigin = (): z.ZodType<string, string> => {
  const isOrigin = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
  return z.string().refine(isOrigin, { error: 'must be an origin such as https://chat.example, without a path' });
};

const limit = z.int().min(0).nullable();
const choices = z.strictObject({
  agents: limit.optional(),
  groups: z.boolean().optional(),
  hours: z.boolean().optional(),
  historyDays: limit.optional(),
  support: z.boolean().optional(),
});
const PLANS_EXAMPLE = '{"free":{"agents":5},"standard":{"hours":true}}';
const planChoices = z.string().transform((text, context): z.output<typeof plansGiven> => {
  const read = plansGiven.safeParse(jsonOf(text));
  if (read.success) return read.data;
  const where = read.error.issues[0]?.path.join('.');
  context.addIssue(`must be JSON such as ${PLANS_EXAMPLE}, of agents, groups, hours, historyDays, support${where ? ` (look at ${where})` : ''}`);
  return z.NEVER;
});
const plansGiven = z.strictObject({ free: choices.optional(), standard: choices.optional(), pro: choices.optional() });

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const secret = (shortest: number): z.ZodType<string, string> =>
  z.string().min(shortest, { error: `must have at least ${shortest} characters` });

/** Every variable that Ampel understands: what it means, what it may hold, what it is if absent (contract "Running it"). */
export const variables = {
  AMPEL_HOST: z
    .string()
    .default('127.0.0.1')
    .register(described, { meaning: 'address the services listen on; `0.0.0.0` = every network of the machine' }),
  AMPEL_PORT: number(0, 65_535)
    .default(8080)
    .register(described, { meaning: 'port of the all-in-one process, of agent-api when split; 0 = any free one' }),
  AMPEL_DATA_DIR: z
    .string()
    .default('.ampel')
    .register(described, { meaning: 'folder of the embedded servers, their logs and `run.json`' }),
  AMPEL_CACHE_DIR: z
    .string()
    .optional()
    .register(described, { meaning: 'folder for programs that were fetched once', defaultText: "`ampel` in the user's cache folder" }),
  DATABASE_URL: serverUrl('postgres:', 'postgresql:')
    .optional()
    .register(described, { meaning: 'Postgres to use, as the role of the services; then no embedded one is started' }),
  DATABASE_ADMIN_URL: serverUrl('postgres:', 'postgresql:')
    .optional()
    .register(described, { meaning: 'used for migrations only', defaultText: '`DATABASE_URL`' }),
  NATS_URL: serverUrl('nats:', 'tls:')
    .optional()
    .register(described, { meaning: 'NATS server with JetStream to use; then no embedded one is started' }),
  NATS_USER: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'must be letters, digits, - and _' })
    .optional()
    .register(described, {
      meaning: 'user on the bus, one for each role (`deploy/nats/users.conf`); in production required here or in `NATS_URL`',
      defaultText: 'the user in `NATS_URL`',
    }),
  NATS_PASSWORD: z
    .string()
    .min(1)
    .optional()
    .register(described, { meaning: 'its password; both or neither', defaultText: 'the password in `NATS_URL`' }),
  AMPEL_ADMIN_TOKEN: secret(12)
    .default(DEVELOPMENT_ADMIN_TOKEN)
    .register(described, { meaning: "platform admin's bearer token; the default is refused in production, where only admin-api needs it" }),
  AMPEL_LEASE_SECONDS: number(2, 3600)
    .default(120)
    .register(described, { meaning: 'default lease of a session, 2 to 3600 seconds' }),
  AMPEL_HEARTBEAT_SECONDS: number(0.1, 1800, false)
    .optional()
    .register(described, { meaning: 'interval of heartbeats told to clients, at most half the lease', defaultText: 'min(30, lease / 4)' }),
  AMPEL_TOKEN_SECRET: secret(32)
    .optional()
    .register(described, { meaning: 'key that signs access tokens, and that secrets of webhooks are sealed with', defaultText: 'kept in the data folder; required in production from agent-api, admin-api and relay' }),
  AMPEL_COVERAGE_SECONDS: number(0, 86_400)
    .default(60)
    .register(described, { meaning: 'so long nobody may be there, although a box is meant to be open, before it is told (`CoverageLost`); 0 = never' }),
  AMPEL_SIGNING_KEY: secret(32)
    .optional()
    .register(described, { meaning: 'key that signs checkpoints', defaultText: 'kept in the data folder; required in production from admin-api' }),
  AMPEL_PLAINTEXT: oneOf('refused', 'trusted-network')
    .default('refused')
    .register(described, {
      meaning:
        '`trusted-network`: Postgres and NATS may be reached without TLS also in production, because nobody else is on the way to them; ' +
        'to this machine itself they always may',
    }),
  AMPEL_WEBHOOK_LOOPBACK: oneOf('allowed', 'refused')
    .default('refused')
    .register(described, {
      meaning: '`allowed`: webhooks may be sent to this machine itself, also without TLS, to try receivers out; refused in production',
    }),
  AMPEL_SEED: oneOf('demo', 'none')
    .optional()
    .register(described, { meaning: '`demo` makes a tenant to try things with', defaultText: '`demo`; `none` in production' }),
  AMPEL_PLANS: planChoices
    .optional()
    .register(described, {
      meaning: `what plans include, where it differs from the defaults, as JSON: \`${PLANS_EXAMPLE}\`; null = without limit. Tenants keep what they were granted until their plan is given anew`,
      defaultText: 'free: 3 agents, 14 days of history; standard: any number, a year; pro: groups, hours, all history',
    }),
  AMPEL_DRAIN_SECONDS: number(0, 4, false)
    .optional()
    .register(described, {
      meaning: 'so long a stopping service says 503 at `/readyz` and goes on answering, for balancers to notice; at most 4',
      defaultText: '`0`; `2` in production',
    }),
  AMPEL_VERIFY_PERCENT: number(0, 50, false)
    .default(5)
    .register(described, { meaning: 'share of one core that the verification of the read model in the background may take, at most; 0 = none' }),
  AMPEL_VERIFY_SECONDS: number(1, 86_400).default(60).register(described, { meaning: 'pause before each pass of it over everything' }),
  AMPEL_MEMORY_PERCENT: number(0, 50, false)
    .default(5).register(described, { meaning: 'share of one core for making long histories ready before somebody asks; 0 = only when asked' }),
  AMPEL_STREAM_REPLICAS: number(1, 5)
    .default(1)
    .register(described, { meaning: 'copies of the stream in a NATS cluster: 1, 3 or 5' }),
  AMPEL_TRUSTED_PROXIES: z
    .string()
    .refine((text) => text.split(',').every((one) => isNetwork(one.trim())), { error: 'must be addresses or networks with commas between, e.g. 10.0.0.0/8' })
    .optional()
    .register(described, { meaning: 'proxies whose `X-Forwarded-For` is believed, e.g. `10.0.0.0/8,fd00::/8`; without it the address of the connection counts' }),
  AMPEL_LIMIT_SIGN_INS: number(10, 1_000_000)
    .default(100)
    .register(described, { meaning: 'sign-ins a second from one address. Of every such limit ten seconds\' worth may come at once' }),
  AMPEL_LIMIT_TOKENS: number(10, 1_000_000)
    .default(1_000)
    .register(described, { meaning: 'refreshes of tokens a second from one address' }),
  AMPEL_LIMIT_WIDGET_READS: number(25, 10_000_000)
    .default(100_000)
    .register(described, { meaning: 'questions of widgets a second from one address; a process answers fewer, so as it stands it limits nobody' }),
  AMPEL_LIMIT_MESSAGES: number(10, 1_000_000)
    .default(200)
    .register(described, { meaning: "visitors' messages a second from one address" }),
  AMPEL_LIMIT_API_KEY: number(10, 1_000_000)
    .default(5_000)
    .register(described, { meaning: 'requests a second with one API key' }),
  AMPEL_LIMIT_TENANT: number(10, 1_000_000)
    .default(10_000)
    .register(described, { meaning: 'requests a second of all keys and people of a tenant; heartbeats are not counted' }),
  AMPEL_LIMIT_STREAMS_PER_ADDRESS: number(10, 1_000_000)
    .default(20_000)
    .register(described, { meaning: 'streams open at a time from one address' }),
  AMPEL_LIMIT_STREAMS_PER_SITE: number(10, 1_000_000)
    .default(25_000)
    .register(described, { meaning: 'streams of widgets open at a time for one site' }),
  AMPEL_REQUEST_SECONDS: number(1, 300)
    .default(30)
    .register(described, { meaning: 'in so long a whole request has to arrive, its headers in half of it; else 408' }),
  AMPEL_DASHBOARD_URL: webOrigin()
    .optional()
    .register(described, {
      meaning: "origin of the dashboard, where it is not admin-api's own: its pages may call admin-api; e.g. `https://agents.example`",
    }),
  AMPEL_ADMIN_URL: webOrigin()
    .optional()
    .register(described, { meaning: "origin of admin-api as browsers reach it, where it is not the dashboard's own; told to the dashboard" }),
  AMPEL_WIDGET_URL: webOrigin()
    .optional()
    .register(described, { meaning: "origin of widget-api as browsers reach it, where it is not the dashboard's own; told to the dashboard" }),
  AMPEL_LOG_LEVEL: oneOf('silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace')
    .optional()
    .register(described, { meaning: 'least severity that is logged', defaultText: '`warn`; `info` in production' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: serverUrl('http:', 'https:')
    .optional()
    .register(described, {
      meaning: 'collector of traces (OTLP over HTTP, traces go to `/v1/traces` below it), e.g. `http://collector:4318`; without it nothing is traced',
    }),
  OTEL_EXPORTER_OTLP_HEADERS: headerList
    .optional()
    .register(described, { meaning: 'headers for the collector, `name=value` with commas between; a secret' }),
  OTEL_SERVICE_NAME: z
    .string()
    .min(1)
    .default('ampel')
    .register(described, { meaning: 'name of this installation in traces' }),
  OTEL_TRACES_SAMPLER_ARG: number(0, 1, false)
    .default(1)
    .register(described, { meaning: 'part of the traces that is recorded, 0 to 1; where a caller sent a `traceparent`, it decided' }),
  NODE_ENV: z
    .string()
    .optional()
    .register(described, { meaning: '`production` refuses default secrets, embedded servers and debug endpoints' }),
} as const;

export type VariableName = keyof typeof variables;
export type VariableValues = { readonly [N in VariableName]: z.output<(typeof variables)[N]> };

/** One row of the settings table in the reference documentation. */
export interface SettingDescription {
  readonly name: VariableName;
  readonly meaning: string;
  readonly default: string;
}

/** The rows of the settings table, in the order a reader wants them. */
export function describeSettings(): SettingDescription[] {
  return (Object.keys(variables) as VariableName[]).map((name) => {
    const schema: z.ZodType = variables[name];
    const { meaning = '', defaultText } = described.get(schema) ?? {};
    const standard = schema instanceof z.ZodDefault ? `\`${String(schema.def.defaultValue)}\`` : '-';
    return { name, meaning, default: defaultText ?? standard };
  });
}
