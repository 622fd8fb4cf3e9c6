import { createHash } from 'node:crypto';
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { noticesBody, type NoticesBody, type NoticesView, noticesView } from '#contract';
import { writeNotices } from '#conversations';
import { findSite } from '#directory';
import { type NoticeSettings, noticesWith } from '#domain/conversations/index';
import { changeNotices, type Site, type SiteEvent, siteFold } from '#domain/tenant-settings/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, notFound, type Principal } from '#http-kit';
import { readNotices } from '#read-model';
import { TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** What a site tells visitors who wait for an answer, and after how long (behaviour rule 5, D16). */
@ApiTags('admin: sites')
@Controller('admin/v1/tenants/:tenantId/sites/:siteId/notices')
export class SetNoticesController {
  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
  ) {}

  @Put()
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 200,
    does: 'Sets the notices of a site: delays, and texts in German and English. What is left out is as by default.',
    schema: noticesView,
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async set(
    @Param('tenantId') tenantId: string,
    @Param('siteId') siteId: string,
    @Body({ schema: noticesBody }) body: NoticesBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<NoticesView> {
    const tenant = await this.scope.present(tenantId);
    const notices = noticesWith(body);
    await this.commands.run<Site, SiteEvent>(tenant, {
      streamId: `site-${siteId}`,
      fold: siteFold,
      caller,
      idempotency,
      decide: (site) => changeNotices(told(notices), site),
      within: async (sql, { events }) => {
        if (events.length > 0) await writeNotices(sql, tenantId, siteId, body);
      },
    });
    return notices; // also of a repeated command: it had the same body
  }

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Shows the notices of a site.', schema: noticesView, refuses: { 404: ['not-found'] } })
  async show(@Param('tenantId') tenantId: string, @Param('siteId') siteId: string): Promise<NoticesView> {
    return this.scope.read(tenantId, async (sql) => {
      const row = await findSite(sql, tenantId, siteId);
      if (!row || row.removed) throw notFound();
      return readNotices(sql, { tenantId, siteId });
    });
  }
}

/** As an event tells them: people write names and numbers into texts, so these stay out of the log. */
function told({ language, busy, offline }: NoticeSettings) {
  const fingerprint = createHash('sha256').update(JSON.stringify([busy.texts, offline.texts])).digest('hex').slice(0, 16);
  return { busyDelaySeconds: busy.delaySeconds, offlineDelaySeconds: offline.delaySeconds, language, fingerprint };
}
