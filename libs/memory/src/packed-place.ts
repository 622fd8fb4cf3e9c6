import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import type { BoxesOf, KnownState, Order, StateOf } from './shelf.js';

/*
 * What a place holds, in two parts, deflated each: how everything stands, and boxes since when; then the same of agents, who are many. Most questions
 * need the first only. The length of the first part stands before it, in four bytes.
 */

const LENGTH = 4;

type Rest = Pick<KnownState, 'versions'> & Pick<KnownState['reading'], 'tracks'>;

export async function packPlace({ versions, ...state }: KnownState): Promise<Buffer> {
  const { tracks: all, ...reading } = state.reading;
  const tracks = all.filter(([of]) => 'agentId' in of);
  const ofBoxes = all.filter(([of]) => !('agentId' in of));
  const [first, second] = await Promise.all([pack({ ...state, reading: { ...reading, tracks: ofBoxes } }), pack({ tracks, versions } satisfies Rest)]);
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(first.length);
  return Buffer.concat([length, first, second]);
}

/** How everything stands, and boxes since when. */
export function unpackBoxes<O extends Order>(packed: Buffer): Promise<BoxesOf[O]> {
  return unpack<BoxesOf[O]>(packed.subarray(LENGTH, endOfBoxes(packed)));
}

/** All of it. */
export async function unpackPlace<O extends Order>(packed: Buffer): Promise<StateOf[O]> {
  const [boxes, { tracks, versions }] = await Promise.all([unpackBoxes<O>(packed), unpack<Rest>(packed.subarray(endOfBoxes(packed)))]);
  return { ...boxes, versions, reading: { ...boxes.reading, tracks: [...boxes.reading.tracks, ...tracks] } } as unknown as StateOf[O];
}

function endOfBoxes(packed: Buffer): number {
  return LENGTH + packed.readUInt32BE(0);
}

async function pack(state: unknown): Promise<Buffer> {
  return promisify<string, { level: number }, Buffer>(deflate)(JSON.stringify(state), { level: 1 });
}

async function unpack<T>(packed: Buffer): Promise<T> {
  return JSON.parse((await promisify<Buffer, Buffer>(inflate)(packed)).toString()) as T;
}
