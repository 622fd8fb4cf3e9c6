import type { StoredEvent } from '#event-store';
import { finalPayload } from './check-read-model.js';
import type { MemoryReadModel } from './memory-read-model.js';
import type { Reader, Widget } from './reader-process.js';
import type { ReferenceTenant } from './reference-tenant.js';
import { kindOf, type StreamServer } from './stream-server.js';
import { type Cast, keyOf } from './wish.js';
import type { Witness } from './witness.js';

/** Somebody who reads a partition's feed with a cursor, while it is being written. */
export interface FeedReader {
  readonly partition: number;
  readonly seen: StoredEvent[];
}

/** I4: what a cursor went past is all there was. */
export function checkFeeds(feeds: readonly FeedReader[], witness: Witness): string[] {
  return feeds.flatMap(({ partition, seen }) => {
    const log = witness.logs.get(partition) ?? [];
    const wrong = seen.findIndex(({ eventId }, i) => eventId !== log[i]?.eventId);
    return wrong < 0 ? [] : [`I4: a reader of partition ${partition} missed what stands at position ${wrong + 1}`];
  });
}

/** Every fact is in the stream, first arrivals in order per partition; message ids tell repetitions. */
export function checkRelay(server: StreamServer, witness: Witness, readModel: MemoryReadModel): string[] {
  const complaints: string[] = [];
  for (const [partition, log] of witness.logs) {
    const wanted = { event: log.map(({ eventId }) => eventId), box: (readModel.shown.get(partition) ?? []).map(({ eventId }) => eventId) };
    for (const [kind, ids] of Object.entries(wanted)) {
      const stored = server.messages
        .map(({ message }) => message)
        .filter((message) => message.partition === partition && kindOf(message) === kind);
      const arrivals = [...new Set(stored.map(({ id }) => id))];
      const missing = ids.filter((id) => !arrivals.includes(id));
      const where = `the ${kind}s of partition ${partition}`;
      if (missing.length > 0)
        complaints.push(`relay: ${missing.length} of ${where} are not in the stream: ${missing.slice(0, 3).join(' ')}`);
      else if (arrivals.length !== ids.length)
        complaints.push(`relay: the stream has ${arrivals.length} of ${where}, there are ${ids.length}`);
      else if (arrivals.some((id, i) => id !== ids[i]))
        complaints.push(`relay: ${where} came out of order: ${stored.map(({ position }) => position).join(' ')}`);
    }
  }
  return complaints;
}

/** I7, I10, I11: no widget was ever told what was not so; in the end all know the last state, from every widget-api. */
export function checkWidgets(widgets: readonly Widget[], readers: readonly Reader[], witness: Witness, casts: readonly Cast[]): string[] {
  const complaints = widgets.flatMap((widget) => widget.complaints.map((text) => `I11: ${text}`));
  for (const { tenantId, siteIds, groupIds } of casts) {
    const reference = witness.references.get(tenantId) as ReferenceTenant;
    for (const widget of widgets.filter(({ siteId }) => siteIds.includes(siteId))) {
      const { siteId, groupId, shown } = widget;
      const ever = reference.everShown(siteId, groupId);
      for (const frame of widget.frames.values()) {
        const wanted = ever.get(frame.version);
        if (frame.status !== wanted)
          complaints.push(`I7: ${siteId}/${groupId} was shown ${frame.status} at version ${frame.version}, it was ${wanted}`);
      }
      const wanted = finalPayload(witness, tenantId, siteId, groupId);
      if (shown?.status !== wanted?.status || shown?.version !== wanted?.version) {
        complaints.push(`I11: the widget of ${siteId}/${groupId} shows ${text(shown)} in the end, it is ${text(wanted)}`);
      }
    }
    for (const siteId of siteIds) {
      for (const groupId of ['', ...groupIds]) {
        const wanted = finalPayload(witness, tenantId, siteId, groupId);
        for (const answer of readers.flatMap((reader) => reader.peek(keyOf(siteId), groupId) ?? [])) {
          if (answer.stale) complaints.push(`a widget-api calls ${siteId}/${groupId} stale, though all is quiet`);
          if (answer.status !== wanted?.status || answer.version !== wanted.version) {
            complaints.push(`I11: a widget-api answers ${text(answer)} for ${siteId}/${groupId} in the end, it is ${text(wanted)}`);
          }
        }
      }
    }
  }
  return complaints;
}

function text(payload: { status: string; version: number } | null): string {
  return payload ? `${payload.status} (${payload.version})` : 'nothing';
}
