import { Controller, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  IMPORT_BODY_LIMIT,
  importAgentsBody,
  type ImportAgentsQuery,
  importAgentsQuery,
  type ImportReport,
  importReport,
} from '#contract';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, LargeBody, type Principal, Problem, Raw, type RawBody } from '#http-kit';
import { TenantScope } from '../tenant-scope.js';
import { ImportAgents } from './import-agents.js';
import type { Line } from './line.js';
import { linesOfCsv } from './read-csv.js';
import { linesOfJson } from './read-json.js';

/** Many agents at once, from a table or a list: who has the address is changed, who is not there is added. */
@ApiTags('admin: agents')
@Controller('admin/v1/tenants/:tenantId/agents/import')
export class ImportAgentsController {
  constructor(
    private readonly imports: ImportAgents,
    private readonly scope: TenantScope,
  ) {}

  @Post()
  @Allow('platform', 'owner', 'manager')
  @LargeBody(IMPORT_BODY_LIMIT, ['application/json', 'text/csv'], importAgentsBody)
  @Answers({
    status: 200,
    does:
      'Imports up to 5,000 agents from CSV (columns email, name, role, groups, active, statusOnLogin) or JSON, and tells of each line what ' +
      'became of it. The address decides who is meant; what is left out stays as it is. A bad line does not stop the others.',
    schema: importReport,
    refuses: { 400: ['unreadable-json'], 404: ['not-found'], 413: ['too-large'], 422: ['invalid-body', 'import-refused', 'idempotency-key-reused'] },
    idempotent: true,
  })
  async import(
    @Param('tenantId') tenantId: string,
    @Query({ schema: importAgentsQuery }) { dryRun, atomic, confirm }: ImportAgentsQuery,
    @Raw() body: RawBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<ImportReport> {
    const tenant = await this.scope.present(tenantId);
    const lines = linesOf(body);
    const run = { caller, confirm, idempotency };
    return dryRun ? this.imports.rehearse(tenant, lines, run) : this.imports.carryOut(tenant, lines, run, atomic);
  }
}

function linesOf({ bytes, mediaType }: RawBody): Line[] {
  switch (mediaType) {
    case 'text/csv':
      return linesOfCsv(bytes);
    case 'application/json':
      return linesOfJson(bytes);
    default:
      throw new Problem('unsupported-media-type', '');
  }
}
