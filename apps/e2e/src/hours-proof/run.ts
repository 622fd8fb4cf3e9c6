import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { versions } from 'node:process';
import pg from 'pg';
import { startPostgres } from '#embedded-servers';
import { prove } from './prove.js';
import { differingZones, zoneData } from './zone-data.js';

const MOST_DIFFERING = 5;
const FIRST = Date.UTC(1970, 0, 1);
const DAYS = Math.round((Date.UTC(2038, 0, 1) - FIRST) / 86_400_000);
const STEP_DAYS = 10;

/**
 * `npm run hours-proof -- --cases N --seed S`: opening hours against a second, independent evaluation in Postgres, over every zone both
 * know. Defaults: 1,000,000 cases, a seed by the clock. Ends with 1 if anything contradicts, or more than 5 zones differ.
 */
async function main(words: readonly string[]): Promise<number> {
  const word = (name: string): string | undefined => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  const cases = Number(word('--cases') ?? 1_000_000);
  const seed = word('--seed') ?? String(Date.now());
  if (!Number.isSafeInteger(cases) || cases < 1) {
    process.stderr.write('usage: npm run hours-proof -- [--cases N] [--seed S]\n');
    return 78;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'ampel-hours-proof-'));
  chmodSync(folder, 0o755); // as root, Postgres runs as another user
  const server = await startPostgres({ dir: path.join(folder, 'postgres'), logFile: path.join(folder, 'postgres.log'), fast: true });
  const client = new pg.Client({ connectionString: server.url });
  try {
    await client.connect();
    const data = await zoneData(client, versions.tz ?? 'unknown');
    process.stdout.write(`seed ${seed}; zone data: ours ${data.ours}; Postgres: ${data.postgres}; both know ${data.common.length} zones\n`);
    const unlike = new Set(await differingZones(client, data.common, FIRST, Math.floor(DAYS / STEP_DAYS), STEP_DAYS));
    const zones = data.common.filter((zone) => !unlike.has(zone));
    const began = performance.now();
    const proof = await prove(client, { cases, seed, zones, progress: (done) => process.stdout.write(`\r${done} cases `) });
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    const differing = [...unlike, ...proof.differing];
    process.stdout.write(`\r${proof.cases} cases, ${proof.comparisons} comparisons, ${proof.zones} zones, ${seconds} s\n`);
    process.stdout.write(`known to Postgres alone: ${data.missing.join(', ') || 'none'}; differing: ${differing.join(', ') || 'none'}\n`);
    for (const contradiction of proof.contradictions) process.stdout.write(`CONTRADICTION ${contradiction}\n`);
    return proof.contradictions.length === 0 && differing.length <= MOST_DIFFERING ? 0 : 1;
  } finally {
    await client.end();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
