import { AdminApiModule } from '#apps/admin-api/src/admin-api.module';
import { AgentApiModule } from '#apps/agent-api/src/agent-api.module';
import { ProjectorModule } from '#apps/projector/src/projector.module';
import { RelayModule } from '#apps/relay/src/relay.module';
import { TimekeeperModule } from '#apps/timekeeper/src/timekeeper.module';
import { WidgetApiModule } from '#apps/widget-api/src/widget-api.module';
import { readSettings, type Settings } from '#config';
import { type RoleName, runService, type Service } from '#http-kit';
import type { SchemaOfCode } from '#migrations/list';
import { createLogger } from '#observability';
import { eventually, type FreshDatabase, freshDatabase, natsUrl } from '#testing';
import type { Place } from '../client/index.js';

const MODULES = {
  'admin-api': AdminApiModule,
  'agent-api': AgentApiModule,
  projector: ProjectorModule,
  relay: RelayModule,
  timekeeper: TimekeeperModule,
  'widget-api': WidgetApiModule,
} as const;
type Role = keyof typeof MODULES & RoleName;

/** The whole river in this process, with a short lease, on a database of its own; its services can be stopped and started one by one. */
export class House implements Place {
  readonly adminToken = 'insecure-token-of-the-house';
  readonly #services = new Map<string, Service>();

  private constructor(
    private readonly database: FreshDatabase,
    private readonly settings: Settings,
  ) {}

  /** Starts services, each with some roles: `['agent-api', 'admin-api projector timekeeper widget-api']`. `bus` may be one that is away. */
  static async start(leaseSeconds: number, services: readonly string[], bus = natsUrl(), more: Readonly<Record<string, string>> = {}): Promise<House> {
    const database = await freshDatabase();
    const settings = readSettings({
      DATABASE_URL: database.serviceUrl,
      NATS_URL: bus,
      AMPEL_PORT: '0',
      AMPEL_LEASE_SECONDS: String(leaseSeconds),
      AMPEL_TOKEN_SECRET: 's'.repeat(43),
      AMPEL_ADMIN_TOKEN: 'insecure-token-of-the-house',
      AMPEL_COVERAGE_SECONDS: '0', // nothing by itself after a minute: specs count what they did
      ...more,
    });
    const house = new House(database, settings);
    for (const roles of services) await house.startService(roles);
    return house;
  }

  /** Of the database; for what an administrator does meanwhile. */
  get adminUrl(): string {
    return this.database.adminUrl;
  }

  /** `name`: for a second one of the same roles; `schema`: played by another version of the code. Gives its address. */
  async startService(roles: string, name = roles, schema?: SchemaOfCode): Promise<string> {
    const names = roles.split(' ') as Role[];
    const service = await runService({
      roles: names,
      modules: names.map((name) => MODULES[name]),
      settings: this.settings,
      logger: createLogger({ level: 'silent' }),
      ...(schema === undefined ? {} : { schema }),
    });
    this.#services.set(name, service);
    await eventually(async () => (await fetch(`${service.url}/readyz`)).status === 200, { within: 10_000 });
    return service.url;
  }

  async stopService(roles: string): Promise<void> {
    await this.#services.get(roles)?.close();
    this.#services.delete(roles);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#services.values()].map((service) => service.close()));
    await this.database.drop();
  }

  get urls(): Place['urls'] {
    const of = (role: Role): string => {
      const found = [...this.#services].find(([roles]) => roles.split(' ').includes(role));
      return found?.[1].url ?? 'http://127.0.0.1:9'; // nobody listens there
    };
    return { agent: of('agent-api'), admin: of('admin-api'), widget: of('widget-api') };
  }
}

/** Waits until so many milliseconds have passed since an instant of `performance.now()`, doing something again and again meanwhile. */
export async function untilMs(ms: number, since: number, meanwhile: () => Promise<unknown> = async () => undefined): Promise<void> {
  await eventually(
    async () => {
      await meanwhile();
      return performance.now() - since >= ms;
    },
    { within: ms + 10_000, every: 50 },
  );
}
