import { describe, expect, it } from '@jest/globals';
import { isConnectionLost, isUnavailable } from './unavailable.js';

const coded = (code: string, message = 'said the server'): Error => Object.assign(new Error(message), { code });

describe('what counts as "the database is away"', () => {
  it.each([
    ['refused', coded('ECONNREFUSED'), true],
    ['reset', coded('ECONNRESET'), true],
    ['ended under us', new Error('Connection terminated unexpectedly'), true],
    ['took too long to connect', new Error('Connection terminated due to connection timeout'), true],
    ['does not answer (half-open)', new Error('Query read timeout'), true],
    ['is shut down', coded('57P01'), true],
    ['is starting', coded('57P03'), true],
    ['a protocol fault', coded('08006'), true],
    ['all attempts failed', new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]), true],
    ['has no connection free', coded('53300'), false],
    ['lets us wait for the pool', new Error('timeout exceeded when trying to connect'), false],
    ['ended the statement for its time', coded('57014'), false],
    ['is full', coded('53100'), false],
    ['is a replica now', coded('25006'), false],
  ])('%s', (_what, error, lost) => {
    expect([isUnavailable(error), isConnectionLost(error)]).toEqual([true, lost]);
    const wrapped = new Error('wrapped', { cause: new Error('again', { cause: error }) });
    expect([isUnavailable(wrapped), isConnectionLost(wrapped)]).toEqual([true, lost]);
  });

  it.each([
    ['a broken rule', coded('23505')],
    ['a missing right', coded('42501')],
    ['a bad value', coded('22P02')],
    ['our own fault', new TypeError('x is undefined')],
    ['no error at all', 'ECONNREFUSED'],
    ['nothing', undefined],
  ])('not: %s', (_what, error) => {
    expect([isUnavailable(error), isConnectionLost(error)]).toEqual([false, false]);
  });
});
