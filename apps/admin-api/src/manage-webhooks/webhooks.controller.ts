import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type AddedWebhook,
  addedWebhook,
  type AddWebhookBody,
  addWebhookBody,
  type ChangeWebhookBody,
  changeWebhookBody,
  type ListQuery,
  listQuery,
  rfc3339,
  type RotatedWebhookSecret,
  rotatedWebhookSecret,
  type RotateWebhookSecretBody,
  rotateWebhookSecretBody,
  webhookPage,
  type WebhookView,
  webhookView,
} from '#contract';
import { type Settings, SETTINGS } from '#config';
import { addWebhook, changeWebhook, removeWebhook, rotateWebhookSecret, type Webhook, webhookFold } from '#domain/tenant-settings/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, notFound, type Principal, Problem } from '#http-kit';
import {
  addEndpoint,
  changeEndpoint,
  countEndpoints,
  disableEndpoint,
  enableEndpoint,
  findEndpoint,
  listEndpoints,
  newWebhookSecret,
  removeEndpoints,
  rotateSecret,
  WebhookSecrets,
} from '#webhooks';
import { pageAnswer, pageAsked } from '../pages.js';
import { idMade, TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';
import { addressOf } from './address-of.js';
import { webhookAnswer } from './webhook-answers.js';

/** Every event is looked at for each of them. */
const MOST_PER_TENANT = 50;

/** Webhooks: addresses a tenant has its events sent to, signed as Standard Webhooks says. */
@ApiTags('admin: webhooks')
@Controller('admin/v1/tenants/:tenantId/webhooks')
export class WebhooksController {
  private readonly rules: { loopback: boolean };

  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
    private readonly secrets: WebhookSecrets,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.rules = { loopback: settings.webhookLoopback ?? false };
  }

  @Post()
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 201,
    does: 'Adds a webhook, which gets what happens from now on, and shows its secret this once.',
    schema: addedWebhook,
    refuses: { 404: ['not-found'], 409: ['limit-reached'] },
    idempotent: true,
  })
  async add(
    @Param('tenantId') tenantId: string,
    @Body({ schema: addWebhookBody }) body: AddWebhookBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<AddedWebhook> {
    const tenant = await this.scope.present(tenantId);
    const { name, eventTypes } = body;
    const { url, address } = addressOf(body.url, this.rules);
    const id = this.commands.newId();
    const secret = newWebhookSecret();
    const handled = await this.commands.run(tenant, {
      streamId: `webhook-${id}`,
      fold: webhookFold,
      caller,
      idempotency,
      decide: (webhook) => addWebhook({ webhookId: id, address, eventTypes }, webhook),
      result: { id },
      within: async (sql) => {
        if ((await countEndpoints(sql, tenantId)) >= MOST_PER_TENANT) {
          throw new Problem('limit-reached', `A tenant has at most ${MOST_PER_TENANT} webhooks: remove one first.`);
        }
        await addEndpoint(sql, tenant, { id, name, url, eventTypes, secret: this.secrets.seal(tenantId, id, secret) });
      },
    });
    const view = await this.answer(tenantId, idMade(handled, id), { name, url }, handled.state);
    return handled.repeated ? view : { ...view, secret };
  }

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Lists the webhooks, without their secrets.', schema: webhookPage, refuses: { 404: ['not-found'] } })
  async list(@Param('tenantId') tenantId: string, @Query({ schema: listQuery }) query: ListQuery) {
    const page = pageAsked('webhooks', query);
    const rows = await this.scope.read(tenantId, (sql) => listEndpoints(sql, tenantId, page));
    return pageAnswer('webhooks', rows, query.limit, webhookAnswer);
  }

  @Get(':webhookId')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Shows a webhook, without its secret.', schema: webhookView, refuses: { 404: ['not-found'] } })
  async show(@Param('tenantId') tenantId: string, @Param('webhookId') webhookId: string): Promise<WebhookView> {
    const row = await this.scope.read(tenantId, (sql) => findEndpoint(sql, tenantId, webhookId));
    if (!row) throw notFound();
    return webhookAnswer(row);
  }

  @Patch(':webhookId')
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 200,
    does: 'Changes name, address or types, switches it off or on again.',
    schema: webhookView,
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async change(
    @Param('tenantId') tenantId: string,
    @Param('webhookId') webhookId: string,
    @Body({ schema: changeWebhookBody }) body: ChangeWebhookBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<WebhookView> {
    const tenant = await this.scope.present(tenantId);
    const { name, eventTypes, enabled } = body;
    const { url, address } = body.url === undefined ? {} : addressOf(body.url, this.rules);
    const { state } = await this.commands.run(tenant, {
      streamId: `webhook-${webhookId}`,
      fold: webhookFold,
      caller,
      idempotency,
      decide: (webhook) => changeWebhook({ address, eventTypes, enabled }, webhook),
      within: async (sql, { events }) => {
        await changeEndpoint(sql, tenantId, webhookId, { name, url, eventTypes });
        if (events.some(({ type }) => type === 'WebhookDisabled')) await disableEndpoint(sql, tenantId, webhookId, 'admin');
        if (events.some(({ type }) => type === 'WebhookEnabled')) await enableEndpoint(sql, tenantId, webhookId);
      },
    });
    return this.answer(tenantId, webhookId, { name, url }, state);
  }

  @Post(':webhookId/secret')
  @HttpCode(200)
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 200,
    does: 'Makes a new secret and shows it this once; for a while the old one signs too.',
    schema: rotatedWebhookSecret,
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async rotate(
    @Param('tenantId') tenantId: string,
    @Param('webhookId') webhookId: string,
    @Body({ schema: rotateWebhookSecretBody }) { overlapSeconds }: RotateWebhookSecretBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<RotatedWebhookSecret> {
    const tenant = await this.scope.present(tenantId);
    const secret = newWebhookSecret();
    const handled = await this.commands.run(tenant, {
      streamId: `webhook-${webhookId}`,
      fold: webhookFold,
      caller,
      idempotency,
      decide: (webhook) => rotateWebhookSecret({ overlapSeconds }, webhook),
      within: (sql) => rotateSecret(sql, tenantId, webhookId, this.secrets.seal(tenantId, webhookId, secret), overlapSeconds),
    });
    const row = await this.scope.read(tenantId, (sql) => findEndpoint(sql, tenantId, webhookId));
    const until = row?.previousSecretUntil ?? null;
    return { ...(handled.repeated ? {} : { secret }), previousSecretUntil: until === null ? null : rfc3339(until) };
  }

  @Delete(':webhookId')
  @Allow('platform', 'owner', 'manager')
  @Answers({ status: 204, does: 'Removes a webhook with its deliveries.', refuses: { 404: ['not-found'] }, idempotent: true })
  async remove(
    @Param('tenantId') tenantId: string,
    @Param('webhookId') webhookId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    const tenant = await this.scope.present(tenantId);
    await this.commands.run(tenant, {
      streamId: `webhook-${webhookId}`,
      fold: webhookFold,
      caller,
      idempotency,
      decide: (webhook) => {
        if (webhook.standing !== 'present') throw notFound();
        return removeWebhook(webhook);
      },
      within: (sql) => removeEndpoints(sql, tenantId, webhookId),
    });
  }

  /** The webhook as the command left it: a repeated one gives its first answer, whatever happened since. */
  private async answer(
    tenantId: string,
    webhookId: string,
    words: { name?: string | undefined; url?: string | undefined },
    state: Webhook,
  ): Promise<WebhookView> {
    const row = await this.scope.read(tenantId, (sql) => findEndpoint(sql, tenantId, webhookId));
    if (!row) throw notFound();
    const { eventTypes, disabledBecause } = state;
    return webhookAnswer({ ...row, name: words.name ?? row.name, url: words.url ?? row.url, eventTypes: [...eventTypes], disabledBecause });
  }
}
