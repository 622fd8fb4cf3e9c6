/** How far a replay is, as its route tells it. */
export interface Processed {
  readonly state: string;
  readonly processed: number;
  readonly total: number;
}

const WIDTH = 24;

/**
 * One line: bar, percent, events, rate, time left.
 * @param begun where and when the looking began, `now` in ms: the rate is what was seen since then, so a resumed run does not look faster
 */
export function barOf({ state, processed, total }: Processed, begun: { readonly processed: number; readonly at: number }, now: number): string {
  if (state === 'queued') return 'waiting for its turn';
  const part = total === 0 ? 0 : Math.min(1, processed / total);
  const filled = Math.round(part * WIDTH);
  const seconds = (now - begun.at) / 1000;
  const rate = seconds > 0 ? (processed - begun.processed) / seconds : 0;
  const told = [`${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}`, `${Math.floor(part * 100)} %`, `${grouped(processed)} of ${grouped(total)} events`];
  if (rate > 0) told.push(`${grouped(Math.round(rate))}/s`);
  if (rate > 0 && state === 'running') told.push(`${timeOf((total - processed) / rate)} left`);
  return told.join('  ');
}

/** 1234567 -> 1,234,567 */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

function timeOf(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
