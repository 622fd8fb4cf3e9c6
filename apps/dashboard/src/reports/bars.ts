import type { Availability } from '#contract';
import type { Step } from './range.js';

/** How time is told apart, from the bottom of a bar to its top. */
export const BOX_STANDINGS = ['online', 'unattended', 'busy', 'missed', 'outside', 'closed'] as const;
export const AGENT_STANDINGS = ['online', 'unattended', 'busy', 'offline'] as const;
export type Standing = (typeof BOX_STANDINGS)[number] | (typeof AGENT_STANDINGS)[number];

/** Seconds by standing. */
export type Seconds = Readonly<Partial<Record<Standing, number>>>;

/** One period; instants in ms since epoch. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly seconds: Seconds;
}

/** What is reported of one box or person. */
export interface Reported {
  readonly standings: readonly Standing[];
  readonly total: Seconds;
  readonly bars: readonly Bar[];
  /** How often nobody was there; null: of a person there is no such thing. */
  readonly alerts: number | null;
}

/** Whose report: of the site itself, a group or a person. */
export interface Whose {
  readonly kind: 'site' | 'group' | 'agent';
  readonly id: string;
}

type BoxSeconds = Availability['site'];
type AgentSeconds = Availability['agents'][number];
type Line<S> = readonly (S & Times)[] | undefined;
type Lines<S> = { readonly hours?: Line<S>; readonly days?: Line<S>; readonly weeks?: Line<S> };
type Times = { readonly from: string; readonly to: string };

/** The part of an answer that was asked for; null: whoever it is of was not there in the range. */
export function reportedOf(report: Availability, whose: Whose, by: Step): Reported | null {
  if (whose.kind === 'agent') {
    const agent = report.agents.find(({ id }) => id === whose.id);
    return agent ? { standings: AGENT_STANDINGS, total: ofAgent(agent), bars: barsOf(agent, by, ofAgent), alerts: null } : null;
  }
  const box = whose.kind === 'site' ? report.site : report.groups.find(({ id }) => id === whose.id);
  if (!box) return null;
  const lines = whose.kind === 'site' ? report : (box as Lines<Omit<BoxSeconds, 'coverageAlerts'>>);
  return { standings: BOX_STANDINGS, total: ofBox(box), bars: barsOf(lines, by, ofBox), alerts: box.coverageAlerts };
}

function barsOf<S>(lines: Lines<S>, by: Step, secondsOf: (line: S) => Seconds): Bar[] {
  const found = { hour: lines.hours, day: lines.days, week: lines.weeks }[by] ?? [];
  return found.map((line) => ({ from: Date.parse(line.from), to: Date.parse(line.to), seconds: secondsOf(line) }));
}

function ofBox(box: Omit<BoxSeconds, 'coverageAlerts'>): Seconds {
  const { onlineSeconds: online, unattendedOnlineSeconds: unattended, busySeconds: busy, outsideHoursSeconds: outside, missedSeconds: missed } = box;
  return { online, unattended, busy, missed, outside, closed: Math.max(0, box.offlineSeconds - outside - missed) };
}

function ofAgent({ onlineSeconds: online, unattendedOnlineSeconds: unattended, busySeconds: busy, offlineSeconds: offline }: Omit<AgentSeconds, 'id' | 'name'>): Seconds {
  return { online, unattended, busy, offline };
}

/** For a stacked chart: of each standing the hours up to its upper edge, bottom first. */
export function stacked(bars: readonly Bar[], standings: readonly Standing[]): number[][] {
  const edge = bars.map(() => 0);
  return standings.map((standing) => bars.map(({ seconds }, i) => (edge[i] = (edge[i] ?? 0) + (seconds[standing] ?? 0) / 3_600)));
}

/** Whether a period is not as long as days are: clocks were changed in it, or the range cuts it. Hours, to a quarter; null: it is as usual. */
export function oddLength({ from, to }: Bar, by: Step): number | null {
  const hours = Math.round((to - from) / 900_000) / 4;
  const usual = { hour: 1, day: 24, week: 168 }[by];
  return hours === usual || by === 'hour' ? null : hours;
}
