import type { INestApplication, LoggerService, Type } from '@nestjs/common';
import { DiscoveryService, NestFactory, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { NestMicroservice } from '@nestjs/microservices';
import { url as debuggerUrl } from 'node:inspector';
import type { AddressInfo } from 'node:net';
import { asyncApiDocument, errorCatalogue } from '#contract';
import { needsSecret, originOf, readSettings, type Settings, SettingsFault } from '#config';
import { schemaOfThisCode, type SchemaOfCode } from '#migrations/list';
import { createLogger, createMetrics, type Logger, openTracing, type Tracing } from '#observability';
import { AccessGuard, declaredRoutes } from './access-guard.js';
import { AnswerHeaders } from './answer-headers.js';
import { serveDocs } from './api-docs.js';
import { ClientAddresses } from './client-address.js';
import { coreModule } from './core.module.js';
import { allowDashboardOrigin } from './dashboard-origin.js';
import { EventTransports } from './event-transports.js';
import { FastLane } from './fast-lane.js';
import { serveIndex } from './index-page.js';
import { type DatabaseWatch, watchDatabase } from './database-watch.js';
import { createAdapter } from './fastify-server.js';
import { LimitGuard } from './limit-guard.js';
import { OpenStreams } from './open-streams.js';
import type { ErrorCatalogue } from './problem.js';
import { measureProcess } from './process-metrics.js';
import { ProblemFilter } from './problem-filter.js';
import { NOBODY_LIMITED, RateLimits } from './rate-limits.js';
import { Readiness } from './readiness.js';
import { RouteTable } from './route-table.js';
import { SchemaPipe } from './schema-pipe.js';
import { openRuntime, type Runtime } from './runtime.js';
import { stopServing } from './stop-serving.js';
import { openWaitingRoom } from './waiting-room.js';
import { serveWebPages } from './web-pages.js';

/** The services of the house (contract, "Running it"). */
export type RoleName = 'agent-api' | 'admin-api' | 'widget-api' | 'relay' | 'projector' | 'timekeeper';

export interface ServiceOptions {
  readonly roles: readonly RoleName[];
  /** One Nest module per role, which lists its slices. */
  readonly modules: readonly Type[];
  /** The environment's without it. */
  readonly settings?: Settings;
  readonly title?: string;
  /** The contract's without it. */
  readonly errorCatalogue?: ErrorCatalogue;
  /** Without it, made from the settings; a test may bring its own. */
  readonly logger?: Logger;
  /** What this code expects of the database; a test may play an older or a newer version. */
  readonly schema?: SchemaOfCode;
  /** Parts of the runtime that a test brings itself, e.g. a clock; it also closes them. */
  readonly runtime?: Partial<Runtime>;
}

export interface Service {
  /** Origin without a path, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  readonly app: INestApplication;
  /** Settles with the reason if the service finds that it must not go on (its Postgres role is too strong); else never. */
  readonly refused: Promise<Error>;
  /** Ends streams, answers what is under way, lets go of everything: at most `STOP_MS`. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Runs roles in this process on one port. Postgres or NATS may be away: the service waits for them and says so at `/readyz`.
 * A database that is still to be migrated is waited for too, before anything begins.
 * Throws SettingsFault (every fault at once), ServiceRoleTooStrong, SchemaTooNew, and the listen error (EADDRINUSE, EACCES).
 */
export async function runService(options: ServiceOptions): Promise<Service> {
  const settings = options.settings ?? readSettings(undefined, options.roles);
  const logger = options.logger ?? createLogger({ level: settings.logLevel, fields: { roles: options.roles.join(',') } });
  const metrics = createMetrics();
  const served = requireServers(settings, options.roles);
  const traces = options.runtime?.tracing === undefined ? await collected(settings, options.roles) : null; // a test closes its own
  const tracing = options.runtime?.tracing ?? traces;
  const runtime = openRuntime(served, logger, { ...options.runtime, tracing });
  const addresses = new ClientAddresses(settings.trustedProxies);
  const limits = new RateLimits(settings.limits ?? NOBODY_LIMITED, addresses, metrics);
  const streams = new OpenStreams(limits);
  const readiness = new Readiness();
  const lane = new FastLane();
  const answerHeaders = new AnswerHeaders();
  const transports = new EventTransports();
  const routes = new RouteTable();
  const catalogue = options.errorCatalogue ?? errorCatalogue;
  const title = options.title ?? 'Ampel';
  const role = options.roles[0] ?? 'service';
  let stopping = false;
  readiness.add(role, 'process', () => (stopping ? 'the process is stopping' : null));
  let app: NestFastifyApplication | undefined;
  let database: DatabaseWatch | undefined;
  try {
    const schema = options.schema ?? schemaOfThisCode;
    measureProcess({ ...runtime, metrics, streams, roles: options.roles, schema });
    const watched = { role, schema, readiness, logger };
    const watch = (database = await watchDatabase(runtime.pools.engine, watched));
    await untilMigrated(watch, settings, role);
    const core = coreModule({ settings, logger, metrics, ...runtime, streams, limits, readiness, lane, answerHeaders, transports }, options.modules);
    const adapter = createAdapter({
      ...{ catalogue, routes, lane, answerHeaders, metrics, addresses, tracing, logger },
      requestSeconds: settings.requestSeconds,
      isStopping: () => stopping,
    });
    app = await NestFactory.create<NestFastifyApplication>(core.module, adapter, {
      bodyParser: false,
      abortOnError: false,
      logger: nestLogger(logger),
    });
    allowDashboardOrigin(adapter.getInstance(), settings.dashboardUrl);
    const running = app;
    const reflector = running.get(Reflector);
    running.useGlobalPipes(new SchemaPipe());
    running.useGlobalGuards(new LimitGuard(reflector, limits), new AccessGuard(reflector, core.authentication, limits));
    running.useGlobalFilters(new ProblemFilter(catalogue, routes, logger, metrics));
    declaredRoutes(running.get(DiscoveryService), reflector);
    serveDocs(running, title, () => asyncApiDocument());
    serveIndex(adapter.getInstance(), routes, title, options.roles);
    serveWebPages(adapter.getInstance(), options.roles, settings);
    for (const { strategy, filters } of transports.all) {
      // Deferred, because Nest takes filters only before the initialization, and would just warn.
      const listener = running.connectMicroservice({ strategy }, { deferInitialization: true }).useGlobalFilters(...filters);
      (listener as NestMicroservice).setIsInitHookCalled(true); // else Nest begins every module of the process once more
    }
    await running.listen({ port: settings.port, host: settings.host });
    await running.startAllMicroservices();
    const { port } = running.getHttpServer().address() as AddressInfo;
    const letGo = async (): Promise<void> => {
      try {
        await stopServing(running, streams, settings.drainSeconds * 1000, logger);
      } finally {
        watch.stop();
        try {
          await runtime.close();
        } finally {
          await traces?.close();
        }
      }
    };
    let closing: Promise<void> | undefined;
    const close = (): Promise<void> => {
      stopping = true;
      return (closing ??= letGo());
    };
    return { url: originOf(settings.host, port), port, app: running, refused: watch.refused, close };
  } catch (error) {
    database?.stop();
    await app?.close().catch(() => undefined);
    await runtime.close();
    await traces?.close();
    throw error;
  }
}

/** While the schema is too old nothing of ours begins: this process only says why it waits, on the port it will serve. */
async function untilMigrated(database: DatabaseWatch, at: Settings, role: string): Promise<void> {
  if (database.tooOld() === null) return;
  const room = await openWaitingRoom(at, role, () => database.tooOld() ?? 'the process is starting');
  const refused = database.refused.then((reason): never => {
    throw reason;
  });
  try {
    await Promise.race([database.notTooOld(), refused]);
  } finally {
    await room.close();
  }
}

/** Traces, if the settings name a collector. */
async function collected({ traces }: Settings, roles: readonly RoleName[]): Promise<Tracing | null> {
  return traces === undefined ? null : openTracing(traces, { 'ampel.roles': roles.join(',') });
}

/** A role on its own starts no servers (only `npm start` does), so their URLs must be known, and the secrets that it works with. */
function requireServers(settings: Settings, roles: readonly RoleName[]): Settings & { databaseUrl: string; natsUrl: string } {
  const { databaseUrl, natsUrl, tokenSecret, production } = settings;
  const needed = {
    DATABASE_URL: databaseUrl,
    NATS_URL: natsUrl,
    ...(needsSecret('AMPEL_TOKEN_SECRET', roles) ? { AMPEL_TOKEN_SECRET: tokenSecret } : {}),
  };
  const faults = Object.entries(needed)
    .filter(([, value]) => value === undefined)
    .map(([name]) => ({ name, detail: 'is required to run a role by itself: only `npm start` brings its own' }));
  if (production && debuggerUrl() !== undefined) faults.push({ name: '--inspect', detail: 'opens the debugger, refused in production' });
  if (databaseUrl === undefined || natsUrl === undefined || faults.length > 0) throw new SettingsFault(faults);
  return { ...settings, databaseUrl, natsUrl };
}

/** Nest's own lines (modules, routes) are for debugging; its warnings and errors stay what they are. */
function nestLogger(logger: Logger): LoggerService {
  const at =
    (level: 'debug' | 'trace' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void =>
      logger[level](
        { nest: rest.filter((part) => typeof part === 'string').at(-1), ...(message instanceof Error ? { err: message } : {}) },
        message instanceof Error ? message.name : String(message),
      );
  return { log: at('debug'), debug: at('debug'), verbose: at('trace'), warn: at('warn'), error: at('error'), fatal: at('fatal') };
}
