import { type CsvError, parse } from 'csv-parse/sync';
import { MAX_IMPORTED } from '#contract';
import { type InputFault, invalid } from '#http-kit';
import { type Line, readLines } from './line.js';

/** Columns by the letters of their names: `E-Mail`, `Status on login`, `group_ids` are understood. */
const COLUMNS: Readonly<Record<string, string>> = {
  email: 'email',
  name: 'name',
  role: 'role',
  group: 'groups',
  groups: 'groups',
  groupid: 'groups',
  groupids: 'groups',
  active: 'active',
  statusonlogin: 'statusOnLogin',
};
const KNOWN = 'email, name, role, groups, active, statusOnLogin';

/** Between the groups of one cell; the others only where no `|` stands. */
const SEPARATORS = ['|', ';', ','];
/** The cell of an agent who shall be in no group; an empty one leaves the groups as they are. */
const NO_GROUPS = '-';

const YES = new Set(['true', 'yes', '1']);
const NO = new Set(['false', 'no', '0']);

interface CsvRecord {
  readonly record: readonly string[];
  /** The record as it stood, with its line breaks. */
  readonly raw: string;
  /** `lines`: where the record ends, from 1. */
  readonly info: { readonly lines: number };
}

/**
 * RFC 4180 in UTF-8, with or without a BOM, LF or CRLF, separated by commas, semicolons or tabs; the first line names the columns. An
 * empty cell leaves things as they are. Refuses: `invalid-body` for what is no such table; what a line is told line by line.
 */
export function linesOfCsv(bytes: Uint8Array): Line[] {
  const text = textOf(bytes);
  const [header, ...records] = recordsOf(text, delimiterOf(text));
  if (!header) throw broken('needs a first line that names its columns: email, name, ...');
  const columns = columnsOf(header.record);
  if (records.length > MAX_IMPORTED) throw broken(`must have at most ${MAX_IMPORTED} agents, not ${records.length}`);
  return readLines(records.map((record) => lineOf(record, columns)));
}

function textOf(bytes: Uint8Array): string {
  try {
    // takes a BOM away; one kind of line end, so that lines are counted as an editor counts them, also within quotes
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll(/\r\n?/g, '\n');
  } catch {
    throw broken('must be text in UTF-8');
  }
}

/** Whatever of `,` `;` and tab stands most often in the first line, outside quotes. */
function delimiterOf(text: string): string {
  const [head = ''] = text.replaceAll(/"[^"]*"/g, '').split('\n', 1);
  const count = (sign: string): number => head.split(sign).length;
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

function recordsOf(text: string, delimiter: string): CsvRecord[] {
  try {
    const lenient = { relax_column_count: true, relax_quotes: true, skip_empty_lines: true, skip_records_with_empty_values: true };
    return parse(text, { delimiter, info: true, raw: true, ...lenient }) as unknown as CsvRecord[];
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const { lines } = error as CsvError & { lines?: number };
    throw broken(`cannot be read as CSV near line ${lines ?? '?'}: a quote is opened and not closed`);
  }
}

function columnsOf(names: readonly string[]): string[] {
  const faults: InputFault[] = [];
  const columns = names.map((name, index) => {
    const letters = name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
    const column = Object.hasOwn(COLUMNS, letters) ? (COLUMNS[letters] ?? '') : '';
    const given = JSON.stringify(name.slice(0, 50));
    if (letters === 'password') faults.push(atColumn(index, 'passwords cannot be imported: leave the column out'));
    else if (column === '') faults.push(atColumn(index, `${given} is not a known column: ${KNOWN}`));
    return column;
  });
  columns.forEach((column, index) => {
    if (column !== '' && columns.indexOf(column) < index) faults.push(atColumn(index, `is ${column} a second time`));
  });
  if (!columns.includes('email')) faults.push({ pointer: '', detail: 'line 1: the column email is missing' });
  if (faults.length > 0) throw invalid('invalid-body', faults);
  return columns;
}

function atColumn(index: number, detail: string): InputFault {
  return { pointer: '', detail: `line 1, column ${index + 1}: ${detail}` };
}

function lineOf({ record, raw, info }: CsvRecord, columns: readonly string[]) {
  const line = info.lines - (raw.trim().match(/\n/g)?.length ?? 0);
  const cells = columns.flatMap((column, index) => (record[index] ? [[column, record[index]] as const] : []));
  const value = Object.fromEntries(cells.map(([column, cell]) => [column, valueOf(column, cell)]));
  const surplus = record.length - columns.length;
  const faults = surplus > 0 ? [{ pointer: '', detail: `has ${record.length} cells, and the first line has ${columns.length}` }] : [];
  return { line, value, faults };
}

function valueOf(column: string, cell: string): unknown {
  const text = cell.trim();
  switch (column) {
    case 'role':
      return text.toLowerCase();
    case 'active':
      return YES.has(text.toLowerCase()) ? true : NO.has(text.toLowerCase()) ? false : text;
    case 'groups': {
      if (text === NO_GROUPS) return [];
      const separator = SEPARATORS.find((sign) => text.includes(sign));
      const names = separator === undefined ? [text] : text.split(separator);
      return names.map((name) => name.trim()).filter((name) => name !== '');
    }
    default:
      return cell;
  }
}

function broken(detail: string): Error {
  return invalid('invalid-body', [{ pointer: '', detail }]);
}
