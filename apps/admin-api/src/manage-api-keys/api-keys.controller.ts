import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PoolClient } from 'pg';
import {
  apiKeyPage,
  type ApiKeyView,
  apiKeyView,
  type ChangeApiKeyBody,
  changeApiKeyBody,
  type IssueApiKeyBody,
  issueApiKeyBody,
  type IssuedApiKey,
  issuedApiKey,
  type ListQuery,
  listQuery,
  rfc3339,
} from '#contract';
import {
  addApiKey,
  type ApiKeyRow,
  findApiKey,
  hashSecret,
  listApiKeys,
  newSecret,
  renameApiKey,
  revokeApiKey as revokeRow,
} from '#directory';
import { issueApiKey, revokeApiKey, tenantFold } from '#domain/tenant-settings/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, notFound, type Principal } from '#http-kit';
import { pageAnswer, pageAsked } from '../pages.js';
import { idMade, TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** API keys: how a tenant's own programs speak to this API. */
@ApiTags('admin: API keys')
@Controller('admin/v1/tenants/:tenantId/api-keys')
export class ApiKeysController {
  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
  ) {}

  @Post()
  @Allow('platform', 'owner')
  @Answers({
    status: 201,
    does: 'Issues a key and shows it this once.',
    schema: issuedApiKey,
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async issue(
    @Param('tenantId') tenantId: string,
    @Body({ schema: issueApiKeyBody }) body: IssueApiKeyBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<IssuedApiKey> {
    const tenant = await this.scope.present(tenantId);
    const id = this.commands.newId();
    const secret = newSecret();
    const handled = await this.commands.run(tenant, {
      streamId: `tenant-${tenantId}`,
      target: { kind: 'api-key', id },
      fold: tenantFold,
      caller,
      idempotency,
      decide: (state) => issueApiKey({ apiKeyId: id, role: body.role }, state),
      result: { id },
      within: (sql) => addApiKey(sql, tenantId, { id, ...body, secretHash: hashSecret(secret) }),
    });
    return handled.repeated ? { id: idMade(handled, id) } : { id, key: `ak_${tenantId}_${id}_${secret}` };
  }

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({
    status: 200,
    does: 'Lists the keys that are not revoked, without their secrets.',
    schema: apiKeyPage,
    refuses: { 404: ['not-found'] },
  })
  async list(@Param('tenantId') tenantId: string, @Query({ schema: listQuery }) query: ListQuery) {
    const page = pageAsked('apiKeys', query);
    const rows = await this.scope.read(tenantId, (sql) => listApiKeys(sql, tenantId, page));
    return pageAnswer('apiKeys', rows, query.limit, view);
  }

  @Patch(':apiKeyId')
  @Allow('platform', 'owner')
  @Answers({ status: 200, does: 'Changes the name.', schema: apiKeyView, refuses: { 404: ['not-found'] }, idempotent: true })
  async change(
    @Param('tenantId') tenantId: string,
    @Param('apiKeyId') apiKeyId: string,
    @Body({ schema: changeApiKeyBody }) { name }: ChangeApiKeyBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<ApiKeyView> {
    const tenant = await this.scope.present(tenantId);
    await this.commands.run(tenant, {
      streamId: `tenant-${tenantId}`,
      target: { kind: 'api-key', id: apiKeyId },
      fold: tenantFold,
      caller,
      idempotency,
      decide: () => [], // a name is no fact of the log: people's words stay in the directory
      within: async (sql) => {
        await assertLive(sql, tenantId, apiKeyId);
        if (name !== undefined) await renameApiKey(sql, tenantId, apiKeyId, name);
      },
    });
    const row = await this.scope.read(tenantId, (sql) => findApiKey(sql, tenantId, apiKeyId));
    if (!row) throw notFound();
    return view({ ...row, name: name ?? row.name });
  }

  @Delete(':apiKeyId')
  @Allow('platform', 'owner')
  @Answers({ status: 204, does: 'Revokes a key at once.', refuses: { 404: ['not-found'] }, idempotent: true })
  async revoke(
    @Param('tenantId') tenantId: string,
    @Param('apiKeyId') apiKeyId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    const tenant = await this.scope.present(tenantId);
    await this.commands.run(tenant, {
      streamId: `tenant-${tenantId}`,
      target: { kind: 'api-key', id: apiKeyId },
      fold: tenantFold,
      caller,
      idempotency,
      decide: (state) => revokeApiKey({ apiKeyId }, state),
      within: async (sql) => {
        await assertLive(sql, tenantId, apiKeyId);
        await revokeRow(sql, tenantId, apiKeyId);
      },
    });
  }
}

async function assertLive(sql: PoolClient, tenantId: string, apiKeyId: string): Promise<void> {
  const key = await findApiKey(sql, tenantId, apiKeyId);
  if (!key || key.revoked) throw notFound();
}

function view({ id, name, role, createdAt, lastUsedOn }: ApiKeyRow): ApiKeyView {
  return { id, name, role, createdAt: rfc3339(createdAt), lastUsedOn };
}
