import { SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { at, ManualClock } from '#testing';
import { ACCESS_TOKEN_SECONDS, AccessTokens } from './access-token.js';
import type { AgentPrincipal } from './principal.js';

const anna: AgentPrincipal = { kind: 'agent', agentId: 'A', sessionId: 's-1', tenantId: 't1', partition: 3, role: 'manager' };
const SECRET = 'a secret of the specs, 32 letters';

describe('tokens of a session', () => {
  let clock: ManualClock;
  let tokens: AccessTokens;

  beforeEach(() => {
    clock = new ManualClock(at('12:00:00'));
    tokens = new AccessTokens(SECRET, clock);
  });

  it('an access token proves the session for ten minutes, to the second', () => {
    const token = tokens.issue(anna);
    expect(tokens.verify(token)).toEqual(anna);
    clock.advance(ACCESS_TOKEN_SECONDS * 1000 - 1);
    expect(tokens.remembered(token)).toEqual(anna);
    clock.advance(1);
    expect(tokens.remembered(token)).toBeUndefined();
    expect(tokens.verify(token)).toBeNull();
  });

  it('is proven once and remembered', () => {
    const token = tokens.issue(anna);
    expect(tokens.remembered(token)).toBeUndefined();
    tokens.verify(token);
    expect(tokens.remembered(token)).toEqual(anna);
  });

  it('more of them than are remembered: who has been there last stays', () => {
    tokens = new AccessTokens(SECRET, clock, 2);
    const [first, second, third] = ['s-1', 's-2', 's-3'].map((sessionId) => tokens.issue({ ...anna, sessionId })) as [string, string, string];
    for (const token of [first, second, first, third]) expect(tokens.verify(token)).not.toBeNull();
    expect([first, second, third].filter((token) => tokens.remembered(token))).toEqual([first, third]);
  });

  it('survives a restart', () => {
    const token = tokens.issue(anna);
    expect(new AccessTokens(SECRET, clock).verify(token)).toEqual(anna);
  });

  it('refuses tokens of another secret, another algorithm, another audience, altered ones, and what is none', async () => {
    const token = tokens.issue(anna);
    const foreign = new AccessTokens('another secret of the specs, 32', clock).issue(anna);
    const [head = '', body = '', signature = ''] = token.split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
    const promoted = Buffer.from(body, 'base64url').toString().replace('manager', 'owner');
    const altered = `${head}.${Buffer.from(promoted).toString('base64url')}.${signature}`;
    const audience = await new SignJWT({ sid: 's', tid: 't', prt: 1, role: 'owner' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('A')
      .setIssuer('ampel')
      .setAudience('widget')
      .setExpirationTime('1h')
      .sign(Buffer.from(SECRET));
    for (const bad of [foreign, none, altered, audience, 'ey', 'eyJ.x.y', '']) expect(tokens.verify(bad)).toBeNull();
  });

  it('a refresh token tells its session and generation, and only ours is read', () => {
    const claims = { tenantId: 't1', sessionId: 's-1', generation: 7 };
    const token = tokens.issueRefresh(claims);
    expect(tokens.readRefresh(token)).toEqual(claims);
    expect(tokens.readRefresh(token.replace('_7_', '_8_'))).toBeNull();
    expect(tokens.readRefresh(new AccessTokens('another secret of the specs, 32', clock).issueRefresh(claims))).toBeNull();
    for (const bad of ['', 'rt_', 'rt_t1_s-1_7_', `${token}x`, token.slice(0, -1), 'rt_t1_s-1_-1_x']) {
      expect(tokens.readRefresh(bad)).toBeNull();
    }
  });

  it('an access token is no refresh token and the other way round', () => {
    expect(tokens.readRefresh(tokens.issue(anna))).toBeNull();
    expect(tokens.reader(tokens.issueRefresh({ tenantId: 't1', sessionId: 's-1', generation: 1 }))).toBeNull();
  });
});
