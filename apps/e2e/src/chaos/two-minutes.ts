import { setTimeout as pause } from 'node:timers/promises';
import type { Device } from '../client/index.js';
import { late, LATEST_MS, must, Scene, seconds } from './scene.js';
import { stopAll } from './signals.js';
import { Stage } from './stage.js';

/** What a case was, and what was measured. `fault`: what was not as it has to be. */
export interface CaseOutcome {
  readonly name: string;
  readonly measured: string;
  readonly fault?: string;
}

/** The same with a dead timekeeper (case 18), ms. */
const LATEST_WITHOUT_KEEPER_MS = 12_000;

type Case = readonly [name: string, play: (scene: Scene) => Promise<string>];

/** behaviour, cases 6 to 10, 13, 15, 23, 45, 46, side by side; each with a tenant of its own. */
const CASES: readonly Case[] = [
  [
    'case 6: A signs out without going offline',
    async (scene) => {
      await scene.device.signOut();
      await scene.until(scene.leaseMs - 1_000);
      scene.pushes();
      const told = await scene.endsOnTime();
      scene.pushes('offline');
      return told;
    },
  ],
  [
    'case 7 and 10: the browser is killed; later its beat arrives',
    async (scene) => {
      const told = await scene.endsOnTime();
      must((await scene.device.heartbeat()).status === 410, 'the beat of the ended session was not refused with 410');
      scene.pushes('offline');
      must((await scene.agent.presence()).effectiveStatus === 'offline', 'the beat made somebody present');
      await scene.agent.signIn();
      await scene.shows('online', scene.leaseMs + 20_000);
      return `${told}; the late beat got 410, a new session brought online back`;
    },
  ],
  [
    'case 8: signed out, signed in again at half of the lease',
    async (scene) => {
      await scene.device.signOut();
      await scene.until(scene.leaseMs / 2);
      const again = await scene.agent.signIn();
      await beats(again, scene.leaseMs / 4, scene.t0.to + scene.leaseMs + LATEST_MS + 5_000);
      scene.pushes();
      await scene.oneEnd(scene.device);
      return 'no offline, no push; the first session ended once';
    },
  ],
  [
    'case 8: signed out, signed in again a second after the lease',
    async (scene) => {
      await scene.device.signOut();
      await scene.until(scene.leaseMs + 1_000);
      await scene.agent.signIn();
      await scene.shows('online', scene.leaseMs + 5_000);
      scene.pushes('offline', 'online');
      const fact = await scene.oneEnd(scene.device);
      return `offline, then online: two pushes; effectiveAt t0+${seconds(Date.parse(fact.effectiveAt) - scene.t0.to)}`;
    },
  ],
  [
    'case 9: desktop and phone; the desktop stops, the phone beats',
    async (scene) => {
      const phone = await scene.agent.signIn('mobile');
      await beats(phone, scene.leaseMs / 4, scene.t0.to + scene.leaseMs + LATEST_MS + 5_000);
      scene.pushes();
      return `online all the time; the desktop's session ended once, recorded ${late(await scene.oneEnd(scene.device))} after its deadline`;
    },
  ],
  [
    'case 13-like: a hidden tab that beats only every half of the lease (at 120 s: once a minute)',
    async (scene) => {
      await beats(scene.device, scene.leaseMs / 2, scene.t0.to + scene.leaseMs * 2.5);
      scene.pushes();
      return `no offline in ${seconds(scene.leaseMs * 2.5)}`;
    },
  ],
  [
    'case 15-like: the laptop sleeps at t0 and wakes 30 s after the lease',
    async (scene) => {
      const told = await scene.endsOnTime();
      await scene.until(scene.leaseMs + 30_000);
      const woke = Date.now();
      must((await scene.device.heartbeat()).status === 410, 'the first beat after the sleep was not refused with 410');
      await scene.agent.signIn();
      const online = (await scene.shows('online', scene.leaseMs + 40_000)) + scene.t0.to - woke;
      must(online <= 2_000, `online only ${seconds(online)} after waking`);
      return `${told}; online ${seconds(online)} after waking`;
    },
  ],
  [
    'case 23: a phone that push messages reach is silent, and is signed out later',
    async (scene) => {
      const phone = await scene.agent.signIn('mobile');
      await phone.ask('PUT', 'push', { reachableByPush: true });
      await scene.until(scene.leaseMs + 20_000);
      scene.pushes();
      const session = (await scene.agent.presence()).sessions.find(({ id }) => id === phone.session.sessionId);
      must(session?.reachableByPush === true, 'it is not shown as reachable by push');
      const from = Date.now();
      await phone.signOut();
      scene.t0 = { from, to: Date.now() };
      const offline = await scene.shows('offline', scene.leaseMs + 10_000);
      must(offline + scene.t0.to - from >= scene.leaseMs && offline <= scene.leaseMs + LATEST_MS, `offline ${seconds(offline)} after the sign-out`);
      return `present at t0+${seconds(scene.leaseMs + 20_000)} without a beat; offline ${seconds(offline)} after the sign-out`;
    },
  ],
  [
    'case 45: busy for 30 s',
    async (scene) => {
      const until = Date.now() + 30_000;
      await scene.device.ask('PUT', 'status', { status: 'busy', until: new Date(until).toISOString() });
      await scene.shows('busy', 5_000);
      await beats(scene.device, scene.leaseMs / 4, until - 1_000);
      const online = (await scene.shows('online', 40_000)) + scene.t0.to - until;
      must(Math.abs(online) <= 1_000, `online ${seconds(online)} after the end`);
      scene.pushes('busy', 'online');
      return `online ${seconds(online)} after the end, one push`;
    },
  ],
  [
    'case 46: busy until 30 s after the lease, the session dies before',
    async (scene) => {
      const from = Date.now();
      const until = from + scene.leaseMs + 30_000;
      await scene.device.ask('PUT', 'status', { status: 'busy', until: new Date(until).toISOString() });
      scene.t0 = { from, to: Date.now() };
      const told = await scene.endsOnTime();
      await pause(until + 5_000 - Date.now());
      scene.pushes('busy', 'offline');
      const ends = await scene.tenant.events('type=StatusTimerEnded');
      must(ends.length === 1 && Date.parse(ends[0]?.effectiveAt ?? '') === until, 'the status for a while did not end at its time');
      return `${told}; still offline when the status was over`;
    },
  ],
];

