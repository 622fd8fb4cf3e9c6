import { describe, expect, it } from '@jest/globals';
import { plainQuestion } from './fast-status.js';

const path = '/widget/v1/sites';

describe('a question plain enough for the fast way', () => {
  it.each([
    [`${path}/KEY/status`, { key: 'KEY', group: null }],
    [`${path}/KEY/status?group=DE`, { key: 'KEY', group: 'DE' }],
    [`${path}/KEY/status?group=0197-a_b.c~d`, { key: 'KEY', group: '0197-a_b.c~d' }],
    [`${path}/KEY/status?visitor=v1`, { key: 'KEY', group: null }],
    [`${path}/KEY/status?group=DE&visitor=v1`, { key: 'KEY', group: 'DE' }],
    [`${path}/KEY/status?visitor=v1&group=DE`, { key: 'KEY', group: 'DE' }],
  ])('%s', (url, asked) => {
    expect(plainQuestion(url)).toEqual(asked);
  });

  it.each([
    `${path}/KEY/stream`,
    `${path}//status`,
    `${path}/KEY/status/`,
    `${path}/KEY/x/status`,
    `${path}/K%45Y/status`,
    `${path}/${'k'.repeat(101)}/status`,
    `${path}/KEY/status?`,
    `${path}/KEY/status?group=`,
    `${path}/KEY/status?group=a%20b`,
    `${path}/KEY/status?group=a+b`,
    `${path}/KEY/status?group=a&group=b`,
    `${path}/KEY/status?group=DEvisitor=v1`,
    `${path}/KEY/status?group=${'g'.repeat(101)}`,
    `${path}/KEY/status?other=1`,
    `${path}/KEY/status#x`,
    '/widget/v1/status',
    '',
  ])('not %s', (url) => {
    expect(plainQuestion(url)).toBeNull();
  });
});
