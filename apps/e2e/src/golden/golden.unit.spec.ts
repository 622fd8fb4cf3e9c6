import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { messageTypes } from '#contract';
import { createUpcasting } from '#event-store';
import { readGolden, releasesIn } from './golden-files.js';
import { play } from './story.js';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'golden');
const RELEASES = releasesIn(FOLDER);

describe('The logs of released versions', () => {
  it.each(RELEASES)('%s gives today what it gave when it was written (targets I6)', (release) => {
    const { stories, outcomes } = readGolden(FOLDER, release);
    expect(stories.map((story) => play(story))).toEqual(outcomes);
  });

  it('hold every type of event there is', () => {
    const kept = new Set(RELEASES.flatMap((release) => readGolden(FOLDER, release).stories.flatMap(({ events }) => events.map(({ type }) => type))));
    const wanted = messageTypes.filter(({ kind }) => kind === 'event').map(({ type }) => type);
    expect(wanted.filter((type) => !kept.has(type))).toEqual([]); // if this fails: npm run golden -- --write
  });

  it('are read through upcasters: an older shape that is lifted gives the same rows', () => {
    const [release = ''] = RELEASES;
    const { stories, outcomes } = readGolden(FOLDER, release);
    const story = stories.find(({ name }) => name.startsWith('river')) ?? { name: '', events: [] };
    const outcome = outcomes.find(({ name }) => name === story.name);
    const older = story.events.map((event) => (event.type === 'StatusChanged' ? { ...event, data: renamed(event.data, 'to', 'newStatus') } : event));
    const up = createUpcasting([{ type: 'StatusChanged', from: 1, up: (data) => renamed(data, 'newStatus', 'to') }]);
    const [lifted, raw] = [play({ name: story.name, events: older }, up), play({ name: story.name, events: older })];
    expect(lifted.rows).toBe(outcome?.rows);
    expect(raw.rows).not.toBe(outcome?.rows);
  });
});

function renamed(data: object, from: string, to: string): object {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name === from ? to : name, value as unknown]));
}
