import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import type { Metrics } from '#observability';
import type { ClientAddresses } from './client-address.js';
import type { FastLane } from './fast-lane.js';
import { BODY_LIMIT, readJsonBodies } from './json-body.js';
import { answerOf, type ErrorCatalogue, nowhere, Problem } from './problem.js';
import type { RouteTable } from './route-table.js';

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
  readonly metrics: Metrics;
  readonly addresses: ClientAddresses;
  /** Within which a whole request has to arrive. */
  readonly requestSeconds?: number | undefined;
  /** While it says yes, every answer asks its client to come back on another connection. */
  isStopping(): boolean;
}

/** The Fastify adapter as all processes of the house use it: limits, strict JSON, problem+json down to the socket, fast lane, metrics. */
export function createAdapter(parts: AdapterParts): FastifyAdapter {
  const { catalogue, routes, lane, metrics, addresses, isStopping, requestSeconds = REQUEST_SECONDS } = parts;
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: addresses.behindProxies && addresses.isTrusted,
    genReqId: () => uuidv7(),
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: (error: Error & { code?: string }, socket: Socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
      else answerClientError(clientProblem(error.code, requestSeconds), socket, catalogue);
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
        if (unfit) answerUnfit(unfit, request, response, catalogue);
        else lane.handle(request, response, () => handler(request, response));
      });
      server.keepAliveTimeout = KEEP_ALIVE_MS;
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
function answerUnfit(problem: Problem, request: IncomingMessage, response: ServerResponse, catalogue: ErrorCatalogue): void {
  const { status, headers, body } = answerOf(problem, catalogue);
  const text = JSON.stringify(body);
  response.writeHead(status, { ...SAFE_HEADERS, ...headers, 'content-length': Buffer.byteLength(text), connection: 'close' });
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
function answerClientError(problem: Problem, socket: Socket, catalogue: ErrorCatalogue): void {
  const { status, headers, body } = answerOf(problem, catalogue);
  const text = JSON.stringify(body);
  const head = { ...headers, 'content-length': Buffer.byteLength(text), connection: 'close' };
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
