import type { Type } from '@nestjs/common';
import type { Settings } from '#config';
import type { runService } from '#http-kit';
import { Obstacle } from './obstacle.js';
import { ROLES } from './roles.js';
import type { Services } from './services.js';
import { untilAnswering } from './until-answering.js';

export interface AllInOne extends Services {
  /** Settles with the reason if the services find that they must not go on; else never. */
  readonly refused: Promise<Error>;
}

/** What it takes to run the roles. */
export interface Roles {
  readonly runService: typeof runService;
  readonly modules: Type[];
}

/** Loads the six roles. Takes a second, so it is not done at the top of a file but while the servers start. */
export async function loadRoles(): Promise<Roles> {
  const [http, agent, admin, widget, relay, projector, timekeeper] = await Promise.all([
    import('#http-kit'),
    import('#apps/agent-api/src/agent-api.module'),
    import('#apps/admin-api/src/admin-api.module'),
    import('#apps/widget-api/src/widget-api.module'),
    import('#apps/relay/src/relay.module'),
    import('#apps/projector/src/projector.module'),
    import('#apps/timekeeper/src/timekeeper.module'),
  ]);
  const modules = [
    agent.AgentApiModule,
    admin.AdminApiModule,
    widget.WidgetApiModule,
    relay.RelayModule,
    projector.ProjectorModule,
    timekeeper.TimekeeperModule,
  ];
  return { runService: http.runService, modules };
}

/** Runs every role in this process on one port. Throws what `runService` throws. */
export async function startAllInOne(settings: Settings, roles: Roles): Promise<AllInOne> {
  const { url, port, close, refused } = await roles.runService({ settings, roles: ROLES, modules: roles.modules });
  const answering = await untilAnswering(`${url}/readyz`);
  if (!answering.ok) throw new Obstacle(`The services ${answering.why}`);
  return {
    urls: { agent: url, admin: url, widget: url, dashboard: url },
    processes: () => ROLES.map((role) => ({ role, pid: process.pid, port })),
    stop: close,
    kill: () => undefined, // it ends with this process
    refused,
  };
}
