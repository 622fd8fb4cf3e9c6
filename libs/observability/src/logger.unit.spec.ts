import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.js';
import { createMetrics } from './metrics.js';

describe('log lines', () => {
  it('are JSON with the time in UTC, and hold no secret somebody passed along', () => {
    const lines: string[] = [];
    const logger = createLogger({ fields: { roles: 'agent-api' }, destination: { write: (line) => void lines.push(line) } });
    logger.info({ password: 'p1', request: { headers: { authorization: 'Bearer t1' } }, body: { refreshToken: 'r1' } }, 'said');
    const [line = ''] = lines;
    expect(JSON.parse(line)).toMatchObject({ msg: 'said', roles: 'agent-api', time: expect.stringMatching(/Z$/), password: '(not logged)' });
    expect(line).not.toMatch(/p1|t1|r1/);
  });

  it('below the level are not written', () => {
    const lines: string[] = [];
    createLogger({ level: 'warn', destination: { write: (line) => void lines.push(line) } }).info('quiet');
    expect(lines).toEqual([]);
  });
});

describe('metrics', () => {
  it('asking twice for a name gives the same metric', async () => {
    const metrics = createMetrics({ processMetrics: false });
    for (let i = 0; i < 2; i++) metrics.counter('beats_total', 'Beats', ['kind']).inc({ kind: 'a' });
    expect(await metrics.text()).toContain('beats_total{kind="a"} 2');
  });
});
