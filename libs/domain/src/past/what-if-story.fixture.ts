// Lives of a tenant whose openings follow from its hours, for what-if.properties.unit.spec.ts. It holds no spec itself.
import fc from 'fast-check';
import { type BoxFact, BoxStory } from '#testing';
import { accepted, AGENTS, GROUPS, live, type Wish, wish } from '../box-status/any-history.fixture.js';
import { ALL_WEEK, hours, MON_TO_FRI, weekly } from '../opening-hours/hours.fixture.js';
import type { OpeningHours } from '../opening-hours/index.js';
import { changeGroupHours, changeHours, changeSite, type HoursOfSite, modeOf, settleOpenings, type SiteMode } from '../tenant-settings/index.js';
import type { LoggedFact } from './effect-order.js';

/** The Friday before the clocks of Berlin are put forward. */
export const STORY_START = Date.parse('2026-03-27T06:00:00Z');
const MINUTE = 60_000;
export const SHOP = 'shop';

/** Hours that differ in kind: a lunch break, a night, a date, holidays, a zone of their own, never. */
const POOL: readonly (OpeningHours | null)[] = [
  null,
  hours({ weekly: weekly(`${MON_TO_FRI.join(' ')} 08:00-12:00`, `${MON_TO_FRI.join(' ')} 13:00-17:00`) }),
  hours({ weekly: weekly(`${ALL_WEEK.join(' ')} 09:00-17:00`) }),
  hours({ weekly: weekly('fr sa 21:00-02:30', 'su 02:30-10:00') }),
  hours({ weekly: weekly('mo tu we 10:00-20:00'), exceptions: [{ from: '2026-03-29', to: '2026-03-31', intervals: [{ opens: '06:00', closes: '11:00' }], label: 'Fair' }] }),
  hours({ timeZone: 'America/New_York', weekly: weekly(`${ALL_WEEK.join(' ')} 00:00-24:00`), holidays: { country: 'DE' } }, [{ date: '2026-03-30', name: 'Ours' }]),
  hours({ weekly: [], closedPermanently: true }),
];
export const anyHours = fc.constantFrom(...POOL);

const WEEKLY_OR_DATED = ['hours', 'turn'];
export const act = fc.oneof(
  { weight: 8, arbitrary: wish.filter((one) => !WEEKLY_OR_DATED.includes(one.wish)) },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('site hours' as const), set: anyHours }) },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('group hours' as const), groupId: fc.constantFrom(...GROUPS), set: anyHours }) },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('enable group' as const), groupId: fc.constantFrom(...GROUPS), enabled: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('zone' as const), timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Auckland') }) },
);
/** Two groups and three people who are there: with nobody there it hardly matters what is supposed. */
const BEGINNING: readonly Wish[] = [
  ...(['DE', 'EN'] as const).map((groupId): Wish => ({ wish: 'add group', groupId })),
  ...AGENTS.flatMap((agentId): Wish[] => [
    { wish: 'sign in', agentId, sessionId: 's1' },
    { wish: 'switch', agentId, sessionId: 's1', status: agentId === 'B' ? 'busy' : 'online' },
    { wish: 'assign', agentId, groupIds: agentId === 'A' ? ['DE'] : ['EN'] },
  ]),
];
type Act = Wish | Exclude<typeof act extends fc.Arbitrary<infer A> ? A : never, Wish>;

/** Something happens: so long after the one before; a lease that it ends had ended so long ago; it is told so long afterwards. */
export const steps = fc.array(fc.record({ act, minutes: fc.nat({ max: 600 }), late: fc.nat({ max: 90_000 }) }), { minLength: 1, maxLength: 40, size: 'large' });
export type Steps = readonly { readonly act: Act; readonly minutes: number; readonly late: number }[];

/** What is supposed of the story, beside its shop. */
export interface StorySupposed {
  readonly groupId: string | null;
  readonly siteHours?: OpeningHours | null | undefined;
  readonly groupHours?: OpeningHours | null | undefined;
  readonly mode?: SiteMode | undefined;
  readonly groupEnabled?: boolean | undefined;
  readonly agentGroups?: ReadonlyMap<string, readonly string[]> | undefined;
}

/** A tenant's life with its log. */
export class HoursStory {
  readonly log: LoggedFact[] = [];
  private readonly story = new BoxStory();
  private readonly groups = new Map<string, OpeningHours>();
  private site: OpeningHours | null = null;
  private now = STORY_START;

  /** @param supposed how it is really lived from step `since` on: what would have changed it does not happen */
  constructor(steps: Steps, since = Infinity, supposed?: StorySupposed) {
    live(this.story, BEGINNING, (fact) => this.tell(fact));
    this.do({ wish: 'site hours', set: POOL[1] ?? null });
    steps.forEach(({ act: does, minutes, late }, i) => {
      this.now += minutes * MINUTE;
      this.settle();
      if (supposed && i === since) this.live(supposed);
      if (!supposed || i < since || !overridden(does, supposed)) this.do(does, late);
      if (supposed && i >= since) this.hold(supposed);
    });
    this.now += 10 * 60 * MINUTE;
    this.settle();
  }

