import { boxKey, type Moment, storiesOf } from './boxes-by-log.js';
import type { Finding } from './check.js';
import type { Ending, FrameRecord, ReaderRecord, Recording, ShownRow } from './recording.js';

/** How far clocks may be apart, ms: half the longest round trip that a measurement is believed of, on both sides. */
const BY_NEXT_MS = 250;

/** Targets I11 and I7: versions never decrease, no frame contradicts the record of what was shown, the last state arrives. */
export function checkReaders({ readers, ending }: Recording & { ending: Ending }): Finding[] {
  const { stories } = storiesOf(ending.log);
  const order: string[] = [];
  const content: string[] = [];
  const final: string[] = [];
  const calm: string[] = [];
  let frames = 0;
  let answers = 0;
  let stale = 0;
  let connections = 0;
  for (const reader of readers) {
    const seen = reader.connections.flatMap((connection) => connection.frames);
    frames += seen.length;
    answers += reader.answers.length;
    connections += reader.connections.filter((connection) => connection.frames.length > 0).length;
    stale += seen.filter((frame) => frame.stale).length;
    order.push(...decreases(reader, seen));
    content.push(...contradictions(reader, seen, stories.get(boxKey(reader)) ?? [], ending));
    if (reader.calm) calm.push(...movements(reader, seen));
    const last = seen.at(-1);
    const box = ending.boxes.find(({ siteId, groupId }) => siteId === reader.siteId && groupId === reader.groupId);
    if (!last || !box || last.status !== box.answer.status || last.version !== box.answer.version || last.stale) {
      final.push(`I11: ${of(reader)} was told ${inWords(last)} at last, the box is ${box ? `${box.answer.status} at ${box.answer.version}` : 'unknown'}`);
    }
  }
  const calmReaders = readers.filter((reader) => reader.calm).length;
  return [
    {
      rule: 'versions never decrease, in frames and in answers after frames (I11)',
      looked: frames + answers,
      violations: order,
      notes: [`${connections} streams, ${stale} frames said "stale"`],
    },
    { rule: 'no frame and no answer says what the log did not say at its version (I7)', looked: frames + answers, violations: content },
    { rule: 'the final state arrives at every reader (I11)', looked: readers.length, violations: final },
    { rule: 'a box whose agents stay as they are never moves (D10, cases 16 and 17)', looked: calmReaders, violations: calm },
  ];
}

function decreases(reader: ReaderRecord, seen: readonly FrameRecord[]): string[] {
  const found: string[] = [];
  let highest = 0;
  for (const { version, at } of seen) {
    if (version < highest) found.push(`I11: ${of(reader)} was told version ${version} after ${highest} at ${iso(at)}`);
    highest = Math.max(highest, version);
  }
  for (const answer of reader.answers) {
    const before = Math.max(0, ...seen.filter(({ at }) => at < answer.sentAt).map(({ version }) => version));
    if (answer.version < before) found.push(`I11: ${of(reader)} was answered version ${answer.version} after a frame of ${before} at ${iso(answer.at)}`);
  }
  return found;
}

/**
 * A version tells between which two events a frame was made: it shows what the log says there. A version without a row in the record is a
 * change of `next` alone; and a timer that is over shows before its event is recorded (architecture 6).
 */
function contradictions(reader: ReaderRecord, seen: readonly FrameRecord[], story: readonly Moment[], { shown }: Ending): string[] {
  const rows = shown.filter(({ siteId, groupId }) => siteId === reader.siteId && groupId === reader.groupId);
  const places = new Map(story.map(({ eventId }, place) => [eventId, place]));
  const placeOf = (row: ShownRow | undefined, without: number): number => places.get(row?.causeEventId ?? '') ?? without;
  const isTrue = ({ version, status, at }: FrameRecord): boolean => {
    const after = rows.findIndex((row) => row.version > version);
    const before = rows[(after < 0 ? rows.length : after) - 1];
    const moments = story.slice(placeOf(before, story.length), after < 0 ? undefined : placeOf(rows[after], 0));
    return moments.some((moment) => moment.status === status || moment.later.some((then) => then.status === status && then.at <= at + BY_NEXT_MS));
  };
  const wrong = [...seen, ...reader.answers].filter((frame) => !isTrue(frame));
  return wrong.map((frame) => `I7: ${of(reader)} was told ${inWords(frame)} at ${iso(frame.at)}, which the log does not say`);
}

function movements(reader: ReaderRecord, seen: readonly FrameRecord[]): string[] {
  const [first] = seen;
  return seen.filter(({ status }) => status !== first?.status).map((frame) => `D10: ${of(reader)} is calm, and was told ${inWords(frame)} at ${iso(frame.at)}`);
}

const of = ({ siteId, groupId }: ReaderRecord): string => `a reader of site ${siteId} ${groupId && `group ${groupId}`}`;
const inWords = (frame: FrameRecord | undefined): string =>
  frame ? `${frame.status} at version ${frame.version}${frame.stale ? ', stale' : ''}` : 'nothing';
const iso = (at: number): string => new Date(at).toISOString();
