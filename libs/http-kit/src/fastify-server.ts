import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import type { Metrics } from '#observability';
import type { FastLane } from './fast-lane.js';
import { BODY_LIMIT, readJsonBodies } from './json-body.js';
import { answerOf, type ErrorCatalogue, nowhere, Problem } from './problem.js';
import type { RouteTable } from './route-table.js';

/** Limits of one connection. Milliseconds: a whole request, its headers, an idle connection. */
const LIMITS = { requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: 72_000, maxHeaderSize: 16 * 1024 };

/** What every answer carries unless the route says otherwise: an API's answer is data and nothing else (targets 4). */
const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

interface AdapterParts {
  readonly catalogue: ErrorCatalogue;
  readonly routes: RouteTable;
  readonly lane: FastLane;
  readonly metrics: Metrics;
  /** While it says yes, every answer asks its client to come back on another connection. */
  isStopping(): boolean;
}

/** The Fastify adapter as all processes of the house use it: limits, strict JSON, problem+json down to the socket, fast lane, metrics. */
export function createAdapter(parts: AdapterParts): FastifyAdapter {
  const { catalogue, routes, lane, metrics, isStopping } = parts;
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    genReqId: () => uuidv7(),
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: (error: Error & { code?: string }, socket: Socket) => answerClientError(error, socket, catalogue),
    // the router answers a malformed or over-long path before any route: there is nothing there
    frameworkErrors: (_error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      const { status, headers, body } = answerOf(nowhere(), catalogue);
      void reply.code(status).headers({ ...SAFE_HEADERS, ...headers }).send(JSON.stringify(body));
    },
    serverFactory: (handler: RequestListener) => {
      const server: Server = createServer(LIMITS, (request, response) => {
        if (isStopping()) response.shouldKeepAlive = false;
        if (!lane.take(request, response)) handler(request, response);
      });
      server.keepAliveTimeout = LIMITS.keepAliveTimeout;
      return server;
    },
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  readJsonBodies(fastify);
  routes.watch(fastify);
  answerSafely(fastify);
  measure(fastify, metrics);
  return adapter;
}

function answerSafely(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    for (const name in SAFE_HEADERS) if (!reply.hasHeader(name)) reply.header(name, SAFE_HEADERS[name]);
    done(null, payload);
  });
}

function measure(fastify: FastifyInstance, metrics: Metrics): void {
  const help = 'Time from the request to the end of its answer';
  const seconds = metrics.histogram('ampel_http_request_duration_seconds', help, ['method', 'route', 'status']);
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
}

/** What cannot be read as HTTP gets a problem as well, and the connection ends. */
function answerClientError(error: Error & { code?: string }, socket: Socket, catalogue: ErrorCatalogue): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const { status, headers, body } = answerOf(clientProblem(error.code), catalogue);
  const text = JSON.stringify(body);
  const head = { ...headers, 'content-length': Buffer.byteLength(text), connection: 'close' };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} ${String(body['title'])}\r\n${lines.join('\r\n')}\r\n\r\n${text}`);
}

function clientProblem(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('headers-too-large', 'The headers may have at most 16 KiB together.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('request-timeout', 'The request did not arrive within 30 s.');
    default:
      return new Problem('unreadable-request', 'This could not be read as an HTTP request.');
  }
}
