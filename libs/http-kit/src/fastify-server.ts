import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import type { Logger, Metrics, Tracing } from '#observability';
import type { AnswerHeaders } from './answer-headers.js';
import type { ClientAddresses } from './client-address.js';
import type { FastLane } from './fast-lane.js';
import { BODY_LIMIT, readJsonBodies } from './json-body.js';
import { logAnswers } from './log-line.js';
import { answerOf, type ErrorCatalogue, nowhere, Problem, type ProblemAnswer } from './problem.js';
import type { RouteTable } from './route-table.js';
import { traceRequests } from './trace-requests.js';

/** Bytes of all headers and the address together. */
const MAX_HEADER_SIZE = 16 * 1024;
/** A browser sends some twenty, a proxy adds some. */
const MAX_HEADERS = 100;
/** Characters of path and query; the longest of ours, with a cursor, has a fifth of it. */
const MAX_URL = 8 * 1024;
/** An idle connection lives so long: longer than a balancer's, which must not find one closed that it is about to use. Milliseconds. */
const KEEP_ALIVE_MS = 72_000;
/** A whole request has to arrive in so many seconds unless the settings say otherwise. */
const REQUEST_SECONDS = 30;

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
  readonly answerHeaders: AnswerHeaders;
  readonly metrics: Metrics;
  readonly addresses: ClientAddresses;
  readonly tracing?: Tracing | null;
  readonly logger?: Logger;
  /** Within which a whole request has to arrive. */
  readonly requestSeconds?: number | undefined;
  /** While it says yes, every answer asks its client to come back on another connection. */
  isStopping(): boolean;
}

/** The Fastify adapter as all processes of the house use it: limits, strict JSON, problem+json down to the socket, fast lane, metrics. */
export function createAdapter(parts: AdapterParts): FastifyAdapter {
  const { catalogue, routes, lane, answerHeaders, metrics, addresses, isStopping, requestSeconds = REQUEST_SECONDS } = parts;
  /** What each connection is asked at the moment, but for the fast lane. */
  const underWay = new WeakMap<Socket, IncomingMessage>();
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: addresses.behindProxies && addresses.isTrusted,
    genReqId: () => uuidv7(),
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: (error: Error & { code?: string }, socket: Socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
      const request = underWay.get(socket);
      const more = request === undefined || request.complete ? {} : answerHeaders.of(request);
      answerClientError(answerOf(clientProblem(error.code, requestSeconds), catalogue), more, socket);
    },
    // the router answers a malformed or over-long path before any route: there is nothing there
    frameworkErrors: (_error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      const { status, headers, body } = answerOf(nowhere(), catalogue);
      void reply.code(status).headers({ ...SAFE_HEADERS, ...headers }).send(JSON.stringify(body));
    },
    serverFactory: (handler: RequestListener) => {
      const server: Server = createServer(connectionLimits(requestSeconds), (request, response) => {
        if (isStopping()) response.shouldKeepAlive = false;
        const unfit = unfitHead(request);
        if (unfit) return answerUnfit(answerOf(unfit, catalogue), answerHeaders.of(request), request, response);
        lane.handle(request, response, () => {
          underWay.set(request.socket, request);
          handler(request, response);
        });
      });
      server.keepAliveTimeout = KEEP_ALIVE_MS;
      return server;
    },
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  readJsonBodies(fastify);
  routes.watch(fastify);
  answerHeaders.putOn(fastify);
  answerSafely(fastify);
  if (parts.tracing) traceRequests(fastify, parts.tracing);
  measure(fastify, metrics);
  if (parts.logger?.isLevelEnabled('debug')) logAnswers(fastify, parts.logger);
  return adapter;
}

function connectionLimits(requestSeconds: number): NonNullable<Parameters<typeof createServer>[0]> {
  const requestTimeout = requestSeconds * 1000;
  return {
    requestTimeout,
    headersTimeout: requestTimeout / 2,
    connectionsCheckingInterval: Math.min(5_000, requestTimeout / 4), // Node looks that often
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEADER_SIZE,
  };
}

/** What is wrong with a request's address and headers as a whole, before anything looks into them. */
function unfitHead({ url = '', rawHeaders }: IncomingMessage): Problem | null {
  if (url.length > MAX_URL) return new Problem('url-too-long', `Path and query may have at most ${MAX_URL / 1024} KiB together.`);
  return rawHeaders.length > 2 * MAX_HEADERS ? new Problem('headers-too-large', `There may be at most ${MAX_HEADERS} headers.`) : null;
}

/** Whatever else comes on this connection is not read. */
function answerUnfit({ status, headers, body }: ProblemAnswer, more: object, request: IncomingMessage, response: ServerResponse): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { ...SAFE_HEADERS, ...more, ...headers, 'content-length': Buffer.byteLength(text), connection: 'close' });
  response.end(request.method === 'HEAD' ? undefined : text);
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
function answerClientError({ status, headers, body }: ProblemAnswer, more: object, socket: Socket): void {
  const text = JSON.stringify(body);
  const head = { ...more, ...headers, 'content-length': Buffer.byteLength(text), connection: 'close' };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} ${String(body['title'])}\r\n${lines.join('\r\n')}\r\n\r\n${text}`);
}

function clientProblem(code: string | undefined, requestSeconds: number): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('headers-too-large', 'The headers may have at most 16 KiB together.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('request-timeout', `The request did not arrive within ${requestSeconds} s.`);
    default:
      return new Problem('unreadable-request', 'This could not be read as an HTTP request.');
  }
}
