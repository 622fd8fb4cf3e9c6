import { expect, it } from '@jest/globals';
import { DEFAULT_NOTICES } from '#domain/conversations/index';
import { changedNotices, writtenNotices } from './changed-notices.js';

const view = structuredClone(DEFAULT_NOTICES) as Parameters<typeof writtenNotices>[0];
const written = writtenNotices(view);

it('what is as by default is left out, so that it goes on following the default', () => {
  expect(changedNotices(written)).toEqual({});
});

it('what differs is sent: one text, a delay, the language', () => {
  const changed = { ...written, language: 'en' as const, busy: { delay: '2,5', texts: { ...written.busy.texts, en: 'Back soon.' } } };
  expect(changedNotices(changed)).toEqual({ language: 'en', busy: { delaySeconds: 2.5, texts: { en: 'Back soon.' } } });
});

it.each(['', ' ', 'soon'])('a delay of %j is sent as one that the service refuses at its place', (delay) => {
  expect(changedNotices({ ...written, offline: { ...written.offline, delay } })).toEqual({ offline: { delaySeconds: -1 } });
});
