import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Outcome, play, type Story } from './story.js';

const LOG = '.log.json.gz';
const OUTCOMES = '.outcomes.json';

/** Releases whose logs are kept in a folder. */
export function releasesIn(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith(LOG)).map((file) => file.slice(0, -LOG.length)).sort();
}

/** The log of a release, and what it had to give when it was written. */
export function readGolden(folder: string, release: string): { stories: Story[]; outcomes: Outcome[] } {
  return {
    stories: JSON.parse(gunzipSync(readFileSync(path.join(folder, release + LOG))).toString('utf8')) as Story[],
    outcomes: JSON.parse(readFileSync(path.join(folder, release + OUTCOMES), 'utf8')) as Outcome[],
  };
}

/** Keeps the log of a release, with what it gives today. Gives that. */
export function writeGolden(folder: string, release: string, stories: readonly Story[]): Outcome[] {
  const outcomes = stories.map((story) => play(story));
  writeFileSync(path.join(folder, release + LOG), gzipSync(JSON.stringify(stories), { level: 9 }));
  writeFileSync(path.join(folder, release + OUTCOMES), `${JSON.stringify(outcomes, null, 2)}\n`);
  return outcomes;
}
