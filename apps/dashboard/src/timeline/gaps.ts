import type { Availability } from '#contract';
import type { Mark } from './chart.js';
import type { Subject } from './subject.js';

/** Gaps of this box alone; one that still lasts ends now. */
export function gapsOf({ coverageGaps }: Pick<Availability, 'coverageGaps'>, { kind, id }: Pick<Subject, 'kind' | 'id'>, now: number): readonly Mark[] {
  const own = kind === 'group' ? id : null;
  return coverageGaps
    .filter(({ groupId }) => groupId === own)
    .map(({ from, to }) => ({ from: Date.parse(from), to: to === null ? now : Date.parse(to) }));
}
