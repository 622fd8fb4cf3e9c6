import { Body, Controller, Get, Module, Param, Post, Query, Req, Res } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { listQuery } from '#contract';
import type { Settings } from '#config';
import { createLogger } from '#observability';
import { Allow, Answers, Caller, IdempotencyKey, OpenStreams, type Principal, type IdempotencyOf, frame, runService, type Service, withEtag } from './index.js';

const orderBody = z.strictObject({ name: z.string().min(1).max(20), amount: z.int().min(1).max(9).optional(), device: z.strictObject({ kind: z.enum(['a', 'b']) }).optional() });
const order = z.object({ name: z.string() }).meta({ id: 'Order' });

@Controller('orders')
class OrdersController {
  constructor(private readonly streams: OpenStreams) {}

  @Post(':id')
  @Allow('platform')
  @Answers({ status: 201, does: 'Takes an order.', schema: order, idempotent: true, refuses: { 409: ['conflict'] } })
  take(@Body({ schema: orderBody }) body: z.infer<typeof orderBody>, @Param('id') id: string, @Caller() caller: Principal, @IdempotencyKey() key?: IdempotencyOf) {
    return { name: body.name, id, caller, key };
  }

  @Get()
  @Allow('public')
  @Answers({ status: 200, does: 'Lists orders.' })
  list(@Query({ schema: listQuery }) query: z.infer<typeof listQuery>) {
    return query;
  }

  @Get('versioned')
  @Allow('public')
  versioned(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return withEtag(request, reply, { version: 3 });
  }

  @Get('broken')
  @Allow('public')
  broken() {
    throw new Error('secret internals');
  }

  @Get('manager-only')
  @Allow('manager')
  managerOnly() {
    return {};
  }

  @Get('stream')
  @Allow('public')
  stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    this.streams.open(request, reply).send(frame({ event: 'state', id: 7, data: { a: 1 } }));
  }
}

@Module({ controllers: [OrdersController] })
class OrdersModule {}

const settings: Settings = {
  production: false, host: '127.0.0.1', port: 0, dataDir: '/nonexistent', databaseUrl: 'postgres://nobody@127.0.0.1:1/none', natsUrl: 'nats://127.0.0.1:1',
  adminToken: 'test-admin-token', leaseSeconds: 120, heartbeatSeconds: 30, tokenSecret: 'x'.repeat(32), seed: 'none', logLevel: 'silent',
};

describe('runService', () => {
  let service: Service;
  beforeAll(async () => {
    service = await runService({ roles: ['agent-api'], modules: [OrdersModule], settings, logger: createLogger({ level: 'silent' }) });
  });
  afterAll(() => service.close());

  const call = (path: string, init?: RequestInit) => fetch(service.url + path, init);
  const post = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    call('/orders/1', { method: 'POST', body: body as BodyInit, headers: { 'content-type': 'application/json', authorization: 'Bearer test-admin-token', ...headers } });

  it('probe', async () => {
    const show = async (r: Response) => console.log(r.status, JSON.stringify(Object.fromEntries(r.headers)), await r.text());
    await show(await post(JSON.stringify({ name: 'x' }), { 'idempotency-key': 'k1' }));
    await show(await post(JSON.stringify({ name: '', amount: 1e400, x: 1, device: { kind: 'z', y: 2 } })));
    await show(await post('{"name":"x","__proto__":{}}'));
    await show(await post('{"name":"\\u0000"}'));
    await show(await post('{"name":"\\ud800"}'));
    await show(await post('{"name"'));
    await show(await post(new Uint8Array([0x22, 0xff, 0x22])));
    await show(await post(''));
    await show(await post('[]'));
    await show(await post('[' .repeat(8000) + ']'.repeat(8000)));
    await show(await post('x'.repeat(17000)));
    await show(await post('{}', { 'content-type': 'text/plain' }));
    await show(await post('{}', { authorization: '' }));
    await show(await post('{"name":"x"}', { 'idempotency-key': 'a b' }));
    await show(await post('{"name":"x"}', { 'x-big': 'y'.repeat(20000) }));
    for (const p of ['/orders', '/orders?limit=0', '/orders?limit=501', '/orders?limit=1e2', '/orders?limit=5&limit=6', '/orders?x=1&__proto__=1', '/orders?cursor=%00', '/orders/versioned', '/orders/broken', '/nowhere', '/orders/%ff', '/%', '/orders/' + 'a'.repeat(300), '/orders/manager-only', '/healthz', '/readyz', '/orders?cursor=%ff'])
      { console.log(p); await show(await call(p)); }
    await show(await call('/orders/versioned', { headers: { 'if-none-match': '"x", *' } }));
    await show(await call('/orders/manager-only', { headers: { authorization: 'Bearer test-admin-token' } }));
    for (const m of ['OPTIONS', 'HEAD', 'DELETE', 'PATCH']) { console.log(m); await show(await call('/orders', { method: m })); }
    await show(await call('/nowhere', { method: 'OPTIONS' }));
    const stream = await call('/orders/stream');
    console.log(stream.status, JSON.stringify(Object.fromEntries(stream.headers)));
    const reader = stream.body!.getReader();
    console.log(new TextDecoder().decode((await reader.read()).value));
    await show(await call('/orders/stream', { method: 'HEAD' }));
    console.log((await (await call('/openapi.json')).text()));
    const docs = await call('/docs');
    console.log(docs.status, docs.headers.get('content-security-policy'), (await docs.text()).length);
    for (const p of ['/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui-init.js', '/docs/nope', '/docs/../package.json', '/metrics']) { const r = await call(p); console.log(p, r.status, r.headers.get('content-type'), (await r.text()).slice(0, 100)); }
    const at = performance.now();
    await service.close();
    console.log('closed in', performance.now() - at, new TextDecoder().decode((await reader.read()).value));
  });
});
