import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

export function read(file: string): string {
  return readFileSync(`${ROOT}${file}`, 'utf8');
}

export function readYaml<T>(file: string): T {
  return parse(read(file), { merge: true }) as T;
}

/** A service of docker-compose.yml, as far as the specs look at it. */
export interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly mem_limit?: string;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** `${NAME}`, `${NAME:-default}`, `${NAME:?message}`, as compose reads them. */
const VARIABLE = /\$\{(\w+)(?::([-?])([^}]*))?\}/g;

/** The names of the variables of a text that must be set. */
export function required(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].flatMap(([, name, kind]) => (kind === '?' ? [name ?? ''] : [])))].sort();
}

/** Throws the message of the first required variable that is missing, as compose does. */
export function interpolated(text: string, given: Readonly<Record<string, string>>): string {
  return text.replaceAll(VARIABLE, (_all, name: string, kind: string | undefined, rest = '') => {
    const value = given[name];
    if (value !== undefined && value !== '') return value;
    if (kind === '?') throw new Error(`${name}: ${String(rest)}`);
    return kind === '-' ? String(rest) : '';
  });
}
