import type { Entry } from './use-record.js';
import { words as said } from './words.js';

/** `PUT agents/groups`: the action without the parts that every one has and those that are ids. */
export function actionKey(action: string): string {
  const [method = '', path = ''] = action.split(' ');
  const parts = path.split('/').filter((part) => part !== '' && !part.startsWith(':'));
  return [method, parts.slice(3).join('/')].join(' ').trim();
}

/** What was done, in words; an action that has none is told as it is. */
export function doneOf({ action }: Entry): string {
  const words = said().actions as Readonly<Record<string, string>>;
  return words[actionKey(action)] ?? action;
}

/** What it was done to: its name then, else its name now, else nothing. */
export function targetOf({ target, before, after }: Entry, nameOf: ReadonlyMap<string, string>): string {
  const name = before['name'] ?? after['name'];
  return nameOf.get(target.id) ?? (typeof name === 'string' ? name : '');
}

/** Longer values say nothing to a reader. */
const MAX_VALUE = 300;

/** A value as people read it; ids as the names they stand for. */
export function valueOf(value: unknown, nameOf: ReadonlyMap<string, string>): string {
  const words = said();
  if (value === undefined || value === null || value === '') return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map((one) => valueOf(one, nameOf)).join(', ').slice(0, MAX_VALUE);
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (typeof value === 'string') return nameOf.get(value) ?? (words.values as Readonly<Record<string, string>>)[value] ?? value.slice(0, MAX_VALUE);
  return JSON.stringify(value).slice(0, MAX_VALUE);
}

export function factName(name: string): string {
  return (said().facts as Readonly<Record<string, string>>)[name] ?? name;
}