const WITHOUT_KEEPER: Case = [
  'case 18: the timekeeper is dead (stopped at t0)',
  async (scene) => {
    const told = await scene.endsOnTime(LATEST_WITHOUT_KEEPER_MS);
    must((await scene.tenant.widget(scene.site).status()).status === 'offline', 'a query says something else than the stream');
    scene.pushes('offline');
    return told;
  },
];

/** Plays them all on one Ampel with the lease given: first side by side, then the one that needs the timekeeper stopped. */
export async function playTwoMinutes(leaseSeconds: number, say: (line: string) => void): Promise<CaseOutcome[]> {
  const stage = await Stage.open(leaseSeconds);
  try {
    say(`Ampel runs (lease ${leaseSeconds} s); ${CASES.length} cases side by side`);
    const outcomes = await Promise.all(CASES.map((one) => outcomeOf(stage, one, say)));
    say('the timekeeper is stopped');
    const goOn = stopAll([stage.process('timekeeper').pid]);
    const last = await outcomeOf(stage, WITHOUT_KEEPER, say).finally(goOn);
    return [...outcomes, last];
  } finally {
    await stage.close();
  }
}

async function outcomeOf(stage: Stage, [name, play]: Case, say: (line: string) => void): Promise<CaseOutcome> {
  let outcome: CaseOutcome;
  let scene: Scene | undefined;
  try {
    scene = await Scene.begin(stage);
    outcome = { name, measured: await play(scene) };
  } catch (error) {
    outcome = { name, measured: '', fault: (error as Error).message };
  }
  scene?.tenant.close();
  say(tell(outcome));
  return outcome;
}

export function tell({ name, measured, fault }: CaseOutcome): string {
  return fault === undefined ? `ok   ${name}: ${measured}` : `RED  ${name}: ${fault}`;
}

/** Beats every so often until an instant. Throws if a beat is refused. */
async function beats(device: Device, everyMs: number, until: number): Promise<void> {
  while (Date.now() < until) {
    const { status } = await device.heartbeat();
    must(status === 204, `a beat was answered with ${status}`);
    await pause(Math.max(0, Math.min(everyMs, until - Date.now())));
  }
}
