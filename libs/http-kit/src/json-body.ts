import type { FastifyInstance } from 'fastify';
import { hostileInput } from './hostile-input.js';
import { largeBodyOf, readLargeBodies } from './large-body.js';
import { invalid, Problem } from './problem.js';

/** contract: "body 16 KiB" (targets 4). Bytes. */
export const BODY_LIMIT = 16 * 1024;

/**
 * Reads JSON bodies strictly: UTF-8 without fault, then JSON; an empty body is no body (the schema says whether one is needed).
 * 400 `unreadable-json` for anything else, 422 `invalid-body` for what no schema should ever meet; every other media type is 422 `unsupported-media-type`.
 */
export function readJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  readLargeBodies(fastify, BODY_LIMIT);
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (request, body: Buffer, done) => {
    if (largeBodyOf(request)) return done(null, body); // read by the slice, once the caller is proven
    if (body.length === 0) return done(null, undefined);
    try {
      done(null, parseJson(body));
    } catch (cause) {
      done(cause as Error, undefined);
    }
  });
}

/** Bytes to a JSON value. Throws the Problems `unreadable-json` and `invalid-body`. */
export function parseJson(bytes: Uint8Array): unknown {
  const value = decode(bytes);
  const hostile = hostileInput(value);
  if (hostile) throw invalid('invalid-body', [hostile]);
  return value;
}

function decode(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    const errors = [{ pointer: '', detail: 'is not JSON in UTF-8' }];
    throw new Problem('unreadable-json', 'The body could not be read as JSON in UTF-8.', { errors }, { cause });
  }
}
