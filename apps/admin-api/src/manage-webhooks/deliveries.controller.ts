import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PoolClient } from 'pg';
import { type DeliveriesQuery, deliveriesQuery, deliveryPage, type DeliveryView, deliveryView } from '#contract';
import { requestRedelivery, type Webhook, type WebhookEvent, webhookFold } from '#domain/tenant-settings/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, notFound, type Principal } from '#http-kit';
import { type DeliveryRow, findDelivery, findEndpoint, listDeliveries, redeliver } from '#webhooks';
import { pageAnswer, pageAsked } from '../pages.js';
import { TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';
import { deliveryAnswer } from './webhook-answers.js';

/** What was sent to a webhook, what waits, what failed. Kept for 35 days. */
@ApiTags('admin: webhooks')
@Controller('admin/v1/tenants/:tenantId/webhooks/:webhookId/deliveries')
export class DeliveriesController {
  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
  ) {}

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Lists the deliveries, newest first.', schema: deliveryPage, refuses: { 404: ['not-found'] } })
  async list(
    @Param('tenantId') tenantId: string,
    @Param('webhookId') webhookId: string,
    @Query({ schema: deliveriesQuery }) query: DeliveriesQuery,
  ) {
    const page = { ...pageAsked('deliveries', query), state: query.state };
    const rows = await this.scope.read(tenantId, async (sql) => {
      if (!(await findEndpoint(sql, tenantId, webhookId))) throw notFound();
      return listDeliveries(sql, tenantId, webhookId, page);
    });
    return pageAnswer('deliveries', rows, query.limit, deliveryAnswer);
  }

  @Get(':deliveryId')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Shows a delivery.', schema: deliveryView, refuses: { 404: ['not-found'] } })
  async show(
    @Param('tenantId') tenantId: string,
    @Param('webhookId') webhookId: string,
    @Param('deliveryId') deliveryId: string,
  ): Promise<DeliveryView> {
    return deliveryAnswer(await this.scope.read(tenantId, (sql) => present(sql, tenantId, webhookId, deliveryId)));
  }

  @Post(':deliveryId/redeliver')
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 202,
    does: 'Sends an event once more, at once, with all its attempts before it.',
    schema: deliveryView,
    refuses: { 404: ['not-found'], 409: ['webhook-disabled'] },
    idempotent: true,
  })
  async redeliver(
    @Param('tenantId') tenantId: string,
    @Param('webhookId') webhookId: string,
    @Param('deliveryId') deliveryId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<DeliveryView> {
    const tenant = await this.scope.present(tenantId);
    const { eventId } = await this.scope.read(tenantId, (sql) => present(sql, tenantId, webhookId, deliveryId));
    await this.commands.run<Webhook, WebhookEvent>(tenant, {
      streamId: `webhook-${webhookId}`,
      fold: webhookFold,
      caller,
      idempotency,
      target: { kind: 'webhook-delivery', id: deliveryId },
      decide: (webhook) => requestRedelivery({ deliveryId, eventId }, webhook),
      within: (sql) => redeliver(sql, tenantId, webhookId, deliveryId),
    });
    return deliveryAnswer(await this.scope.read(tenantId, (sql) => present(sql, tenantId, webhookId, deliveryId)));
  }
}

async function present(sql: PoolClient, tenantId: string, webhookId: string, deliveryId: string): Promise<DeliveryRow> {
  const row = (await findEndpoint(sql, tenantId, webhookId)) && (await findDelivery(sql, tenantId, webhookId, deliveryId));
  if (!row) throw notFound();
  return row;
}
