import { createHmac, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, SignJWT } from 'jose';
import { AccessTokens } from '#http-kit';
import { type Answered, Doors, type Home, PASSWORD, PLATFORM, TOKEN_SECRET } from './doors.fixture.js';

let doors: Doors;
let home: Home;
/** A person of the role owner: knocks at both doors. */
let good: { accessToken: string; refreshToken: string; sessionId: string };
let claims: Record<string, unknown>;
/** The key access tokens are signed with, as the service makes it of its secret. */
const key = createHmac('sha256', TOKEN_SECRET).update('ampel access token').digest();

beforeAll(async () => {
  doors = await Doors.open();
  home = await doors.addTenant('tokens');
  good = await home.openSession(await home.addAgent('owner', { role: 'owner' }));
  claims = decodeJwt(good.accessToken);
}, 60_000);
afterAll(() => doors?.close());

const seconds = () => Math.floor(Date.now() / 1000);
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = (changed: Record<string, unknown>, signedWith: Parameters<SignJWT['sign']>[0] = key, alg = 'HS256') => {
  const all = Object.fromEntries(Object.entries({ ...claims, ...changed }).filter(([, value]) => value !== undefined));
  return new SignJWT(all).setProtectedHeader({ alg }).sign(signedWith);
};
const parts = (token: string) => token.split('.') as [string, string, string];
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Forged, spoilt and misused tokens: what each is, and how it is made of a good one. */
const BAD: [what: string, make: () => string | Promise<string>][] = [
  ['expired', () => signed({ iat: seconds() - 700, exp: seconds() - 1 })],
  ['not yet valid', () => signed({ nbf: seconds() + 60 })],
  ['without an end', () => signed({ exp: undefined })],
  ['without a session', () => signed({ sid: undefined })],
  ['without a tenant', () => signed({ tid: undefined })],
  ['alg none', () => `${base64({ alg: 'none' })}.${parts(good.accessToken)[1]}.`],
  ['alg none, with the old signature', () => `${base64({ alg: 'none' })}.${parts(good.accessToken).slice(1).join('.')}`],
  ['alg None', () => `${base64({ alg: 'None' })}.${parts(good.accessToken)[1]}.`],
  ['HS384 by the right key', () => signed({}, createHmac('sha384', TOKEN_SECRET).update('ampel access token').digest(), 'HS384')],
  ['HS512 by the right key', () => signed({}, Buffer.concat([key, key]), 'HS512')],
  ['RS256 by a key of their own', () => signed({}, rsa.privateKey, 'RS256')],
  ['HS256 with a public key as the secret', () => signed({}, Buffer.from(rsa.publicKey.export({ type: 'spki', format: 'pem' })))],
  ['a key inside the token (jwk)', () => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', jwk: rsa.publicKey.export({ format: 'jwk' }) }).sign(rsa.privateKey)],
  ['a critical extension nobody knows', () => `${base64({ alg: 'HS256', crit: ['x'], x: 1 })}.${parts(good.accessToken).slice(1).join('.')}`],
  ['another audience', () => signed({ aud: 'admin' })],
  ['no audience', () => signed({ aud: undefined })],
  ['another issuer', () => signed({ iss: 'https://evil.example' })],
  ['no issuer', () => signed({ iss: undefined })],
  ['another key', () => signed({}, Buffer.alloc(32, 7))],
  ['the bare secret as the key', () => signed({}, Buffer.from(TOKEN_SECRET))],
  ['an empty key', () => `${parts(good.accessToken).slice(0, 2).join('.')}.${createHmac('sha256', '').update('x').digest('base64url')}`],
  ['truncated by a sign', () => good.accessToken.slice(0, -1)],
  ['truncated to its payload', () => parts(good.accessToken).slice(0, 2).join('.')],
  ['truncated to its head', () => parts(good.accessToken)[0]],
  ['its signature twice', () => `${good.accessToken}.${parts(good.accessToken)[2]}`],
  ['a payload with another role', () => [parts(good.accessToken)[0], base64({ ...claims, role: 'manager' }), parts(good.accessToken)[2]].join('.')],
  ['a payload with another tenant', () => [parts(good.accessToken)[0], base64({ ...claims, tid: 'other' }), parts(good.accessToken)[2]].join('.')],
  ['a payload that is no JSON', () => `${parts(good.accessToken)[0]}.eA.${parts(good.accessToken)[2]}`],
  ['very long', () => `ey${'J'.repeat(8_000)}`],
];

const OWN_DOOR = '/agent/v1/status';
const read = (url: string, token: string) => doors.ask('GET', url, { token });
const expectRefused = ({ status, body, headers, text }: Answered) => {
  expect([status, body?.code, headers['www-authenticate']]).toEqual([401, 'unauthenticated', 'Bearer']);
  expect(text).not.toMatch(/jwt|signature|alg|expired|claim|jose|\bat .*\.(js|ts)/i);
};

describe('an access token', () => {
  it('that is good opens both doors', async () => {
    expect((await read(OWN_DOOR, good.accessToken)).status).toBe(200);
    expect((await read(home.path, good.accessToken)).status).toBe(200);
    expect((await read(OWN_DOOR, await signed({}))).status).toBe(200); // so what follows is refused for what is wrong with it
  });

  it('lives ten minutes at most', () => {
    expect(Number(claims['exp']) - Number(claims['iat'])).toBeLessThanOrEqual(600);
  });

  it.each(BAD)('that is %s is refused at both doors, with the body of any other, before and after a good one', async (_what, make) => {
    const token = await make();
    for (const url of [OWN_DOOR, home.path]) {
      const other = await read(url, 'eyJhbGciOiJIUzI1NiJ9.e30.bm90aGluZw');
      for (let i = 0; i < 2; i += 1) {
        const answer = await read(url, token);
        expectRefused(answer);
        expect(answer.text).toBe(other.text);
      }
    }
  });

  it('refused once as too early is not remembered as good or bad: what counts is the moment', async () => {
    let now = Date.now();
    const tokens = new AccessTokens(TOKEN_SECRET, { now: () => now });
    const early = await signed({ nbf: seconds() + 60 });
    expect(tokens.verify(early)).toBeNull();
    now += 61_000;
    expect(tokens.verify(early)).not.toBeNull();
    now += 600_000;
    expect([tokens.verify(early), tokens.remembered(early)]).toEqual([null, undefined]);
  });

  it.each(['access_token', 'token', 'authorization', 'bearer', 'api_key', 'key'])('in the query (?%s=) opens nothing', async (name) => {
    for (const url of [OWN_DOOR, home.path]) {
      const answer = await doors.ask('GET', `${url}?${name}=${good.accessToken}`);
      expectRefused(answer);
      expect(answer.text).toBe((await doors.ask('GET', url)).text);
    }
  });

  it('in a cookie or a body opens nothing, and in another scheme neither', async () => {
    expectRefused(await doors.ask('GET', OWN_DOOR, { headers: { cookie: `access_token=${good.accessToken}; authorization=${good.accessToken}` } }));
    expectRefused(await doors.ask('POST', `${OWN_DOOR}/preview`, { body: { status: 'online', access_token: good.accessToken } }));
    for (const scheme of ['Basic', 'Token', 'bearer:', 'Bearer  ', '']) {
      expectRefused(await doors.ask('GET', OWN_DOOR, { headers: { authorization: `${scheme} ${good.accessToken}` } }));
    }
  });
});

describe('a refresh token', () => {
  const rotate = (refreshToken: string) => doors.ask('POST', '/agent/v1/tokens', { body: { refreshToken } });

  it('is no access token', async () => {
    for (const url of [OWN_DOOR, home.path]) expectRefused(await read(url, good.refreshToken));
  });

  it('cannot be an access token, one of a session nobody knows, or altered: one body for all', async () => {
    const [, tenant, session, generation, mac = ''] = good.refreshToken.split('_');
    const forged = [
      good.accessToken,
      `rt_${tenant}_${session}_${Number(generation) + 1}_${mac}`,
      `rt_${home.id}_never-was_1_${mac}`,
      `rt_other_${session}_${generation}_${mac}`,
      `rt_${tenant}_${session}_${generation}_${'A'.repeat(43)}`,
      new AccessTokens('another secret, as long as this one', { now: () => Date.now() }).issueRefresh({
        tenantId: tenant ?? '',
        sessionId: session ?? '',
        generation: 1,
      }),
      new AccessTokens(TOKEN_SECRET, { now: () => Date.now() }).issueRefresh({ tenantId: home.id, sessionId: 'never-was', generation: 1 }),
      good.refreshToken.slice(0, -1),
      `${good.refreshToken}A`,
      good.refreshToken.toUpperCase(),
      PLATFORM,
    ];
    const answers = await Promise.all(forged.map(rotate));
    for (const answer of answers) expectRefused(answer);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect((await read(OWN_DOOR, good.accessToken)).status).toBe(200); // and nobody was signed out by it
  });

  it('used twice revokes the whole family: the newest refresh token, and every access token of it', async () => {
    const thief = await home.openSession(await home.addAgent('robbed'));
    const first = (await rotate(thief.refreshToken)).body;
    const second = (await rotate(first.refreshToken)).body;
    expect((await read(OWN_DOOR, second.accessToken)).status).toBe(200);
    expect([(await rotate(thief.refreshToken)).status, (await rotate(second.refreshToken)).status]).toEqual([401, 401]);
    for (const { accessToken } of [thief, first, second]) expect((await read(OWN_DOOR, accessToken)).status).toBe(401);
  });
});

describe('an API key', () => {
  const unknown = () => read(home.path, `ak_${home.id}_never-was_${'0'.repeat(64)}`);

  it('opens the admin API only', async () => {
    const { key: apiKey } = await home.addKey('owner');
    expect((await read(home.path, apiKey)).status).toBe(200);
    expect((await read(OWN_DOOR, apiKey)).status).toBe(403);
  });

  it('revoked, of a removed tenant, with another secret, of another key or tenant: the body of one that never was', async () => {
    const [kept, revoked] = [await home.addKey('owner'), await home.addKey('owner')];
    await doors.did('DELETE', `${home.path}/api-keys/${revoked.id}`);
    const gone = await doors.addTenant('gone');
    const ofGone = await gone.addKey('owner');
    expect((await read(gone.path, ofGone.key)).status).toBe(200);
    await doors.did('DELETE', gone.path);
    const secret = kept.key.split('_').at(-1) ?? '';
    const other = secret.replace(/^./, (first) => (first === '0' ? '1' : '0'));
    const bad = [
      revoked.key,
      ofGone.key,
      `ak_${home.id}_${kept.id}_${other}`,
      `ak_${home.id}_${revoked.id}_${secret}`,
      `ak_${gone.id}_${kept.id}_${secret}`,
      kept.key.toUpperCase().replace('AK_', 'ak_'),
      kept.key.slice(0, -1),
      `${kept.key}0`,
    ];
    const { text } = await unknown();
    for (const token of bad) {
      const answer = await read(home.path, token);
      expectRefused(answer);
      expect(answer.text).toBe(text);
    }
    expect((await read(home.path, kept.key)).status).toBe(200);
  });

  it("of a removed tenant's person neither: the session has ended with the tenant", async () => {
    const gone = await doors.addTenant('gone-too');
    const person = await gone.person('owner', 'boss');
    await doors.did('DELETE', gone.path);
    for (const url of [OWN_DOOR, gone.path]) expect([401, 410]).toContain((await read(url, person.accessToken)).status);
    const signIn = { tenant: gone.slug, email: 'boss@gone-too.example', password: PASSWORD, device: { kind: 'desktop' } };
    const [removed, never] = [signIn, { ...signIn, tenant: 'never-was' }].map((body) => doors.ask('POST', '/agent/v1/sessions', { body }));
    expect((await removed)?.text).toBe((await never)?.text);
    expect((await removed)?.status).toBe(401);
  });

  it("the platform's token opens no door of agents, and nearly it opens nothing", async () => {
    expect((await read(OWN_DOOR, PLATFORM)).status).toBe(403);
    for (const nearly of [PLATFORM.slice(0, -1), `${PLATFORM}x`, PLATFORM.toUpperCase(), `${PLATFORM.slice(0, -1)}${'s'.codePointAt(0)}`]) {
      expectRefused(await read(home.path, nearly));
    }
  });
});
