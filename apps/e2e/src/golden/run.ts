import { isDeepStrictEqual } from 'node:util';
import path from 'node:path';
import { readGolden, releasesIn, writeGolden } from './golden-files.js';
import { play } from './story.js';
import { tellStories } from './tell-stories.js';

/**
 * `npm run golden`: plays the logs of all releases and compares with what they gave when they were written; with `--write` keeps the log of
 * this release. Gives the exit code.
 */
export async function golden(args: readonly string[], { root, release, say }: { root: string; release: string; say(line: string): void }): Promise<number> {
  const folder = path.join(root, 'apps/e2e/golden');
  if (args.includes('--write')) {
    const stories = await tellStories(path.join(root, 'libs/contract/src/events/examples'));
    for (const { name, events, rows } of writeGolden(folder, release, stories)) say(`${release}  ${name}: ${events} events, ${rows}`);
    return 0;
  }
  let wrong = 0;
  for (const kept of releasesIn(folder)) {
    const { stories, outcomes } = readGolden(folder, kept);
    stories.forEach((story, i) => {
      const right = isDeepStrictEqual(play(story), outcomes[i]);
      if (!right) wrong += 1;
      say(`${kept}  ${story.name}: ${right ? 'as it was' : 'DIFFERENT from when it was written'}`);
    });
  }
  return wrong === 0 ? 0 : 1;
}
