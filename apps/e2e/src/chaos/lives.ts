import { randomUUID } from 'node:crypto';
import type { GroupView } from '#contract';
import { idempotencyOf } from '#http-kit';
import type { SeededRandom } from '#testing';
import type { Agent, Tenant } from '../client/index.js';
import { Device, type World } from './device.js';
import type { CommandRecord, Word } from './recording.js';
import { isFinal, wait } from './wire.js';

const WORDS: readonly Word[] = ['online', 'busy', 'offline'];

/**
 * What somebody of the crowd does until the signal comes. What is under way then is brought to its end, within the time that `patience`
 * leaves: no command stays undecided.
 */
export type Life = (world: World, dice: SeededRandom, until: { signal: AbortSignal; patience: AbortSignal }) => Promise<void>;

/** Signs in, chooses a status once, and beats. The device is given to `there`. */
export function steady(agent: Agent, status: Word, there: (device: Device) => void): Life {
  return async (world, _, { patience }) => {
    const device = await Device.signIn(world, agent, 'steady', patience);
    if (!device) return;
    there(device.beat());
    if (device.intent !== status) await device.wish(status, patience);
  };
}

/** Beats, and clicks another status every now and then. Signs in again if it was refused, as a client does. */
export function clicking(agent: Agent, there: (device: Device) => void): Life {
  return async (world, dice, { signal, patience }) => {
    while (!signal.aborted) {
      const device = await Device.signIn(world, agent, 'clicking', patience);
      if (!device) return;
      there(device.beat());
      while (!signal.aborted && !device.refused) {
        await wait(dice.between(300, 1_500), signal);
        const others = WORDS.filter((word) => word !== device.intent);
        if (!signal.aborted) await device.wish(dice.pick(others), patience);
      }
    }
  };
}

/** Beats, and wants a status for a while, again and again: the next one comes before or after the end of the one before. */
export function timed(agent: Agent, there: (device: Device) => void): Life {
  return async (world, dice, { signal, patience }) => {
    const device = await Device.signIn(world, agent, 'timed', patience);
    if (!device) return;
    there(device.beat());
    await device.wish('online', patience);
    while (!signal.aborted && !device.refused) {
      await device.wish(dice.pick(['busy', 'offline']), patience, dice.between(800, 5_000));
      await wait(dice.between(500, 6_000), signal);
    }
  };
}

/** Signs in, beats for a while, and falls silent without a word; later again, on a new session. */
export function fading(agent: Agent): Life {
  return async (world, dice, { signal, patience }) => {
    const { leaseMs } = world.recording;
    while (!signal.aborted) {
      const device = await Device.signIn(world, agent, 'fading', patience);
      if (!device) return;
      device.beat();
      if (device.intent !== 'online') await device.wish('online', patience);
      await wait(dice.between(0, leaseMs * 1.5), signal);
      await device.fallSilent();
      await wait(leaseMs + dice.between(1_000, 8_000), signal);
    }
  };
}

/** Signs in, beats for a while, and signs out without going offline; comes back within the lease, or after it (cases 6 and 8). */
export function leaving(agent: Agent): Life {
  return async (world, dice, { signal, patience }) => {
    const { leaseMs } = world.recording;
    while (!signal.aborted) {
      const device = await Device.signIn(world, agent, 'leaving', patience);
      if (!device) return;
      device.beat();
      if (device.intent !== 'busy') await device.wish('busy', patience);
      await wait(dice.between(0, leaseMs), signal);
      await device.signOut(patience);
      await wait(dice.chance(0.5) ? dice.between(100, leaseMs * 0.8) : leaseMs + dice.between(1_000, 5_000), signal);
    }
  };
}

/** An admin who switches a group off and on. */
export function switching(tenant: Tenant, group: GroupView): Life {
  return async (world, dice, { signal, patience }) => {
    for (let enabled = false; !signal.aborted; enabled = !enabled) {
      await wait(dice.between(1_000, 4_000), signal);
      if (!signal.aborted) await switchGroup(world, tenant.id, group, enabled, patience);
    }
  };
}

/** True: it was acknowledged. */
export async function switchGroup(world: World, tenantId: string, group: GroupView, enabled: boolean, patience: AbortSignal): Promise<boolean> {
  const { place, wire, recording } = world;
  const key = randomUUID();
  const route = 'PATCH /admin/v1/tenants/:tenantId/groups/:groupId';
  const { commandId } = idempotencyOf({ key, principal: { kind: 'platform' }, route, tenantId, body: {}, params: {}, query: {} });
  const record: CommandRecord = {
    commandId,
    tenantId,
    event: enabled ? 'GroupEnabled' : 'GroupDisabled',
    data: { groupId: group.id },
    tries: [],
  };
  recording.commands.push(record);
  while (!patience.aborted) {
    const url = `${place.urls.admin}/admin/v1/tenants/${tenantId}/groups/${group.id}`;
    const { trial } = await wire.send('PATCH', url, { token: place.adminToken, body: { enabled }, key });
    record.tries.push(trial);
    if (isFinal(trial)) return trial.status === 200;
    await wait(world.dice.between(300, 800), patience);
  }
  return false;
}
