import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type AuditPage, auditPage, type AuditQuery, auditQuery, rfc3339 } from '#contract';
import { type AuditRow, listAuditEntries } from '#directory';
import { Allow, Answers, pageOfRows } from '#http-kit';
import { pageAsked } from '../pages.js';
import { TenantScope } from '../tenant-scope.js';

/** Who changed what, when and from where, with what was so before and after. Written in the transaction of the action itself. */
@ApiTags('admin: audit')
@Controller('admin/v1/tenants/:tenantId/audit')
export class ReadAuditController {
  constructor(private readonly scope: TenantScope) {}

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Lists what admins did, newest first.', schema: auditPage, refuses: { 404: ['not-found'] } })
  async list(@Param('tenantId') tenantId: string, @Query({ schema: auditQuery }) query: AuditQuery): Promise<AuditPage> {
    const { after: before, limit } = pageAsked('audit', query);
    const { actorId, targetId } = query;
    const rows = await this.scope.read(tenantId, (sql) => listAuditEntries(sql, tenantId, { before, limit, actorId, targetId }));
    const page = pageOfRows(rows, query.limit, (last) => ({ of: 'audit', after: last.id }));
    return { entries: page.rows.map(view), nextCursor: page.nextCursor };
  }
}

function view({ id, at, actor, actorRole, sessionId, ip, action, target, before, after }: AuditRow): AuditPage['entries'][number] {
  return {
    id,
    at: rfc3339(at),
    actor: { ...actor, ...(actorRole === null ? {} : { role: actorRole }), ...(sessionId === null ? {} : { sessionId }) },
    ip,
    action,
    target,
    before: before as Record<string, unknown>,
    after: after as Record<string, unknown>,
  };
}
