import { describe, expect, it } from '@jest/globals';
import { errorInLog } from './error-in-log.js';
import { createLogger } from './logger.js';

const WORD = 'canary';
/** As pg throws it. */
const ofPostgres = (code: string, message: string): Error =>
  Object.assign(new Error(message), {
    name: 'error',
    severity: 'ERROR',
    code,
    detail: `Failing row contains (${WORD}@people.example, ${WORD}).`,
    where: `COPY agent, line 1: "${WORD}"`,
    hint: `not ${WORD}`,
    constraint: 'agent_name_check',
    table: 'agent',
  });
const ofJson = (): Error => {
  try {
    return JSON.parse(`{"name": ${WORD}}`) as never;
  } catch (error) {
    return error as Error;
  }
};

describe('an error in the log', () => {
  it.each<[string, unknown]>([
    ['a row that broke a rule', ofPostgres('23514', 'new row for relation "agent" violates check constraint "agent_name_check"')],
    ['a value that cannot be read', ofPostgres('22P02', `invalid input syntax for type integer: "${WORD}"`)],
    ['a text that is no JSON', ofJson()],
    ['an address in the words', new Error(`no mailbox for ${WORD}@people.example`)],
    ['a password in a URL', new Error(`connect to postgres://user:${WORD}@db.example:5432 failed`)],
    ['a property of the error', Object.assign(new TypeError('Invalid URL'), { input: `http://${WORD}`, code: 'ERR_INVALID_URL' })],
    ['what is no error', { name: WORD }],
    ['the cause of a cause', new Error('outer', { cause: new Error('inner', { cause: ofPostgres('22023', `bad value '${WORD}'`) }) })],
  ])('tells nothing of what was sent: %s', (_what, error) => {
    const lines: string[] = [];
    createLogger({ destination: { write: (line) => void lines.push(line) } }).error({ err: error }, 'failed');
    expect(lines.join('')).not.toContain(WORD);
  });

  it('tells its name, code and place, where it was thrown, and its causes', () => {
    const told = errorInLog(new Error('the store refused', { cause: ofPostgres('23514', 'new row for relation "agent" violates check constraint') }));
    expect(told).toMatchObject({
      type: 'Error',
      message: 'the store refused',
      stack: expect.stringContaining('error-in-log.unit.spec.ts'),
      cause: { type: 'error', code: '23514', message: expect.stringContaining('relation "agent"'), table: 'agent', constraint: 'agent_name_check' },
    });
  });

  it('ends where causes go round', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(errorInLog(error)).match(/round/g)?.length).toBeLessThan(40);
  });
});
