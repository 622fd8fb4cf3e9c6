import type { Finding } from './check.js';
import { grouped } from './grouped.js';
import type { Ending, LoggedEvent, Recording } from './recording.js';

/** Targets I4: positions and versions without a gap, recorded in order; and the bus carries all of it, first arrivals in order. */
export function checkLog({ ending: { log, published } }: Recording & { ending: Ending }): Finding[] {
  const order: string[] = [];
  const streams = new Map<string, number>();
  const partitions = new Map<number, LoggedEvent>();
  for (const event of log) {
    const { partition, position, streamId, version, recordedAt, effectiveAt, tenantId } = event;
    const where = `partition ${partition}, position ${position}`;
    const before = partitions.get(partition);
    if (position !== (before?.position ?? 0) + 1) order.push(`I4: ${where} follows position ${before?.position ?? 0}`);
    if (recordedAt < (before?.recordedAt ?? 0)) order.push(`I4: ${where} was recorded before the one in front of it`);
    if (effectiveAt > recordedAt) order.push(`I4: ${where} became true after it was known`);
    const stream = `${tenantId} ${streamId}`;
    if (version !== (streams.get(stream) ?? 0) + 1) order.push(`I4: ${where} is version ${version} of ${streamId} after ${streams.get(stream) ?? 0}`);
    partitions.set(partition, event);
    streams.set(stream, version);
  }
  return [
    { rule: 'positions and versions have no gap, and are recorded in order (I4)', looked: log.length, violations: order },
    checkBus(log, published),
  ];
}

function checkBus(log: readonly LoggedEvent[], published: Ending['published']): Finding {
  const violations: string[] = [];
  const arrived = new Map<number, Set<string>>();
  for (const { partition, eventId } of published) arrived.set(partition, (arrived.get(partition) ?? new Set()).add(eventId));
  const wanted = grouped(log, ({ partition }) => partition);
  for (const [partition, events] of wanted) {
    const ids = [...(arrived.get(partition) ?? [])];
    const missing = events.filter(({ eventId }) => !arrived.get(partition)?.has(eventId));
    if (missing.length > 0) violations.push(`bus: ${missing.length} events of partition ${partition} are not in the stream, the first at position ${missing[0]?.position}`);
    else if (ids.length !== events.length) violations.push(`bus: the stream holds ${ids.length} events of partition ${partition}, the log ${events.length}`);
    else if (ids.some((id, i) => id !== events[i]?.eventId)) violations.push(`bus: the events of partition ${partition} came out of order`);
  }
  const twice = published.length - [...arrived.values()].reduce((sum, { size }) => sum + size, 0);
  return {
    rule: 'the bus carries every event, in order, at least once',
    looked: published.length,
    violations,
    notes: [`${twice} came more than once`],
  };
}
