import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  apiKeyPage,
  type ApiKeyView,
  type IssueApiKeyBody,
  issueApiKeyBody,
  type IssuedApiKey,
  issuedApiKey,
  type ListQuery,
  listQuery,
  rfc3339,
} from '#contract';
import { addApiKey, findApiKey, type ApiKeyRow, hashSecret, listApiKeys, newSecret, revokeApiKey as revokeRow } from '#directory';
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
      fold: tenantFold,
      caller,
      idempotency,
      decide: (state) => revokeApiKey({ apiKeyId }, state),
      within: async (sql) => {
        const key = await findApiKey(sql, tenantId, apiKeyId);
        if (!key || key.revoked) throw notFound();
        await revokeRow(sql, tenantId, apiKeyId);
      },
    });
  }
}

function view({ id, name, role, createdAt }: ApiKeyRow): ApiKeyView {
  return { id, name, role, createdAt: rfc3339(createdAt) };
}
