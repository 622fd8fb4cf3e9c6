import { setTimeout as pause } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from '#observability';
import type { OpenStreams } from './open-streams.js';

/**
 * From the wish to stop to the cutting of connections (contract: 10 s for all): the drain and what requests under way may still take. ms
 */
const STOP_MS = 6000;

/** While stopping, how often connections that have become idle are closed. ms */
const SWEEP_MS = 20;

/**
 * Stops in the order that loses no command. Drain: `/readyz` says 503 and everything is still answered, each answer telling its connection
 * to close, until balancers have noticed. Then nobody new is let in, streams end, what is under way is finished, or cut when time is up.
 * @param drainMs how long balancers take to notice; 0 = nobody is in front
 */
export async function stopServing(app: NestFastifyApplication, streams: OpenStreams, drainMs: number, logger: Logger): Promise<void> {
  if (drainMs > 0) await pause(drainMs);
  streams.stop();
  const server = app.getHttpServer();
  // Node closes the connections that are idle when a stop begins; those whose last request ends later would stay open for a minute.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const cut = setTimeout(() => {
    logger.warn('requests were still under way: their connections are cut');
    server.closeAllConnections();
  }, STOP_MS - drainMs);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}
