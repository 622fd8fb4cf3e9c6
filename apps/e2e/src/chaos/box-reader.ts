import type { WidgetStatus } from '#contract';
import { EventStream } from '../client/event-stream.js';
import type { Widget } from '../client/index.js';
import type { World } from './device.js';
import type { FrameRecord, ReaderRecord } from './recording.js';
import { succeeded, wait } from './wire.js';

/** How often a reader asks beside listening, ms: so that an answer can be compared with the frames before it. */
const ASK_EVERY_MS = 1_000;

/**
 * A widget on a page: listens to its box, comes back when the stream breaks, and asks now and then. Until the signal comes.
 * @param widget of this moment, for the address may change
 */
export async function readBox(world: World, widget: () => Widget, record: ReaderRecord, signal: AbortSignal): Promise<void> {
  world.recording.readers.push(record);
  await Promise.all([listen(world, widget, record, signal), ask(world, widget, record, signal)]);
}

async function listen(world: World, widget: () => Widget, record: ReaderRecord, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const seen = Math.max(0, ...record.connections.flatMap(({ frames }) => frames.map(({ version }) => version)));
    const frames: FrameRecord[] = [];
    record.connections.push({ openedAt: Date.now(), frames });
    try {
      const stream = await EventStream.open<WidgetStatus>(widget().url('stream'), seen > 0 ? { 'last-event-id': String(seen) } : {});
      let taken = 0;
      const take = (): void => {
        for (const { event, data } of stream.frames.slice(taken)) if (event === 'status') frames.push(frameOf(data, Date.now()));
        taken = stream.frames.length;
      };
      while (!signal.aborted && !stream.ended) {
        await wait(50, signal);
        take();
      }
      stream.close();
    } catch {
      // nobody answers, or not with a stream
    }
    await wait(world.dice.between(200, 1_000), signal);
  }
}

async function ask(world: World, widget: () => Widget, record: ReaderRecord, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(ASK_EVERY_MS * (0.5 + world.dice.next()), signal);
    const { trial, body } = await world.wire.send<WidgetStatus>('GET', widget().url('status'), {});
    if (body && succeeded(trial)) record.answers.push({ ...frameOf(body, trial.doneAt), sentAt: trial.sentAt });
  }
}

export function frameOf({ status, version, stale, next }: WidgetStatus, at: number): FrameRecord {
  return { at, status, version, stale: stale === true, next: next && { at: Date.parse(next.at), status: next.status } };
}
