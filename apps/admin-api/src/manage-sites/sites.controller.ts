import { randomBytes } from 'node:crypto';
import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type AddSiteBody,
  addSiteBody,
  type ChangeSiteBody,
  changeSiteBody,
  type ListQuery,
  listQuery,
  sitePage,
  type SiteView,
  siteView,
} from '#contract';
import { addSite as addRow, changeSite as changeRow, findSite, listSites, removeSite as removeRow } from '#directory';
import { addSite, changeSite, removeSite, type Site, siteFold } from '#domain/tenant-settings/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, notFound, type Principal } from '#http-kit';
import { wakeSites } from '#openings';
import { readSites } from '#read-model';
import { pageAnswer, pageAsked } from '../pages.js';
import { HoursCommands } from '../hours-commands.js';
import { siteViewOf } from '../site-view.js';
import { idMade, TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** Bytes of a site's public key: it opens nothing, but nobody shall find sites by trying keys. */
const KEY_BYTES = 16;

/** Sites: the websites a tenant's chat box stands on. */
@ApiTags('admin: sites')
@Controller('admin/v1/tenants/:tenantId/sites')
export class SitesController {
  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
    private readonly hours: HoursCommands,
  ) {}

  @Post()
  @Allow('platform', 'owner', 'manager')
  @Answers({ status: 201, does: 'Adds a site.', schema: siteView, refuses: { 404: ['not-found'] }, idempotent: true })
  async add(
    @Param('tenantId') tenantId: string,
    @Body({ schema: addSiteBody }) body: AddSiteBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<SiteView> {
    const tenant = await this.scope.present(tenantId);
    const id = this.commands.newId();
    const key = randomBytes(KEY_BYTES).toString('hex');
    const { origins, timeZone } = body;
    const handled = await this.commands.run(tenant, {
      streamId: `site-${id}`,
      fold: siteFold,
      caller,
      idempotency,
      decide: (site) => addSite({ siteId: id, key, origins, timeZone }, site),
      result: { id },
      within: async (sql) => {
        await addRow(sql, tenantId, { id, key, ...body });
        await wakeSites(sql, tenant, [id]); // groups may have hours
      },
    });
    await this.hours.tell(tenant, [id]);
    return this.answer(tenantId, idMade(handled, id), body, handled.state);
  }

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Lists the sites.', schema: sitePage, refuses: { 404: ['not-found'] } })
  async list(@Param('tenantId') tenantId: string, @Query({ schema: listQuery }) query: ListQuery) {
    const page = pageAsked('sites', query);
    return this.scope.read(tenantId, async (sql) => {
      const rows = await listSites(sql, tenantId, page);
      const states = await readSites(sql, tenantId, rows.map(({ id }) => id));
      return pageAnswer('sites', rows, query.limit, (row) => siteViewOf(row, states.get(row.id) ?? {}));
    });
  }

  @Get(':siteId')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Shows a site.', schema: siteView, refuses: { 404: ['not-found'] } })
  async show(@Param('tenantId') tenantId: string, @Param('siteId') siteId: string): Promise<SiteView> {
    return this.scope.read(tenantId, async (sql) => {
      const row = await findSite(sql, tenantId, siteId);
      if (!row || row.removed) throw notFound();
      return siteViewOf(row, (await readSites(sql, tenantId, [siteId])).get(siteId) ?? {});
    });
  }

  @Patch(':siteId')
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 200,
    does: 'Changes name, origins or time zone.',
    schema: siteView,
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async change(
    @Param('tenantId') tenantId: string,
    @Param('siteId') siteId: string,
    @Body({ schema: changeSiteBody }) body: ChangeSiteBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<SiteView> {
    const tenant = await this.scope.present(tenantId);
    const { state } = await this.commands.run(tenant, {
      streamId: `site-${siteId}`,
      fold: siteFold,
      caller,
      idempotency,
      decide: (site) => changeSite(body, site),
      within: async (sql) => {
        await changeRow(sql, tenantId, siteId, body);
        if (body.timeZone !== undefined) await wakeSites(sql, tenant, [siteId]);
      },
    });
    if (body.timeZone !== undefined) await this.hours.tell(tenant, [siteId]);
    return this.answer(tenantId, siteId, body, state);
  }

  @Delete(':siteId')
  @Allow('platform', 'owner', 'manager')
  @Answers({ status: 204, does: 'Removes a site; its widgets find nothing any more.', refuses: { 404: ['not-found'] }, idempotent: true })
  async remove(
    @Param('tenantId') tenantId: string,
    @Param('siteId') siteId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    const tenant = await this.scope.present(tenantId);
    await this.commands.run(tenant, {
      streamId: `site-${siteId}`,
      fold: siteFold,
      caller,
      idempotency,
      decide: (site) => removeSite(present(site)),
      within: (sql) => removeRow(sql, tenantId, siteId),
    });
  }

  /** The site as the command left it: a repeated one gives its first answer, whatever happened since. */
  private async answer(tenantId: string, siteId: string, { name }: ChangeSiteBody, site: Site): Promise<SiteView> {
    const row = await this.scope.read(tenantId, (sql) => findSite(sql, tenantId, siteId));
    if (!row) throw notFound();
    return siteViewOf({ ...row, name: name ?? row.name, origins: [...site.origins], timeZone: site.timeZone }, site);
  }
}

function present(site: Site): Site {
  if (site.standing !== 'present') throw notFound();
  return site;
}
