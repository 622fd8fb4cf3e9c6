import type { Pool } from 'pg';
import { siteStatusChangedOf } from '#contract';
import { factSubject, type OutboxMessage, type TraceHints } from '#messaging';
import { readShown, readShownHeads, type ShownRow } from '#read-model';
import type { Outbox } from '../outbox.js';

const KIND = 'box';

/** What the projector tells when it has folded something; only whether boxes changed matters here. */
interface FoldedRange {
  readonly partition: number;
  readonly boxes?: readonly unknown[];
}

/** The shown log as an outbox: every row becomes one SiteStatusChanged, rung by the projector. `traces`: what is known of traces. */
export function boxChangesOutbox(sql: Pool, traces?: Pick<TraceHints, 'of'>): Outbox {
  return {
    name: 'box-changes',
    kind: KIND,
    feed: {
      heads: () => readShownHeads(sql),
      readAfter: async (partition, after, limit) => (await readShown(sql, partition, after, limit)).map((row) => messageOf(row, traces?.of(row.eventId))),
    },
    listen: (bus, ring) =>
      bus.subscribe<FoldedRange>('box.*', ({ partition, boxes }) => {
        if (boxes === undefined || boxes.length > 0) ring(partition);
      }),
  };
}

function messageOf(row: ShownRow, traceParent: string | undefined): OutboxMessage {
  const message = siteStatusChangedOf(traceParent === undefined ? row : { ...row, traceParent });
  const subject = factSubject({ partition: row.partition, tenantId: row.tenantId, kind: KIND, type: message.type });
  const { partition, seq: position, eventId: id, shownFrom: recordedAt } = row;
  return { partition, position, id, recordedAt, subject, body: JSON.stringify(message), traceParent };
}
