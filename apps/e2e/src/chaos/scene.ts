import { setTimeout as pause } from 'node:timers/promises';
import type { SiteView } from '#contract';
import { type Agent, type Device, type StoredFact, Tenant, type WidgetStream } from '../client/index.js';
import type { Stage } from './stage.js';

/** A lease ends at most that long after its deadline (behaviour D9), ms. */
export const LATEST_MS = 3_000;
/** Time between two looks, ms. */
const LOOK_MS = 20;

/** Given only A online on one device, last beat t0. */
export class Scene {
  /** Just before and just after the last sign of life, by this machine's clock. */
  t0 = { from: 0, to: 0 };

  private constructor(
    readonly leaseMs: number,
    readonly tenant: Tenant,
    readonly site: SiteView,
    readonly agent: Agent,
    readonly device: Device,
    readonly box: WidgetStream,
  ) {}

  static async begin(stage: Stage): Promise<Scene> {
    const tenant = await Tenant.add(stage);
    const agent = await tenant.addAgent();
    const site = await tenant.addSite();
    const device = await agent.signIn();
    const from = Date.now();
    await device.click('online');
    const to = Date.now();
    const box = await (await tenant.widget(site).listen()).startsAs('online');
    const scene = new Scene(stage.leaseSeconds * 1000, tenant, site, agent, device, box);
    scene.t0 = { from, to };
    return scene;
  }

  /** Waits until t0 + ms. */
  async until(ms: number): Promise<void> {
    await pause(Math.max(0, this.t0.to + ms - Date.now()));
  }

  /** Waits until the box shows a status, at the longest until t0 + ms; gives when it came, in ms after t0. */
  async shows(status: string, ms: number): Promise<number> {
    while (this.box.last.status !== status && Date.now() < this.t0.to + ms) await pause(LOOK_MS);
    must(this.box.last.status === status, `the box shows ${this.box.last.status} instead of ${status} at t0+${seconds(Date.now() - this.t0.to)}`);
    return performance.timeOrigin + (this.box.events.frames.at(-1)?.at ?? 0) - this.t0.to;
  }

  /** The box goes offline on time, by one HeartbeatExpired whose effectiveAt is the last beat plus the lease. In words. */
  async endsOnTime(latestMs = LATEST_MS): Promise<string> {
    const offline = await this.shows('offline', this.leaseMs + latestMs + 5_000);
    must(offline + (this.t0.to - this.t0.from) >= this.leaseMs, `offline at t0+${seconds(offline)}, before the lease was over`);
    must(offline <= this.leaseMs + latestMs, `offline only at t0+${seconds(offline)}`);
    const fact = await this.oneEnd(this.device);
    return `offline at t0+${seconds(offline)}; effectiveAt t0+${seconds(Date.parse(fact.effectiveAt) - this.t0.to)}, recorded ${late(fact)} later`;
  }

  async oneEnd(device: Device): Promise<StoredFact> {
    const ends = await this.tenant.events('type=HeartbeatExpired');
    const own = ends.filter(({ data }) => (data as { sessionId: string }).sessionId === device.session.sessionId);
    must(own.length === 1, `${own.length} HeartbeatExpired instead of one`);
    const [fact] = own as [StoredFact];
    const lastSeenAt = Date.parse((fact.data as { lastSeenAt: string }).lastSeenAt);
    must(Date.parse(fact.effectiveAt) === lastSeenAt + this.leaseMs, `effectiveAt ${fact.effectiveAt} is not lastSeenAt + lease`);
    return fact;
  }

  pushes(...wanted: string[]): void {
    must(JSON.stringify(this.box.pushes) === JSON.stringify(wanted), `pushes were ${JSON.stringify(this.box.pushes)} instead of ${JSON.stringify(wanted)}`);
  }
}

/** Throws the sentence unless it is so. */
export function must(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Error(otherwise);
}

/** How long after it became true a fact was recorded. */
export function late({ effectiveAt, recordedAt }: StoredFact): string {
  return seconds(Date.parse(recordedAt) - Date.parse(effectiveAt));
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
