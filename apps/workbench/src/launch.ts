import path from 'node:path';
import type { Settings } from '#config';
import type { DataFolder } from '#embedded-servers';
import { ALL_ROLES_USER } from '#messaging';
import { loadRoles, startAllInOne } from './all-in-one.js';
import { keepLogsShort } from './keep-logs-short.js';
import { prepareDatabase } from './prepare-database.js';
import type { DatabaseUrls } from './prepare-database.js';
import type { Progress } from './progress.js';
import { removeRunFile, writeRunFile } from './run-file.js';
import { withSecrets } from './secrets.js';
import { seedDemo } from './seed-demo.js';
import { writeDemoFile } from './write-demo-file.js';
import { startServers } from './servers.js';
import type { Servers } from './servers.js';
import type { Services } from './services.js';
import { startSplit } from './split.js';
import { welcome } from './welcome.js';

/**
 * One run of Ampel from the first server to the last. States: coming up (servers, database, services, demo data, run.json) -> up ->
 * stopping. `stop` works in every state and ends what there is by then; the process ends right after it, and whatever was still coming
 * up ends with the process.
 */
export class Launch {
  #servers: Servers | undefined;
  #services: Services | undefined;
  #database: DatabaseUrls | undefined;
  #stopped: Promise<void> | undefined;
  #up = false;
  readonly #runFile: string;

  constructor(
    private readonly settings: Settings,
    private readonly folder: DataFolder,
    private readonly progress: Progress,
  ) {
    this.#runFile = path.join(folder.dir, 'run.json');
    removeRunFile(this.#runFile); // a killed run left it
    keepLogsShort(folder.dir);
    process.once('exit', () => {
      removeRunFile(this.#runFile);
      folder.release();
    });
  }

  get stopping(): boolean {
    return this.#stopped !== undefined;
  }

  /** Starts everything and says how to use it. `onRefusal` is told if the services must not go on later. Throws what stands in the way. */
  async bringUp(split: boolean, onRefusal: (reason: Error) => void): Promise<void> {
    const { settings, folder, progress } = this;
    const { dir } = folder;
    const rewrite = (): void => this.#writeRunFile();
    const loading = split ? undefined : loadRoles();
    loading?.catch(() => undefined); // its failure is met below, where it is awaited
    const servers = await progress.step(this.#namesOfServers(), () => startServers(settings, dir, progress, rewrite));
    this.#servers = servers;
    this.#database = await progress.step('migrating the database', () => prepareDatabase(settings, servers.embeddedPostgresUrl));
    const complete = withSecrets({ ...settings, dataDir: dir, ...this.#forServices(this.#database, servers) }, dir);
    const services = await progress.step(split ? 'starting six services' : 'starting the services', async () => {
      if (loading === undefined) return startSplit(complete, (role) => servers.natsUrlFor(role), dir, progress, rewrite);
      const allInOne = await startAllInOne(complete, await loading);
      void allInOne.refused.then(onRefusal);
      return allInOne;
    });
    this.#services = services;
    const seed = (): ReturnType<typeof seedDemo> => seedDemo(services.urls, settings.adminToken);
    const demo = settings.seed === 'demo' ? await progress.step('seeding the demo tenant', seed) : undefined;
    writeDemoFile(dir, demo);
    this.#up = true;
    this.#writeRunFile();
    const adminToken = settings.production ? undefined : settings.adminToken;
    progress.say(welcome({ urls: services.urls, adminToken, demo, runFile: this.#runFile }));
  }

  /** Stops everything in good order: the services first, for they still need the servers. */
  stop(): Promise<void> {
    return (this.#stopped ??= (async () => {
      removeRunFile(this.#runFile);
      await this.#services?.stop();
      await this.#servers?.stop();
    })());
  }

  /** Ends everything at once. */
  kill(): void {
    this.#services?.kill();
    this.#servers?.kill();
  }

  /** The services never learn the administrator's connections. */
  #forServices({ service }: DatabaseUrls, servers: Servers): Partial<Settings> {
    return { databaseUrl: service, databaseAdminUrl: undefined, natsUrl: servers.natsUrlFor(ALL_ROLES_USER) };
  }

  #namesOfServers(): string {
    const { databaseUrl, natsUrl } = this.settings;
    const names = [...(databaseUrl === undefined ? ['Postgres'] : []), ...(natsUrl === undefined ? ['nats-server'] : [])];
    return names.length > 0 ? `starting ${names.join(' and ')}` : 'using the servers of DATABASE_URL and NATS_URL';
  }

  #writeRunFile(): void {
    if (!this.#up || this.stopping || !this.#servers || !this.#services || !this.#database) return;
    writeRunFile(this.#runFile, {
      urls: this.#services.urls,
      processes: [...this.#services.processes(), ...this.#servers.processes()],
      databaseUrl: this.#database.admin,
      natsUrl: this.#servers.natsUrl,
    });
  }
}
