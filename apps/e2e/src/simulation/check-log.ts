import { isDeepStrictEqual } from 'node:util';
import type { StoredEvent } from '#event-store';
import { referenceVerdict } from './reference-decisions.js';
import { type Attempt, type Request, streamIdOf } from './wish.js';
import type { Witness } from './witness.js';

/**
 * What was answered against what is in the log: I1 nothing acknowledged is lost, I2 nothing is there that nobody asked for, I3 one
 * command is one decision, and every decision and refusal is the one the reference would have given at that moment.
 */
export function checkLog(witness: Witness, requests: readonly Request[]): string[] {
  const complaints: string[] = [];
  const found = new Map<string, StoredEvent[]>(requests.map(({ id }) => [id, []]));
  for (const event of [...witness.logs.values()].flat()) {
    const { correlationId, position, type } = event;
    const wanted = found.get(correlationId);
    if (wanted) wanted.push(event);
    else complaints.push(`I2: nobody asked for ${type} at position ${position}`);
  }
  for (const request of requests) {
    for (const complaint of checkRequest(witness, request, found.get(request.id) ?? []))
      complaints.push(`${complaint}; ${request.id}: ${JSON.stringify(request.wish)}`);
  }
  return complaints;
}

function* checkRequest(witness: Witness, request: Request, found: readonly StoredEvent[]): Generator<string> {
  const stream = streamIdOf(request.wish);
  const first = found[0];
  if (first) {
    const verdict = referenceVerdict(request.wish, witness.factsOf(stream, first.version - 1));
    const stored = plain(found.map(({ type, data }) => ({ type, data })));
    const contiguous = found.every((event, i) => event.streamId === stream && event.version === first.version + i);
    if (!contiguous) yield 'I3: carried out more than once';
    else if (!('events' in verdict)) yield `I2: stored, though the rules refuse it (${verdict.refused})`;
    else if (!isDeepStrictEqual(stored, plain(verdict.events)))
      yield `I2: the rules give ${JSON.stringify(verdict.events)}, stored is ${JSON.stringify(stored)}`;
  }
  // "Unavailable" says that nothing of it is stored: false, if no other sending can have stored it.
  const possible = request.attempts.filter(({ sentAt }) => first && sentAt <= first.recordedAt);
  if (possible.length > 0 && possible.every(({ answer }) => answer.kind === 'unavailable'))
    yield 'I1: answered "nothing is stored", but it is';
  for (const attempt of request.attempts) yield* checkAnswer(witness, request, attempt, found);
}

function* checkAnswer(witness: Witness, request: Request, attempt: Attempt, found: readonly StoredEvent[]): Generator<string> {
  const { answer } = attempt;
  const stream = streamIdOf(request.wish);
  const verdictAt = (version: number) => referenceVerdict(request.wish, witness.factsOf(stream, version));
  switch (answer.kind) {
    case 'done': {
      if (answer.events !== found.length) yield `I1: acknowledged ${answer.events} events, in the log are ${found.length}`;
      else if (answer.events > 0 && (found.at(-1)?.version !== answer.version || found.at(-1)?.position !== answer.position)) {
        yield `I1: acknowledged version ${answer.version}, in the log is ${found.at(-1)?.version}`;
      }
      if (answer.events === 0 && !isNothing(verdictAt(answer.version)))
        yield `I2: answered "already so" at version ${answer.version}, the rules say otherwise`;
      yield* checkState(witness, stream, answer.version, answer.state);
      return;
    }
    case 'repeated': {
      if (found.length > 0 && found.at(-1)?.version !== answer.version)
        yield `I3: repeated with version ${answer.version}, carried out as ${found.at(-1)?.version}`;
      if (found.length === 0 && !isNothing(verdictAt(answer.version)))
        yield 'I1: answered as carried out before, nothing of it is in the log';
      yield* checkState(witness, stream, answer.version, answer.state);
      return;
    }
    case 'refused': {
      const versions = Array.from({ length: (attempt.to ?? attempt.from) - attempt.from + 1 }, (_, i) => attempt.from + i);
      const justified = versions.some((version) => {
        const verdict = verdictAt(version);
        return 'refused' in verdict && verdict.refused === answer.code;
      });
      if (!justified)
        yield `I2: refused with ${answer.code}, which the rules did not say at any version from ${attempt.from} to ${attempt.to}`;
      return;
    }
    case 'key reused':
      if (!request.attempts.some(({ altered }) => altered !== attempt.altered))
        yield 'I3: "key reused", though only one body was ever sent';
      return;
    default:
  }
}

/** The state that came with the answer is the one of that version: a counter tells. */
function* checkState(witness: Witness, stream: string, version: number, state: unknown): Generator<string> {
  if (!stream.startsWith('agent-')) return;
  const changes = witness.factsOf(stream, version).filter(({ type }) => type === 'StatusChanged');
  const { intent } = state as { intent: { version: number; status: string } };
  const wanted = { version: changes.length, status: changes.at(-1)?.data.to ?? 'offline' };
  if (intent.version !== wanted.version || intent.status !== wanted.status) {
    yield `the answer's state is ${JSON.stringify(intent)}, the log says ${JSON.stringify(wanted)}`;
  }
}

function isNothing(verdict: ReturnType<typeof referenceVerdict>): boolean {
  return 'events' in verdict && verdict.events.length === 0;
}

function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
