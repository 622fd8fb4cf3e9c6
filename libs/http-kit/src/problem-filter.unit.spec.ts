import type { ArgumentsHost } from '@nestjs/common';
import { describe, expect, it, jest } from '@jest/globals';
import { createLogger, createMetrics } from '#observability';
import { errorCatalogue } from '#contract';
import { Problem } from './problem.js';
import { ProblemFilter } from './problem-filter.js';
import { RouteTable } from './route-table.js';

describe('an outage in the log', () => {
  it('takes one line a second however many are refused, and tells how many there were', () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(1_000);
    const lines: { alike: number; code: string }[] = [];
    const logger = { ...createLogger({ level: 'silent' }), warn: (fields: never) => void lines.push(fields) } as never;
    const filter = new ProblemFilter(errorCatalogue, new RouteTable(), logger, createMetrics());
    const refuse = (code: string): void => filter.catch(new Problem(code, 'away'), host());
    for (let i = 0; i < 500; i += 1) refuse('store-unavailable');
    refuse('shutting-down');
    expect(lines).toMatchObject([{ code: 'store-unavailable', alike: 0 }, { code: 'shutting-down', alike: 0 }]);
    now.mockReturnValue(2_000);
    refuse('store-unavailable');
    expect(lines.at(-1)).toMatchObject({ code: 'store-unavailable', alike: 499 });
    now.mockRestore();
  });
});

function host(): ArgumentsHost {
  const reply = { sent: false, raw: {}, code: () => reply, headers: () => reply, send: () => reply };
  const request = { method: 'POST', id: 'r', routeOptions: { url: '/x' }, headers: {} };
  return { switchToHttp: () => ({ getRequest: () => request, getResponse: () => reply }) } as never;
}
