import type pg from 'pg';
import { groupSchedule, type HoursBody, localTimeAt, nextTransition, parseHours, siteSchedule, stateAt } from '#domain/opening-hours/index';
import type { OpeningHours, Schedule } from '#domain/opening-hours/index';
import { SeededRandom } from '#testing';
import { anyStory, type Day, PECULIAR, type Story } from './any-hours.js';
import { type Asked, postgresEvaluation } from './postgres-evaluation.js';

/** What came out. A case is one schedule at one instant: its state, the instant of its next change, the last millisecond before, and one between. */
export interface Proof {
  readonly cases: number;
  readonly zones: number;
  readonly comparisons: number;
  /** Zones whose wall clocks differ between the two sides somewhere: their cases prove nothing and are not counted. */
  readonly differing: ReadonlySet<string>;
  /** Sentences, one per contradiction, the first few. */
  readonly contradictions: readonly string[];
}

const INSTANTS = 20; // per story: what costs most is a zone's first look at a year
const STORIES = 250; // per round trip
const TOLD = 10;
const FAR_MS = 400 * 86_400_000; // how far ahead a "never changes" is looked into

interface Claim {
  readonly story: number;
  readonly at: number;
  readonly open: boolean;
  readonly what: string;
}

export interface Wanted {
  readonly cases: number;
  readonly seed: number | string;
  /** Those both sides know; each is visited in turn. */
  readonly zones: readonly string[];
  readonly progress?: (proved: number) => void;
  /** What is held against Postgres; another one than the domain's to see that faults are found. */
  readonly ours?: Ours;
}

export interface Ours {
  isOpenAt(schedule: Schedule, at: number): boolean;
  nextTransition(schedule: Schedule, at: number): { readonly at: number; readonly open: boolean } | null;
}

export const THE_DOMAIN: Ours = { isOpenAt: (schedule, at) => stateAt(schedule, at).open, nextTransition };

/** Proves that many cases; the same seed gives the same cases. */
export async function prove(client: pg.ClientBase, { cases, seed, zones, progress, ours = THE_DOMAIN }: Wanted): Promise<Proof> {
  const dice = new SeededRandom(seed);
  const postgres = await postgresEvaluation(client);
  const peculiar = PECULIAR.filter((zone) => zones.includes(zone));
  const differing = new Set<string>();
  const visited = new Set<string>();
  const contradictions: string[] = [];
  let proved = 0;
  let comparisons = 0;
  let told = 0;
  let turn = 0;
  while (proved < cases && contradictions.length < TOLD) {
    const stories: Story[] = [];
    for (let i = 0; i < STORIES && proved + stories.length * INSTANTS < cases; i += 1, told += 1) {
      const zone = told % 3 === 0 && peculiar.length > 0 ? dice.pick(peculiar) : (zones[turn++ % zones.length] ?? 'UTC');
      stories.push(anyStory(dice, zone, INSTANTS));
    }
    const claims = stories.flatMap((story, i) => claimsOf(ours, story, i, dice));
    await postgres.take(stories);
    const evaluated = await postgres.evaluate(claims.map<Asked>(({ story, at }) => [story, at]));
    const unlike = new Set<number>();
    claims.forEach(({ story, at }, i) => {
      const { zone } = stories[story] as Story;
      if (localTimeAt(zone, at) !== evaluated[i]?.wall) {
        unlike.add(story);
        differing.add(zone);
      }
    });
    claims.forEach((claim, i) => {
      const story = stories[claim.story] as Story;
      if (unlike.has(claim.story)) return;
      comparisons += 1;
      if (evaluated[i]?.open !== claim.open && contradictions.length < TOLD) contradictions.push(sentence(story, claim));
    });
    stories.forEach((story, i) => {
      visited.add(story.zone);
      if (!unlike.has(i)) proved += INSTANTS;
    });
    progress?.(proved);
  }
  return { cases: proved, zones: visited.size, comparisons, differing, contradictions };
}

/** What our side says of a story, at instants where it can be held to it. */
function claimsOf(ours: Ours, story: Story, index: number, dice: SeededRandom): Claim[] {
  const schedule = scheduleOf(story);
  return story.instants.flatMap((at) => {
    const open = ours.isOpenAt(schedule, at);
    const claim = (what: string, when: number, is: boolean): Claim => ({ story: index, at: when, open: is, what });
    const now = claim('state', at, open);
    const next = ours.nextTransition(schedule, at);
    if (next === null) return [now, claim('never changes', at + dice.between(1, FAR_MS), open)];
    return [
      now,
      claim('until the next change', at + Math.floor(dice.next() * (next.at - at)), open),
      claim('last millisecond before the next change', next.at - 1, open),
      claim('next change', next.at, next.open),
      claim('state after the next change', next.at, ours.isOpenAt(schedule, next.at)),
    ];
  });
}

function scheduleOf({ zone, site, siteHolidays, group, groupHolidays }: Story): Schedule {
  const ofSite = withHolidays(site, siteHolidays);
  if (!group) return siteSchedule(ofSite, zone);
  return groupSchedule(groupHolidays ? withHolidays(group, groupHolidays) : parseHours(group, () => 'known'), ofSite, zone);
}

function withHolidays(body: HoursBody, rows: readonly Day[]): OpeningHours {
  return { ...parseHours(body, () => 'known'), publicHolidays: { country: 'DE', rows } };
}

function sentence(story: Story, { what, at, open }: Claim): string {
  const { zone, instants: _, ...hours } = story;
  const wall = new Date(localTimeAt(zone, at)).toISOString().slice(0, -1);
  return `${what}: at ${new Date(at).toISOString()} (${wall} in ${zone}) we say ${open ? 'open' : 'closed'}, Postgres the opposite, of ${JSON.stringify(hours)}`;
}
