import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ReplayView } from '#contract';
import { readSettings, SettingsFault } from '#config';
import { AdminClient } from './admin-client.js';
import { barOf, grouped } from './replay-bar.js';
import type { RunFile } from './run-file.js';

const HELP = `npm run replay -- --verify | --rebuild [--tenant ID] [--resume ID] [--url ORIGIN]

Compares what Ampel shows with its log, while it goes on working.

  --verify      tells row by row what differs
  --rebuild     also writes it as the log says, partition by partition
  --tenant ID   only this tenant
  --resume ID   goes on with a replay that was cancelled or failed, behind the last partition it had finished; looks at any other.
                One whose process dies goes on by itself
  --url ORIGIN  of the admin API; else that of the Ampel running on this machine (AMPEL_DATA_DIR). The token is AMPEL_ADMIN_TOKEN

Ctrl-C cancels it; what a rebuild has written stays, it is right. --resume goes on.
Exit code: 0 all is as the log says (now); 1 rows differ, or it failed; 64 these words are not understood; 69 no Ampel answers; 130 cancelled.
`;

const EXIT = { right: 0, drift: 1, usage: 64, unavailable: 69, cancelled: 130 } as const;
/** How often the bar moves, ms. */
const LOOK_MS = 250;
/** Without a terminal a line is told so often, ms. */
const TELL_MS = 10_000;
/** Differences that are told; the rest by the route. */
const TOLD = 20;

/** Where an admin API is. */
interface Place {
  readonly url: string;
  readonly token: string;
}

interface Surroundings {
  /** Where Ampel runs; throws a sentence if it does not. */
  find(url: string | undefined): Place;
  readonly out: { write(text: string): unknown; readonly isTTY?: boolean };
  /** Somebody wants it to end. */
  readonly stop: AbortSignal;
}

/** `npm run replay`. Gives the exit code. */
export async function replay(args: readonly string[], { find, out, stop }: Surroundings): Promise<number> {
  const wish = wishOf(args);
  if (typeof wish === 'string') {
    out.write(wish);
    return wish === HELP ? EXIT.right : EXIT.usage;
  }
  try {
    const { url, token } = find(wish.url);
    const admin = new AdminClient(url, token);
    const { mode, tenantId, resume } = wish;
    const wanted = { mode, ...(tenantId === undefined ? {} : { tenantId }) };
    const first = await (resume === undefined
      ? admin.send<ReplayView>('POST', '/replays', wanted)
      : admin.send<ReplayView>('POST', `/replays/${encodeURIComponent(resume)}/resume`, {}));
    return outcomeOf(await followed(admin, first, out, stop), out);
  } catch (error) {
    out.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.unavailable;
  }
}

/** The Ampel that runs on this machine, by its run.json; the token from the environment. */
export function runningAmpel(url: string | undefined): Place {
  try {
    const { dataDir, adminToken: token } = readSettings();
    if (url !== undefined) return { url, token };
    const { urls } = JSON.parse(readFileSync(path.join(dataDir, 'run.json'), 'utf8')) as RunFile;
    return { url: urls.admin, token };
  } catch (error) {
    if (error instanceof SettingsFault) throw error;
    throw new Error('No Ampel runs here: start it with `npm start`, or say --url, and AMPEL_ADMIN_TOKEN.', { cause: error });
  }
}

interface Wish {
  readonly mode: 'verify' | 'rebuild';
  readonly tenantId: string | undefined;
  readonly resume: string | undefined;
  readonly url: string | undefined;
}

/** What the words mean, or what to say about them. */
function wishOf(args: readonly string[]): Wish | string {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const { values } = parseArgs({ args: [...args], options: { verify: flag, rebuild: flag, tenant: text, resume: text, url: text, help: flag } });
    const { verify, rebuild, tenant, resume, url, help } = values;
    if (help) return HELP;
    if ([verify, rebuild, resume].filter((one) => one !== undefined).length !== 1) return `Say --verify, --rebuild or --resume.\n\n${HELP}`;
    return { mode: rebuild ? 'rebuild' : 'verify', tenantId: tenant, resume, url };
  } catch (error) {
    return `${(error as Error).message}\n\n${HELP}`;
  }
}

/** Shows how far it is until it ends; cancels it when somebody wants that. */
async function followed(admin: AdminClient, first: ReplayView, out: Surroundings['out'], stop: AbortSignal): Promise<ReplayView> {
  out.write(`${first.mode === 'verify' ? 'Verifying' : 'Rebuilding'} ${first.tenantId ?? 'all tenants'}: replay ${first.id}\n`);
  let run = first;
  let begun: { processed: number; at: number } | null = null;
  let told = performance.now();
  while (run.state === 'queued' || run.state === 'running') {
    await pause(LOOK_MS, undefined, { signal: stop }).catch(() => undefined);
    run = await (stop.aborted ? admin.send<ReplayView>('POST', `/replays/${run.id}/cancel`, {}) : admin.send<ReplayView>('GET', `/replays/${run.id}`));
    const now = performance.now();
    if (run.state !== 'queued') begun ??= { processed: run.processed, at: now };
    if (out.isTTY === true) out.write(`\r\u001b[K${barOf(run, begun ?? { processed: 0, at: now }, now)}`);
    else if (now - told >= TELL_MS) {
      out.write(`${barOf(run, begun ?? { processed: 0, at: now }, now)}\n`);
      told = now;
    }
  }
  if (out.isTTY === true) out.write('\n');
  return run;
}

function outcomeOf(run: ReplayView, out: Surroundings['out']): number {
  const { state, mode, drift, shownDrift, differences, shownDifferences, processed, position, hash, fault } = run;
  for (const { table, kind, tenantId, key, expected, actual } of [...differences, ...shownDifferences].slice(0, TOLD)) {
    out.write(`  ${table} ${JSON.stringify(key)} of tenant ${tenantId} ${kind}: ${JSON.stringify(actual)}, by the log ${JSON.stringify(expected)}\n`);
  }
  if (state === 'cancelled') {
    out.write(`It was cancelled. npm run replay -- --resume ${run.id} goes on.\n`);
    return EXIT.cancelled;
  }
  if (state === 'failed') {
    out.write(`It failed: ${fault ?? 'for an unknown reason'}\n`);
    return EXIT.drift;
  }
  out.write(`${grouped(processed)} events, position ${grouped(position)}, SHA-256 ${hash ?? ''}\n`);
  if (shownDrift > 0) out.write(`${grouped(shownDrift)} rows of the record of what visitors saw are not as the log says. They are evidence and stay.\n`);
  if (drift === 0) out.write('What is shown is what the log says.\n');
  else out.write(mode === 'rebuild' ? `${grouped(drift)} rows differed and are now as the log says.\n` : `${grouped(drift)} rows differ. npm run replay -- --rebuild heals them.\n`);
  return drift > 0 && mode === 'verify' ? EXIT.drift : EXIT.right;
}
