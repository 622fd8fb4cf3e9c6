import { describe, expect, it } from '@jest/globals';
import { natsServers } from './nats-servers.js';
import { factsOfPartition, factSubject, InvalidSubject, publishedSubject, subjectToken, subscribedSubject } from './subjects.js';

describe('subjects', () => {
  it.each(['', 'a.b', 'a b', '*', '>', 'a>', 'ü', 'a\n', 'a\u0000', 'x'.repeat(201)])('the word %j is refused as a token', (word) => {
    expect(() => subjectToken(word)).toThrow(InvalidSubject);
    expect(() => factSubject({ partition: 0, tenantId: word, kind: 'event', type: 'T' })).toThrow(InvalidSubject);
  });

  it('tell version, partition, tenant, kind and type of a fact', () => {
    const tenantId = '0190b5a8-7c1e-7000-8000-000000000001';
    expect(factSubject({ partition: 12, tenantId, kind: 'event', type: 'StatusChanged' })).toBe(`v1.12.${tenantId}.event.StatusChanged`);
    expect(factsOfPartition('box', 3)).toBe('v1.3.*.box.*');
  });

  it.each(['bell', 'bell.1', 'ask.now', '$JS.API.INFO'])('%s can be published on', (subject) => {
    expect(publishedSubject(subject)).toBe(subject);
  });

  it.each(['bell.*', 'bell..1', '.bell', 'bell.', 'be ll', '>'])('%j cannot be published on', (subject) => {
    expect(() => publishedSubject(subject)).toThrow(InvalidSubject);
  });

  it.each(['bell.*', 'v1.>', '>', '*.*'])('%s can be subscribed to', (subject) => {
    expect(subscribedSubject(subject)).toBe(subject);
  });

  it.each(['bell.>.x', 'b*', 'a..b', ''])('%j cannot be subscribed to', (subject) => {
    expect(() => subscribedSubject(subject)).toThrow(InvalidSubject);
  });
});

describe('the URL of NATS', () => {
  it('may carry a user, who has an inbox of the own, a password and several servers', () => {
    expect(natsServers('nats://me:p%40ss@one:4333, nats://two')).toEqual({ servers: ['one:4333', 'two:4222'], user: 'me', pass: 'p@ss', inboxPrefix: '_INBOX.me' });
  });

  it('may carry a token, and ask for TLS', () => {
    expect(natsServers('tls://secret@one')).toEqual({ servers: ['one:4222'], token: 'secret', tls: {} });
  });

  it.each(['', 'one:4222', 'http://one', 'nats://'])('%j is refused with a sentence', (url) => {
    expect(() => natsServers(url)).toThrow('must look like nats://');
  });
});
