import { EffectOrder } from '#domain/past/index';
import type { Fact } from './facts.js';
import { Reading } from './reading.js';
import type { Found } from './shelf.js';
import { ShelfChanged } from './shelf-changed.js';
import { orderAt } from './walk.js';

/** A place, to go on from. */
export interface Opened {
  readonly reading: Reading;
  readonly order: EffectOrder<Fact>;
  readonly versions: ReadonlyMap<string, number>;
}

/** Where reading goes on from a place, or begins with the log where there is none. Throws `ShelfChanged`: the place is not there any more. */
export async function open({ mark, state }: Found<'told'>): Promise<Opened> {
  if (!mark) return { reading: Reading.from(null), order: new EffectOrder<Fact>(), versions: new Map() };
  const told = await there(state());
  return { reading: Reading.from(told.reading), order: orderAt(told, Infinity), versions: new Map(told.versions) };
}

/** As `open`, for whoever does not ask for intervals of agents. */
export async function openBoxes({ mark, boxes }: Found<'told'>): Promise<Pick<Opened, 'reading' | 'order'>> {
  if (!mark) return { reading: Reading.from(null), order: new EffectOrder<Fact>() };
  const told = await there(boxes());
  return { reading: Reading.from(told.reading), order: orderAt(told, Infinity) };
}

/** What a place holds. Throws `ShelfChanged`: it is not there any more. */
export async function there<T>(asked: Promise<T | null>): Promise<T> {
  const state = await asked;
  if (state === null) throw new ShelfChanged();
  return state;
}
