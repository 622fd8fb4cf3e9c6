import ICAL from 'ical.js';
import { unreadable } from './unreadable-hours.js';

/** A property of an iCalendar file: its name and parameters in lower case, its values as jCal writes them (RFC 7265). */
export interface Property {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string | string[]>>;
  readonly type: string;
  readonly values: readonly unknown[];
  /** Number of its first line in the file, from 1. */
  readonly line: number;
}

/** A component with what lies in it. */
export interface Component {
  readonly name: string;
  readonly line: number;
  readonly properties: readonly Property[];
  readonly components: readonly Component[];
}

const MOST_OCTETS = 75;
const encoder = new TextEncoder();
/** Longer files are no opening hours. */
const MOST_CHARACTERS = 1_000_000;

/** Reads a file that holds one calendar. Refuses what is no iCalendar, with its line. */
export function readCalendar(text: string): Component {
  if (text.length > MOST_CHARACTERS) throw unreadable('line 1', `is part of a file of more than ${MOST_CHARACTERS} characters`);
  const open: { name: string; line: number; properties: Property[]; components: Component[] }[] = [];
  let calendar: Component | undefined;
  for (const { content, line } of unfolded(text)) {
    const [, edge, name = ''] = /^(BEGIN|END):\s*([A-Za-z0-9-]+)\s*$/i.exec(content) ?? [];
    if (calendar) throw unreadable(`line ${line}`, 'follows the end of the calendar');
    if (edge?.toUpperCase() === 'BEGIN') {
      open.push({ name: name.toUpperCase(), line, properties: [], components: [] });
    } else if (edge) {
      const ended = open.pop();
      if (ended?.name !== name.toUpperCase()) throw unreadable(`line ${line}`, `ends ${name.toUpperCase()}, which did not begin`);
      const parent = open.at(-1);
      if (parent) parent.components.push(ended);
      else calendar = ended;
    } else {
      const inside = open.at(-1);
      if (!inside) throw unreadable(`line ${line}`, 'must be BEGIN:VCALENDAR');
      inside.properties.push(property(content, line));
    }
  }
  const left = open.at(-1);
  if (left) throw unreadable(`line ${left.line}`, `begins ${left.name}, which does not end`);
  if (calendar?.name !== 'VCALENDAR') throw unreadable('line 1', 'must be BEGIN:VCALENDAR');
  return calendar;
}

/** Lines that begin with a blank continue the one before (RFC 5545, 3.1). */
function unfolded(text: string): { content: string; line: number }[] {
  const lines: { content: string; line: number }[] = [];
  text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/).forEach((content, i) => {
    const last = lines.at(-1);
    if (/^[ \t]/.test(content) && last) last.content += content.slice(1);
    else if (content.trim() !== '') lines.push({ content, line: i + 1 });
  });
  return lines;
}

function property(content: string, line: number): Property {
  try {
    const [name, parameters, type, ...values] = ICAL.parse.property(content) as [string, Property['parameters'], string, ...unknown[]];
    return { name, parameters, type, values, line };
  } catch (error) {
    throw unreadable(`line ${line}`, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Writes a component; lines are folded at 75 octets, as the format asks. */
export function writeComponent(name: string, inside: readonly string[]): string[] {
  return [`BEGIN:${name}`, ...inside, `END:${name}`];
}

/** One property, escaped and folded. */
export function writeProperty(name: string, type: string, values: string | readonly string[] | object, parameters: Record<string, string> = {}): string {
  const list = Array.isArray(values) ? (values as readonly string[]) : [values];
  return folded(ICAL.stringify.property([name, parameters, type, ...list], ICAL.design.icalendar, true));
}

/** ical.js folds at 75 octets and then puts the blank before them, one too many; and never within a character here. */
function folded(content: string): string {
  const lines: string[] = [];
  let line = '';
  let octets = 0;
  for (const character of content) {
    const size = encoder.encode(character).length;
    if (octets + size > MOST_OCTETS) {
      lines.push(line);
      line = ' ';
      octets = 1;
    }
    line += character;
    octets += size;
  }
  return [...lines, line].join('\r\n');
}
