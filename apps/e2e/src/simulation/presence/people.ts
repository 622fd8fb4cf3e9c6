import type { SeededRandom } from '#testing';
import type { World } from '../process.js';
import type { Word } from '../wish.js';
import type { Device } from './device.js';

const WORDS: readonly Word[] = ['online', 'online', 'busy', 'offline'];

/** What people do with their devices, as long as things may go wrong; in quiet times they wait. */
export function letPeopleAct(world: World, dice: SeededRandom, devices: readonly Device[], isCrowded: boolean, isQuiet: () => boolean): void {
  const { scheduler, faults } = world;
  // In a crowd all but a few fall silent at one moment: that is what the brake is for.
  if (isCrowded) {
    scheduler.in(dice.between(6_000, 14_000), 'a crowd falls silent', () => {
      for (const device of devices) if (dice.chance(0.95)) device.switchOff(false);
    });
  }
  const next = (): void =>
    scheduler.in(dice.between(50, isCrowded ? 3_000 : 900) * (isQuiet() ? 30 : 1), 'somebody does something', () => {
      if (!faults.active) return;
      act(world, dice, dice.pick(devices));
      next();
    });
  next();
}

function act({ scheduler, faults }: World, dice: SeededRandom, device: Device): void {
  const leaseMs = device.agent.leaseSeconds * 1_000;
  const pause = (): number => Math.round(leaseMs * (0.2 + 2.6 * dice.next()));
  const throwOf100 = dice.between(1, 100);
  if (throwOf100 <= 30) void device.act((api, session) => api.changeStatus(session, dice.pick(WORDS)));
  else if (throwOf100 <= 45) {
    const until = scheduler.now() + pause();
    void device.act((api, session) => api.changeStatus(session, dice.pick(WORDS), until));
  } else if (throwOf100 <= 62) device.sleep(pause(), false);
  else if (throwOf100 <= 74) device.sleep(pause(), true);
  else if (throwOf100 <= 84) {
    const goOffline = dice.chance(0.3);
    void device.act((api, session) => api.signOut(session, goOffline)).then((done) => {
      if (done) device.sleep(pause(), true);
    });
  } else if (throwOf100 <= 90 && device.kind === 'mobile') void register(device, dice);
  else if (throwOf100 <= 93) {
    void device.act((api, session) => api.endSession(session));
  } else if (device.kind === 'mobile') {
    void register(device, dice).then(() => {
      if (faults.active) device.sleep(pause() + leaseMs, false);
    });
  }
}

function register(device: Device, dice: SeededRandom): Promise<boolean> {
  const isReachable = dice.chance(0.75);
  return device.act((api, session) => api.registerPush(session, isReachable, device.agent.leaseSeconds * 3));
}
