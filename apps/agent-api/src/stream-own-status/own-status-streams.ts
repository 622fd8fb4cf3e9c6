import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { agentFold } from '#domain/agent-presence/index';
import { type Settings, SETTINGS } from '#config';
import { EVENT_STORE, type EventStore, type StreamAddress } from '#event-store';
import type { SseReader } from '#http-kit';
import { BUS, type Bus } from '#messaging';
import { AgentBells } from '../agent-bells.js';
import { agentStream } from '../agent-stream.js';
import { BoxNudges } from './box-nudges.js';
import { type AgentHead, pingInterval, WatchedAgent } from './watched-agent.js';

/** While NATS is away every stream is looked at as often, ms (architecture 4: only slower). */
const LOOK_EVERY_MS = 1000;

/** With NATS, a part of the streams per look: all within 8 s, because a bell may be lost and a stream must end within 10 s. */
const PARTS = 8;

/** While NATS is away nobody tells of boxes: as often pages are told to look, in looks. */
const NUDGE_EVERY_LOOKS = 4;

/** Streams of one session; one more ends the oldest (a page that reloads does not say goodbye). */
const STREAMS_PER_SESSION = 5;

interface Watched {
  readonly address: StreamAddress;
  readonly streams: Set<WatchedAgent>;
  /** Which of the parts it is looked at with: its own for as long as it is watched, whoever comes and goes meanwhile. */
  readonly part: number;
  /** A read is under way; `again`: something happened since it began. */
  reading: boolean;
  again: boolean;
}

/** All open streams of this process by agent. An agent is read once for all of them: when its bell rings, and now and then. */
@Injectable()
export class OwnStatusStreams implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #agents = new Map<string, Watched>();
  readonly #nudges = new BoxNudges();
  #timer: NodeJS.Timeout | null = null;
  #looks = 0;
  #arrivals = 0;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(SETTINGS) private readonly settings: Settings,
    bells: AgentBells,
  ) {
    bells.onAgent((agentId) => {
      const watched = this.#agents.get(agentId);
      if (watched) void this.#read(watched);
    });
    bells.onBoxes((tenantId) => this.#nudges.ring(tenantId));
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  onModuleDestroy(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /**
   * Shows `head` and from then on every change, until the reader closes or the session may not speak any more.
   * @param boxes whether it also wants to hear when boxes may have changed
   */
  watch(agent: { tenantId: string; partition: number; agentId: string; sessionId: string }, head: AgentHead, reader: SseReader, boxes = false): void {
    let watched = this.#agents.get(agent.agentId);
    if (!watched) {
      watched = { address: agentStream(agent), streams: new Set(), part: this.#arrivals++ % PARTS, reading: false, again: false };
      this.#agents.set(agent.agentId, watched);
    }
    const { streams } = watched;
    const sameSession = [...streams].filter(({ sessionId }) => sessionId === agent.sessionId);
    if (sameSession.length >= STREAMS_PER_SESSION) sameSession[0]?.reader.close();
    const stream = new WatchedAgent(agent.sessionId, reader, pingInterval(this.settings.heartbeatSeconds));
    streams.add(stream);
    reader.onClose(() => {
      streams.delete(stream);
      if (streams.size === 0 && this.#agents.get(agent.agentId)?.streams === streams) this.#agents.delete(agent.agentId);
    });
    stream.show(head);
    if (boxes && !reader.closed) this.#nudges.add(agent.tenantId, reader);
    void this.#read(watched); // what happened between the reading of `head` and now
  }

  #look(): void {
    this.#looks += 1;
    const all = !this.bus.connected;
    if (all && this.#looks % NUDGE_EVERY_LOOKS === 0) this.#nudges.ringAll();
    for (const watched of this.#agents.values()) {
      if (all || watched.part === this.#looks % PARTS) void this.#read(watched);
    }
  }

  /** Reads the agent and shows it to all its streams; the store reads those of one moment in one statement. Never rejects. */
  async #read(watched: Watched): Promise<void> {
    watched.again = true;
    if (watched.reading) return;
    watched.reading = true;
    try {
      while (watched.again && watched.streams.size > 0) {
        watched.again = false;
        const head = await this.store.load(watched.address, agentFold);
        for (const stream of [...watched.streams]) stream.show(head);
      }
    } catch {
      // the store is away: the streams stay open and the next look tries again
    } finally {
      watched.reading = false;
    }
  }
}
