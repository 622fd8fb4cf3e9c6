import { BadRequestException, HttpException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { errorCatalogue } from '#contract';
import { answerOf, invalid, Problem } from './problem.js';
import { problemOf } from './problem-of.js';

const named = (name: string, more: object = {}): Error => Object.assign(new Error('inside'), { name, ...more });
const statusOf = (error: unknown): [number, unknown] => {
  const { status, body } = answerOf(problemOf(error), errorCatalogue);
  return [status, body['code']];
};

describe('errors as clients are told them', () => {
  it.each<[string, unknown, number, string]>([
    ['a refusal of the rules', named('Refusal', { code: 'confirmation-required', detail: 'd' }), 409, 'confirmation-required'],
    ['an unknown thing', named('Refusal', { code: 'not-found', detail: 'There is no such group.' }), 404, 'not-found'],
    ['writers that met', named('ConflictError'), 409, 'conflict'],
    ['a key used twice', named('IdempotencyKeyReused'), 422, 'idempotency-key-reused'],
    ['a store that is away', named('StoreUnavailable'), 503, 'store-unavailable'],
    ['a commit nobody knows of', named('StoreOutcomeUnknown'), 503, 'store-unavailable'],
    ['a refused connection', named('Error', { code: 'ECONNREFUSED' }), 503, 'store-unavailable'],
    ['a Postgres that is stopping', named('error', { code: '57P01' }), 503, 'store-unavailable'],
    ['a body that is too large', new HttpException('x', 413), 413, 'too-large'],
    ['another media type', new HttpException('x', 415), 422, 'unsupported-media-type'],
    ['a route that is not there', new NotFoundException('Cannot GET /x'), 404, 'not-found'],
    ['a problem within', new BadRequestException('x', { cause: new Problem('unreadable-json', 'd') }), 400, 'unreadable-json'],
    ['a fault of ours', new TypeError('x is undefined'), 500, 'internal'],
    ['something that is no error', 'just a text', 500, 'internal'],
    ['a code that is in no catalogue', new Problem('made-up', 'd'), 500, 'internal'],
  ])('%s', (_what, error, status, code) => {
    expect(statusOf(error)).toEqual([status, code]);
  });

  it('tells nothing of the cause of what nobody foresaw', () => {
    const { body } = answerOf(problemOf(new Error('password=secret at /home/x.ts')), errorCatalogue);
    expect(JSON.stringify(body)).not.toMatch(/secret|home/);
  });

  it('a store that is away says when to come back', () => {
    expect(answerOf(problemOf(named('StoreUnavailable')), errorCatalogue).headers['retry-after']).toBe('1');
  });

  it('extra members never replace those every problem has', () => {
    const { body } = answerOf(new Problem('conflict', 'd', { status: 1, code: 'x', state: { version: 6 } }), errorCatalogue);
    expect(body).toMatchObject({ status: 409, code: 'conflict', state: { version: 6 } });
  });

  it('another media type is told with the header that names it', () => {
    const { body } = answerOf(problemOf(new HttpException('x', 415)), errorCatalogue);
    expect(body).toMatchObject({ errors: [{ pointer: 'Content-Type', detail: 'must be application/json' }] });
  });

  it('names the first place and counts the others', () => {
    const problem = invalid('invalid-body', [{ pointer: '/a', detail: 'is wrong' }, { pointer: '/b', detail: 'too' }]);
    expect(problem.detail).toBe('/a: is wrong (and 1 more)');
  });

  it('every code has a title of its own and an error status', () => {
    const entries = Object.values(errorCatalogue);
    expect(new Set(entries.map(({ title }) => title)).size).toBe(entries.length);
    expect(entries.every(({ status }) => status >= 400 && status < 600)).toBe(true);
  });
});
