import type { StreamInfo } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import type { Bus, BusLogger } from './bus.js';
import { declareStream, streamInfo, type StreamDeclaration } from './declare-stream.js';
import type { OutboxMessage, PublishOutcome, RelayTarget, StreamState } from './relay-ports.js';
import { factsOfPartition, publishedSubject } from './subjects.js';

/** Position of a fact within its partition and kind. */
export const POSITION_HEADER = 'Ampel-Position';
export const PARTITION_HEADER = 'Ampel-Partition';
/** Everything up to this position was seen stored when the message was sent. */
export const SETTLED_HEADER = 'Ampel-Settled';
/** W3C Trace Context: the span that published the message. */
export const TRACE_HEADER = 'traceparent';
const MESSAGE_ID_HEADER = 'Nats-Msg-Id';
/** A server that takes longer is treated as away: what happened to the message is unknown. */
const ACK_MS = 5_000;

/** The JetStream side of a relay, for facts of one kind. Every call uses the connection of its moment; while NATS is away it rejects. */
export class StreamTarget implements RelayTarget {
  constructor(
    private readonly bus: Bus,
    private readonly declaration: StreamDeclaration,
    private readonly kind: string,
    private readonly logger: BusLogger,
  ) {}

  async streamState(): Promise<StreamState | null> {
    const info = await streamInfo(this.bus.connection().manager, this.declaration.name);
    return info && stateOf(info);
  }

  async declareStream(): Promise<StreamState> {
    const { info, different } = await declareStream(this.bus.connection().manager, this.declaration);
    if (different.length > 0) this.logger.warn({ stream: info.config.name, different }, 'the stream is not as declared, using it as it is');
    return stateOf(info);
  }

  async lastPublished(partition: number): ReturnType<RelayTarget['lastPublished']> {
    const { manager } = this.bus.connection();
    const query = { last_by_subj: factsOfPartition(this.kind, partition) };
    const message = await manager.streams.getMessage(this.declaration.name, query);
    if (message === null) return null;
    const position = numberIn(message.header.get(POSITION_HEADER));
    return { position, settled: numberIn(message.header.get(SETTLED_HEADER)), id: message.header.get(MESSAGE_ID_HEADER) };
  }

  async publish(message: OutboxMessage, settled: number): Promise<PublishOutcome> {
    const { nats, jetstream } = this.bus.connection();
    const unfit = this.unfitness(message, nats.info?.max_payload);
    if (unfit) return { kind: 'unfit', reason: unfit };
    const head = headers();
    head.set(PARTITION_HEADER, String(message.partition));
    head.set(POSITION_HEADER, String(message.position));
    head.set(SETTLED_HEADER, String(settled));
    if (message.traceParent !== undefined) head.set(TRACE_HEADER, message.traceParent);
    const ack = await jetstream.publish(message.subject, message.body, { msgID: message.id, headers: head, timeout: ACK_MS });
    return { kind: ack.duplicate ? 'duplicate' : 'stored', sequence: ack.seq };
  }

  private unfitness(message: OutboxMessage, maxPayload = Infinity): string | null {
    try {
      publishedSubject(message.subject);
    } catch (error) {
      return (error as Error).message;
    }
    const size = Buffer.byteLength(message.body) + HEADER_BYTES;
    return size > maxPayload ? `${size} bytes are more than the ${maxPayload} that NATS takes` : null;
  }
}

/** More than our headers ever take. */
const HEADER_BYTES = 512;

function stateOf({ created, state }: StreamInfo): StreamState {
  return { incarnation: String(created), messages: state.messages, firstSequence: state.first_seq, lastSequence: state.last_seq };
}

/** A header that is no number stands in a message that is not ours; position 0 belongs to no fact. */
function numberIn(header: string): number {
  return /^\d{1,15}$/.test(header) ? Number(header) : 0;
}
