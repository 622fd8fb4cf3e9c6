import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment, needsSecret, originOf } from '#config';
import type { Settings } from '#config';
import { freePort, keepRunning, startTied } from '#embedded-servers';
import type { Kept, TiedProcess } from '#embedded-servers';
import { Obstacle } from './obstacle.js';
import type { Progress } from './progress.js';
import { ROLES } from './roles.js';
import type { Role } from './roles.js';
import type { Services } from './services.js';
import { tellDeath } from './tell-death.js';
import { endOf, untilAnswering } from './until-answering.js';

/** A service that runs as a process of its own. */
interface ServiceProcess extends TiedProcess {
  readonly port: number;
}

/** dist/apps: the services lie beside the workbench. */
const APPS = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs every role as a process of its own on a port of its own, and keeps them running. `settings` are complete: servers and secrets are set;
 * each role has a user of its own on the bus. `changed` is called when one runs again under another process id. Throws if one does not become
 * ready, with the end of its log.
 */
export async function startSplit(
  settings: Settings,
  natsUrlFor: (role: Role) => string,
  dataDir: string,
  progress: Progress,
  changed: () => void,
  roles: readonly Role[] = ROLES,
): Promise<Services> {
  const ports = await choosePorts(settings, roles);
  const url = (role: Role): string => originOf(settings.host, ports[roles.indexOf(role)] ?? 0);
  const places = { adminUrl: url('admin-api'), widgetUrl: url('widget-api'), dashboardUrl: url('agent-api') };
  const outcomes = await Promise.allSettled(
    roles.map((role, index) => {
      const port = ports[index] ?? 0;
      return keepRunning<ServiceProcess>({
        start: (former) => startRole(role, port, { ...settings, ...places, natsUrl: natsUrlFor(role) }, dataDir, former === undefined ? '/readyz' : '/healthz'),
        onDeath: tellDeath(role, progress),
        onRestart: (now) => {
          progress.say(`${role} runs again (process ${now.pid})`);
          changed();
        },
      });
    }),
  );
  const running = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await stopAll(running);
    throw failed.reason;
  }
  return {
    urls: { agent: url('agent-api'), admin: url('admin-api'), widget: url('widget-api'), dashboard: url('agent-api') },
    processes: () => running.map((kept, index) => ({ role: roles[index] ?? '', pid: kept.current().pid, port: kept.current().port })),
    stop: () => stopAll(running),
    kill: () => {
      for (const kept of running) void kept.current().kill();
    },
  };
}

async function stopAll(running: readonly Kept<ServiceProcess>[]): Promise<void> {
  await Promise.all(running.map((kept) => kept.stop()));
}

/** agent-api gets the wished port, the others those that follow, or any free one where that is taken. */
async function choosePorts({ port, host }: Settings, roles: readonly Role[]): Promise<number[]> {
  return Promise.all(
    roles.map(async (_role, index) => {
      if (port === 0) return freePort(0, host);
      return index === 0 ? port : freePort(port + index, host).catch(() => freePort(0, host));
    }),
  );
}

async function startRole(role: Role, port: number, settings: Settings, dataDir: string, ready: string): Promise<ServiceProcess> {
  const logFile = path.join(dataDir, `${role}.log`);
  const service = await startTied(process.execPath, ['--enable-source-maps', path.join(APPS, role, 'src', 'main.js')], {
    signal: 'TERM',
    graceSeconds: 7, // a service gives requests under way 6 s
    logFile,
    env: { ...environment(), ...variablesFor(settings, role, port, dataDir) },
  });
  const answering = await untilAnswering(originOf(settings.host, port) + ready, service.exited);
  if (!answering.ok) {
    await service.kill();
    throw new Obstacle(`${role} ${answering.why}. Its log (${logFile}) ends with:\n${endOf(logFile)}`);
  }
  return { ...service, port };
}

/** The settings as a service of its own reads them: with the secrets it works with; the administrator's connection is not for services. */
function variablesFor(settings: Settings, role: Role, port: number, dataDir: string): Record<string, string | undefined> {
  const secret = (name: Parameters<typeof needsSecret>[0], value: string | undefined) => ({ [name]: needsSecret(name, [role]) ? value : undefined });
  return {
    AMPEL_PORT: String(port),
    AMPEL_DATA_DIR: dataDir,
    DATABASE_URL: settings.databaseUrl,
    DATABASE_ADMIN_URL: undefined,
    NATS_URL: settings.natsUrl,
    NATS_USER: undefined, // they stand in the URL
    NATS_PASSWORD: undefined,
    ...secret('AMPEL_TOKEN_SECRET', settings.tokenSecret),
    ...secret('AMPEL_SIGNING_KEY', settings.signingKey),
    ...secret('AMPEL_ADMIN_TOKEN', settings.adminToken),
    AMPEL_LEASE_SECONDS: String(settings.leaseSeconds),
    AMPEL_HEARTBEAT_SECONDS: String(settings.heartbeatSeconds),
    AMPEL_DASHBOARD_URL: settings.dashboardUrl,
    AMPEL_ADMIN_URL: settings.adminUrl,
    AMPEL_WIDGET_URL: settings.widgetUrl,
    AMPEL_SEED: 'none',
    ...(settings.verify && { AMPEL_VERIFY_PERCENT: String(settings.verify.percent), AMPEL_VERIFY_SECONDS: String(settings.verify.everySeconds) }),
    ...(settings.memoryPercent === undefined ? {} : { AMPEL_MEMORY_PERCENT: String(settings.memoryPercent) }),
  };
}
