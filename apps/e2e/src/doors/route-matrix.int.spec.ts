import { DiscoveryService, Reflector } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { declaredRoutes } from '#http-kit';
import { declaredRoutesOf } from './declared-routes.fixture.js';
import { Doors, PLATFORM } from './doors.fixture.js';
import { type Stage, walkRoutes } from './walk-routes.fixture.js';
import { type CallerKind, tooWide } from './who-may.fixture.js';

let doors: Doors;
let stage: Stage;

beforeAll(async () => {
  doors = await Doors.open();
  const [own, another] = [await doors.addTenant('own'), await doors.addTenant('another')];
  const tokens = new Map<CallerKind, string>([['platform', PLATFORM], ['a made-up token', `ak_${own.id}_never_${'0'.repeat(64)}`]]);
  for (const role of ['owner', 'manager', 'auditor', 'agent'] as const) {
    tokens.set(`key ${role}`, (await own.addKey(role)).key);
    tokens.set(`person ${role}`, (await own.person(role, role)).accessToken);
  }
  tokens.set('key owner of another', (await another.addKey('owner')).key);
  tokens.set('person owner of another', (await another.person('owner', 'boss')).accessToken);
  const revoked = await own.addKey('owner');
  await doors.did('DELETE', `${own.path}/api-keys/${revoked.id}`);
  tokens.set('revoked key', revoked.key);
  const disabled = await own.person('owner', 'disabled');
  await doors.did('PATCH', `${own.path}/agents/${disabled.agentId}`, { active: false });
  tokens.set('disabled person', disabled.accessToken);
  stage = {
    doors,
    ...(await declaredRoutesOf(doors)),
    own: await own.furnish(),
    foreign: await another.furnish(),
    tokenOf: async (caller) => tokens.get(caller),
  };
}, 60_000);
afterAll(() => doors?.close());

describe('every route of the three doors', () => {
  it('is walked: none is left out of OpenAPI but the answers to preflights', () => {
    const { app } = doors.service;
    const all = declaredRoutes(app.get(DiscoveryService), app.get(Reflector)).map(({ handler }) => handler);
    expect(stage.routes.length).toBeGreaterThan(60);
    const preflights = all.filter((handler) => handler.endsWith('.preflight'));
    const health = all.filter((handler) => handler.startsWith('HealthController.'));
    expect(all.length - preflights.length - health.length).toBe(stage.routes.length);
    expect(stage.routes.filter(({ method }) => method === 'OPTIONS')).toEqual([]);
  });

  it('declares no more than routes of its kind may', () => {
    const wide = stage.routes.flatMap((route) => tooWide(route).map((grant) => `${route.name}: ${grant}`));
    expect(wide).toEqual([]);
  });

  it('lets in whom it declares, tells everybody else so, and answers foreign ids as those that never were', async () => {
    expect(await walkRoutes(stage)).toEqual([]);
  }, 60_000);
});

describe('the walk notices', () => {
  const only = (...names: string[]): Stage => ({ ...stage, routes: stage.routes.filter(({ name }) => names.includes(name)) });
  const SITE = '/admin/v1/tenants/{tenantId}/sites/{siteId}';

  it('a route without its guard', async () => {
    const { config } = doors.service.app as unknown as { config: { getGlobalGuards(): CanActivate[] } };
    const guard = config.getGlobalGuards().find(({ constructor }) => constructor.name === 'AccessGuard') as CanActivate;
    const { canActivate } = guard;
    guard.canActivate = (context: ExecutionContext) =>
      context.getClass().name === 'SitesController' && context.getHandler().name === 'show' ? true : canActivate.call(guard, context);
    try {
      const lines = await walkRoutes(only(`GET ${SITE}`));
      expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/as nobody: 401 was expected, 200 came/)]));
      expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/as key owner, another tenant's: 404 .* came 200/)]));
    } finally {
      guard.canActivate = canActivate;
    }
    expect(await walkRoutes(only(`GET ${SITE}`))).toEqual([]);
  });

  it('a route that lets in too many, one that says nothing, and one that nobody spoke of', () => {
    const route = { method: 'PATCH', path: SITE, pathParams: [], query: {}, requiredQuery: [], keyed: false, isStream: false };
    expect(tooWide({ ...route, name: `PATCH ${SITE}`, grants: ['owner', 'agent', 'public'] })).toEqual(['agent', 'public']);
    expect(tooWide({ ...route, name: `PATCH ${SITE}`, grants: [] })).toEqual(['it says nothing (@Allow)']);
    expect(tooWide({ ...route, name: 'GET /elsewhere', grants: ['public'] })[0]).toContain('add one to WIDEST');
  });
});
