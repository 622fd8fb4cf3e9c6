import { setMaxListeners } from 'node:events';
import type { GroupView, SiteView } from '#contract';
import { type Agent, Tenant, Widget } from '../client/index.js';
import { readBox } from './box-reader.js';
import type { Device} from './device.js';
import { type World } from './device.js';
import { clicking, fading, leaving, type Life, steady, switchGroup, switching, timed } from './lives.js';
import type { ReaderRecord } from './recording.js';

/** What is under way when the crowd is asked to rest must come to its end in that time, ms: commands succeed 15 s after the last fault. */
const PATIENCE_MS = 20_000;

/** A tenant of a run with the boxes that are watched. */
interface Scene {
  readonly tenant: Tenant;
  readonly site: SiteView;
  readonly groups: readonly GroupView[];
}

/** How many tenants of each kind. */
export interface CrowdSize {
  /** With agents of every kind, widgets, and an admin. */
  readonly busy: number;
  /** With agents who stay as they are: their boxes must not move. */
  readonly calm: number;
}

/** Everybody who uses a run's Ampel, and one more tenant to ask whether commands succeed. */
export class Crowd {
  readonly #rest = new AbortController();
  readonly #close = new AbortController();
  readonly #patience = new AbortController();
  readonly #lives: Promise<void>[] = [];
  readonly #readers: Promise<void>[] = [];
  readonly #there = new Map<string, Device>();
  #probe: { device: Device; scene: Scene } | undefined;
  #probed = false;

  private constructor(private readonly world: World) {
    for (const { signal } of [this.#rest, this.#close, this.#patience]) setMaxListeners(0, signal); // everybody waits for them
  }

  /** Adds everybody and waits until those who stay are signed in. */
  static async gather(world: World, { busy, calm }: CrowdSize): Promise<Crowd> {
    const crowd = new Crowd(world);
    const times = (n: number, add: () => Promise<void>): Promise<void>[] => Array.from({ length: n }, add);
    await Promise.all([crowd.#askable(), ...times(calm, () => crowd.#calm()), ...times(busy, () => crowd.#busy())]);
    return crowd;
  }

  /** Devices that are signed in and beat. */
  get there(): readonly Device[] {
    return [...this.#there.values()];
  }

  /** One click and one command of an admin. True: both were acknowledged. */
  async probe(patience: AbortSignal): Promise<boolean> {
    if (!this.#probe) throw new Error('the crowd has no probe');
    const { device, scene } = this.#probe;
    const [group] = scene.groups as [GroupView];
    this.#probed = !this.#probed;
    const wish = device.wish(device.intent === 'online' ? 'busy' : 'online', patience);
    const done = await Promise.all([wish, switchGroup(this.world, scene.tenant.id, group, !this.#probed, patience)]);
    return done.every(Boolean);
  }

  /** Nobody begins anything new; what is under way comes to its end. Those who fall silent or leave have done so for the last time. */
  async rest(): Promise<void> {
    this.#rest.abort();
    const late = setTimeout(() => this.#patience.abort(), PATIENCE_MS);
    await Promise.all(this.#lives);
    clearTimeout(late);
    const gone = this.world.recording.sessions.filter(({ leftAt, part }) => leftAt === null && (part === 'fading' || part === 'leaving'));
    if (gone.length > 0) throw new Error(`${gone.length} sessions still beat, though their agents rest`);
  }

  /** The last beat of all, and the end of all streams. */
  async leave(): Promise<void> {
    this.#close.abort();
    await Promise.all([...this.#readers, ...this.there.map((device) => device.fallSilent({ andLeave: false }))]);
  }

  /** Three agents with each their intent, who stay as they are, whatever happens (case 17). */
  async #calm(): Promise<void> {
    const scene = await this.#scene();
    const [de, en] = scene.groups as [GroupView, GroupView];
    for (const [intent, groups] of [['online', [de]], ['busy', [en]], ['offline', []]] as const) {
      const agent = await scene.tenant.addAgent([...groups]);
      await this.#start(steady(agent, intent, (device) => this.#note(agent, device)));
    }
    this.#watch(scene, true);
  }

  async #askable(): Promise<void> {
    const scene = await this.#scene();
    const agent = await scene.tenant.addAgent();
    await this.#start(
      steady(agent, 'online', (device) => {
        this.#probe = { device, scene };
        this.#note(agent, device);
      }),
    );
    this.#watch(scene, false);
  }

  async #busy(): Promise<void> {
    const scene = await this.#scene();
    const { tenant, groups } = scene;
    const [de, en] = groups as [GroupView, GroupView];
    const add = async (...own: GroupView[]): Promise<Agent> => tenant.addAgent(own);
    const lives: Life[] = [];
    for (const agent of [await add(de), await add(en), await add()]) lives.push(clicking(agent, (device) => this.#note(agent, device)));
    const [clock, ...others] = [await add(de), await add(en), await add(de), await add(en), await add(de, en)] as [Agent, ...Agent[]];
    lives.push(timed(clock, (device) => this.#note(clock, device)));
    for (const [i, agent] of others.entries()) lives.push(i % 2 === 0 ? fading(agent) : leaving(agent));
    this.#watch(scene, false);
    for (const life of lives) void this.#start(life);
    void this.#start(switching(tenant, en));
  }

  async #scene(): Promise<Scene> {
    const tenant = await Tenant.add(this.world.place);
    const site = await tenant.addSite();
    const groups = [await tenant.addGroup('DE'), await tenant.addGroup('EN')];
    return { tenant, site, groups };
  }

  #note(agent: Agent, device: Device): void {
    this.#there.set(agent.id, device);
  }

  #start(life: Life): Promise<void> {
    const lived = life(this.world, this.world.dice.fork(`life ${this.#lives.length}`), {
      signal: this.#rest.signal,
      patience: this.#patience.signal,
    });
    this.#lives.push(lived);
    return lived;
  }

  #watch({ tenant, site, groups }: Scene, calm: boolean): void {
    for (const groupId of ['', ...groups.map(({ id }) => id)]) {
      const record: ReaderRecord = { tenantId: tenant.id, siteId: site.id, siteKey: site.key, groupId, calm, connections: [], answers: [] };
      const widget = (): Widget => new Widget(this.world.place.urls.widget, site.key, groupId || undefined);
      this.#readers.push(readBox(this.world, widget, record, this.#close.signal));
    }
  }
}
