import { Body, Controller, Delete, Get, Module, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Settings } from '#config';
import { listQuery } from '#contract';
import {
  Allow, Answers, Caller, frame, IdempotencyKey, type IdempotencyOf, OpenStreams, type Principal, Problem, withEtag,
} from './index.js';

const orderBody = z.strictObject({
  name: z.string().min(1).max(20),
  amount: z.int().min(1).max(9).optional(),
  device: z.strictObject({ kind: z.enum(['a', 'b']) }).optional(),
});
type OrderBody = z.infer<typeof orderBody>;
const orderView = z.object({ name: z.string() }).meta({ id: 'Order' });

/** Set by a spec: `GET /orders/slow` answers when it resolves. */
export const slowly: { until: Promise<void>; began: () => void } = { until: Promise.resolve(), began: () => undefined };

/** A made-up service that uses every part of the kit. */
@Controller('orders')
class OrdersController {
  constructor(private readonly streams: OpenStreams) {}

  @Post(':id')
  @Allow('platform')
  @Answers({ status: 201, does: 'Takes an order.', schema: orderView, idempotent: true, refuses: { 409: ['conflict'] } })
  take(
    @Body({ schema: orderBody }) body: OrderBody,
    @Param('id') id: string,
    @Caller() caller: Principal,
    @IdempotencyKey() key?: IdempotencyOf,
  ): object {
    return { name: body.name, id, caller, key };
  }

  @Delete(':id')
  @Allow('platform')
  @Answers({ status: 204, does: 'Takes an order back.', idempotent: true })
  takeBack(@IdempotencyKey() _key?: IdempotencyOf): void {}

  @Get()
  @Allow('public')
  @Answers({ status: 200, does: 'Lists orders.' })
  list(@Query({ schema: listQuery }) query: z.infer<typeof listQuery>): object {
    return query;
  }

  @Get('versioned')
  @Allow('public')
  versioned(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): object | undefined {
    return withEtag(request, reply, { version: 3 });
  }

  @Get('broken')
  @Allow('public')
  broken(): never {
    throw new Error('password=secret');
  }

  @Get('refused')
  @Allow('public')
  refused(): never {
    throw new Problem('conflict', 'd', { state: { version: 6 } });
  }

  @Get('slow')
  @Allow('public')
  async slow(): Promise<object> {
    slowly.began();
    await slowly.until;
    return { done: true };
  }

  @Get('managers')
  @Allow('manager')
  managers(): object {
    return {};
  }

  @Get('of/:tenantId')
  @Allow('platform', 'manager')
  ofTenant(@Param('tenantId') tenantId: string): object {
    return { tenantId };
  }

  @Get('stream')
  @Allow('public')
  stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.streams.open(request, reply).send(frame({ event: 'state', id: 7, data: { a: 1 } }));
  }
}

@Module({ controllers: [OrdersController] })
export class OrdersModule {}

@Controller('forgotten')
class ForgottenController {
  @Get()
  read(): object {
    return {};
  }
}

/** A route that does not say who may use it. */
@Module({ controllers: [ForgottenController] })
export class ForgottenModule {}

export function orderSettings(servers: { databaseUrl: string; natsUrl: string }): Settings {
  return {
    production: false,
    host: '127.0.0.1',
    port: 0,
    dataDir: '.ampel',
    ...servers,
    adminToken: 'insecure-admin-token',
    leaseSeconds: 120,
    heartbeatSeconds: 30,
    tokenSecret: 'insecure token secret of the specs',
    seed: 'none',
    logLevel: 'silent',
    drainSeconds: 0,
    streamReplicas: 1,
  };
}