  /** When it ends. */
  get end(): number {
    return this.now;
  }

  /** The supposition of exactly what is so, as far as something is supposed. */
  asItStands({ groupId, ...asked }: StorySupposed): StorySupposed {
    const { agents, groups, sites } = this.story.boxes;
    const [site, group] = [sites.get(SHOP)?.site, groups.get(groupId ?? '')];
    return {
      groupId,
      ...(asked.siteHours === undefined ? {} : { siteHours: this.site }),
      ...(asked.groupHours === undefined ? {} : { groupHours: this.groups.get(groupId ?? '') ?? null }),
      ...(asked.mode === undefined || !site ? {} : { mode: modeOf(site).mode }),
      ...(asked.groupEnabled === undefined || !group ? {} : { groupEnabled: group.enabled }),
      agentGroups: new Map([...(asked.agentGroups ?? [])].map(([id]) => [id, agents.get(id)?.groupIds ?? []])),
    };
  }

  private get hoursNow(): HoursOfSite {
    return { site: this.site, groups: this.groups };
  }

  private do(does: Act, late = 0): void {
    const site = this.story.boxes.sites.get(SHOP)?.site;
    if (does.wish === 'site hours') {
      if (site?.standing !== 'present') return;
      for (const fact of changeHours(does.set, this.hoursNow, site, this.now)) this.tell(fact);
      this.site = does.set;
    } else if (does.wish === 'group hours') {
      const group = this.story.boxes.groups.get(does.groupId);
      if (group?.standing !== 'present') return;
      for (const fact of changeGroupHours(does.set, this.groups.get(does.groupId) ?? null, group)) this.tell(fact);
      if (does.set) this.groups.set(does.groupId, does.set);
      else this.groups.delete(does.groupId);
    } else if (does.wish === 'zone') {
      if (site?.standing === 'present') for (const fact of changeSite({ timeZone: does.timeZone }, site)) this.tell(fact);
    } else for (const fact of accepted(this.story.boxes, does)) this.tell(fact, late);
    this.settle();
  }

  private settle(): void {
    const site = this.story.boxes.sites.get(SHOP)?.site;
    if (site) for (const fact of settleOpenings(this.hoursNow, site, this.now)) this.tell(fact);
  }

  private live({ siteHours, groupHours, groupId }: StorySupposed): void {
    if (siteHours !== undefined) this.do({ wish: 'site hours', set: siteHours });
    if (groupHours !== undefined && groupId !== null) {
      // Hours of a group that is to come wait for it: openings may know them already, nobody sees them.
      if (groupHours) this.groups.set(groupId, groupHours);
      else this.groups.delete(groupId);
      this.settle();
    }
  }

  private hold({ mode, groupId, groupEnabled, agentGroups }: StorySupposed): void {
    if (mode !== undefined) this.do({ wish: 'mode', siteId: SHOP, mode });
    if (groupEnabled !== undefined && groupId !== null) this.do({ wish: 'enable group', groupId, enabled: groupEnabled });
    for (const [agentId, groupIds] of agentGroups ?? []) this.do({ wish: 'assign', agentId, groupIds: [...groupIds] });
  }

  private tell(told: BoxFact, late = 0): void {
    const lapse = told.type === 'SessionEnded' && told.data.cause === 'too-many-sessions';
    const { agentId, siteId, groupId, sessionId } = told.data as Record<'agentId' | 'siteId' | 'groupId' | 'sessionId', string | undefined>;
    const fact = lapse ? { type: 'HeartbeatExpired', data: { agentId, sessionId, lastSeenAt: new Date(STORY_START).toISOString() } } : told;
    const effectiveAt = told.effectiveAt ?? (lapse ? this.now - late : this.now);
    const position = this.log.length + 1;
    const place = { position, eventId: `e${position}`, streamId: agentId ?? siteId ?? groupId ?? 'tenant', recordedAt: this.now, effectiveAt };
    const logged = { ...fact, ...place, actor: { kind: 'system', id: 'spec' } } as LoggedFact;
    this.log.push(logged);
    this.story.tell(logged as BoxFact);
  }
}

/** Whether a supposition is laid over what the act would change. */
export function overridden(does: Act, { groupId, siteHours, groupHours, mode, groupEnabled, agentGroups }: StorySupposed): boolean {
  if (does.wish === 'site hours') return siteHours !== undefined;
  if (does.wish === 'group hours') return groupHours !== undefined && does.groupId === groupId;
  if (does.wish === 'mode') return mode !== undefined && does.siteId === SHOP;
  if (does.wish === 'enable group') return groupEnabled !== undefined && does.groupId === groupId;
  return does.wish === 'assign' && agentGroups?.has(does.agentId) === true;
}
