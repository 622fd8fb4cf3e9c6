import type { Pool } from 'pg';
import { CLOUD_EVENT_TYPE } from '#contract';
import type { Clock } from '#clock';
import type { Logger, Metrics } from '#observability';
import {
  type DueDelivery,
  dueDeliveries,
  holdLane,
  type Lane,
  recordAttempt,
  recordRound,
  releaseLane,
  SecretCannotBeOpened,
  signatureHeaders,
  type Target,
  type WebhookSecrets,
} from '#webhooks';
import type { DisableWebhook } from './disable-webhook.js';
import { type Answer, post, type PostOptions } from './post.js';
import type { PayloadReader } from './read-payload.js';
import { isGivenUp, retryIn } from './retry-rules.js';

export interface ServingPorts {
  readonly sql: Pool;
  readonly payloads: PayloadReader;
  readonly secrets: WebhookSecrets;
  readonly disable: DisableWebhook;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export interface ServingOptions extends Omit<PostOptions, 'signal'> {
  /** Attempts under way at once to an endpoint that takes them; one to one that fails. */
  readonly atOnce: number;
  /** Rounds before another endpoint may have the place. */
  readonly rounds: number;
  /** Pauses between the attempts of a delivery, ms. */
  readonly schedule: readonly number[];
  /** How long the endpoint is left alone after so many rounds in which nothing was delivered, ms. */
  readonly rest: (failures: number) => number;
}

const GONE = 410;

/** The process stops: the attempt was cut and counts as never made. */
class Stopped extends Error {}

/** Sends what is due to one endpoint, round by round, and lets its lane go. */
export class ServeEndpoint {
  private readonly stop = new AbortController();
  private readonly attempts: ReturnType<Metrics['counter']>;

  constructor(
    private readonly ports: ServingPorts,
    private readonly options: ServingOptions,
  ) {
    this.attempts = ports.metrics.counter('ampel_webhook_attempts_total', 'Attempts to deliver to webhooks', ['outcome']);
  }

  /** Cuts the attempts under way: whoever serves next makes them again. */
  cut(): void {
    this.stop.abort();
  }

  /** Never rejects: what cannot be written down is tried again when the claim has run out. */
  async serve(claimed: Lane, me: string, stopping: () => boolean): Promise<void> {
    const { sql, log } = this.ports;
    let lane = claimed;
    try {
      for (let round = 0; round < this.options.rounds && !stopping(); round += 1) {
        const target = await holdLane(sql, me, lane);
        if (target === null || !target.enabled) break;
        const due = await dueDeliveries(sql, lane, lane.failingSince === null ? this.options.atOnce : 1);
        if (due.length === 0) break;
        lane = await this.round(lane, target, due);
        if (lane.failures > 0) break;
      }
    } catch (error) {
      if (!(error instanceof Stopped)) log.warn({ err: error, tenantId: lane.tenantId, webhookId: lane.webhookId }, 'deliveries of a webhook have to wait');
    }
    await releaseLane(sql, me, lane, this.options.rest(lane.failures)).catch((error: unknown) => {
      log.debug({ err: error, tenantId: lane.tenantId, webhookId: lane.webhookId }, 'a webhook could not be let go; its claim runs out');
    });
  }

  /** Attempts all of `due` side by side. Gives the lane as it is afterwards. */
  private async round(lane: Lane, target: Target, due: readonly DueDelivery[]): Promise<Lane> {
    const { sql, clock } = this.ports;
    const startedAt = clock.now();
    const all = await Promise.all(due.map((delivery) => this.attempt(lane, target, delivery)));
    const attempts = all.filter(({ lost }) => !lost); // what never left us says nothing about the endpoint
    if (attempts.length === 0) return lane;
    const delivered = attempts.some((attempt) => attempt.delivered);
    await recordRound(sql, lane, delivered, startedAt);
    const failingSince = delivered ? null : (lane.failingSince ?? startedAt);
    if (failingSince !== null) await this.giveUpIfHopeless({ ...lane, ...target }, failingSince, attempts);
    return { ...lane, failingSince, failures: delivered ? 0 : lane.failures + 1 };
  }

  private async attempt(lane: Lane, target: Target, delivery: DueDelivery): Promise<Attempted> {
    const { sql, clock } = this.ports;
    const at = clock.now();
    const answer = await this.send(lane, target, delivery, at);
    if (answer.kind === 'unanswered' && this.stop.signal.aborted) throw new Stopped();
    const status = answer.kind === 'answered' ? answer.status : null;
    const error = faultOf(answer);
    const failed = { ...delivery, at, retryAfterMs: answer.kind === 'answered' ? answer.retryAfterMs : undefined };
    const lost = answer.kind === 'lost';
    const retryInMs = error === null || lost ? null : retryIn(failed, this.options.schedule, Math.random);
    await recordAttempt(sql, lane, delivery, { at, error, status, retryInMs });
    const outcome = error === null ? 'delivered' : retryInMs === null ? 'failed' : 'again';
    this.attempts.inc({ outcome });
    const exhausted = retryInMs === null;
    return { lost, delivered: error === null, gone: status === GONE, exhausted, firstTriedAt: delivery.firstTriedAt ?? at, at };
  }

  private async send(lane: Lane, target: Target, delivery: DueDelivery, at: number): Promise<Answer | { kind: 'lost'; error: string }> {
    const { tenantId, webhookId } = lane;
    const event = await this.ports.payloads(delivery);
    if (event === null) return { kind: 'lost', error: 'the event is not in the log any more' };
    const body = JSON.stringify(event);
    try {
      const secrets = target.secrets.map((sealed) => this.ports.secrets.open(tenantId, webhookId, sealed));
      const headers = { ...signatureHeaders(event.id, at, body, secrets), 'content-type': CLOUD_EVENT_TYPE, 'user-agent': 'Ampel-Webhooks/1' };
      return await post(target.url, headers, body, { ...this.options, signal: this.stop.signal });
    } catch (error) {
      if (error instanceof SecretCannotBeOpened) return { kind: 'unanswered', error: error.message };
      throw error;
    }
  }

  private async giveUpIfHopeless(webhook: Lane & Target, failingSince: number, attempts: readonly Attempted[]): Promise<void> {
    const gone = attempts.some((attempt) => attempt.gone);
    const givenUp = attempts.some((attempt) => isGivenUp({ failingSince, ...attempt }, this.options.schedule));
    if (gone || givenUp) await this.ports.disable(webhook, gone ? 'gone' : 'failures');
  }
}

interface Attempted {
  /** There was nothing to send: the log does not have the event. */
  readonly lost: boolean;
  readonly delivered: boolean;
  readonly gone: boolean;
  /** It was the last attempt of its delivery. */
  readonly exhausted: boolean;
  readonly firstTriedAt: number;
  readonly at: number;
}

function faultOf(answer: Answer | { kind: 'lost'; error: string }): string | null {
  if (answer.kind !== 'answered') return answer.error;
  const { status } = answer;
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `it answered ${status}, and redirects are not followed`;
  return `it answered ${status}`;
}
