import { Body, Controller, Delete, Get, Headers, Param, Put, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  type EditHolidayBody, editHolidayBody, type HolidayRow, holidayRow, holidayRows, hoursBody, type HoursView, hoursView, type SetHoursQuery, setHoursQuery,
} from '#contract';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, LargeBody, type Principal, Raw, type RawBody } from '#http-kit';
import type { HoursOwner } from '#openings';
import { HOURS_BODY_LIMIT, HOURS_MEDIA_TYPES } from './read-hours-file.js';
import { HoursRoutes } from './hours-routes.js';

const of = (id: string): HoursOwner => ({ kind: 'site', id });

/** Opening hours of a site (behaviour rule 3, D4-D6, D28). */
@ApiTags('admin: sites')
@Controller('admin/v1/tenants/:tenantId/sites/:siteId/hours')
export class SiteHoursController {
  constructor(private readonly hours: HoursRoutes) {}

  @Put()
  @Allow('platform', 'owner', 'manager')
  @LargeBody(HOURS_BODY_LIMIT, HOURS_MEDIA_TYPES, hoursBody)
  @Answers({
    status: 200,
    does: 
      'Sets the opening hours of a site, also from a file (iCalendar, JSON-LD). Boxes follow at once; agents keep their status. ' +
      'With `dryRun=true` nothing is stored, and the answer says what would be.',
    schema: hoursView,
    refuses: { 400: ['unreadable-json'], 404: ['not-found'], 413: ['too-large'], 422: ['invalid-body'] },
    idempotent: true,
  })
  async set(
    @Param('tenantId') tenantId: string,
    @Param('siteId') siteId: string,
    @Query({ schema: setHoursQuery }) { dryRun }: SetHoursQuery,
    @Raw() body: RawBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<HoursView> {
    return this.hours.set(tenantId, of(siteId), body, dryRun, { caller, idempotency });
  }

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @ApiProduces(...HOURS_MEDIA_TYPES)
  @Answers({
    status: 200,
    does: 'Shows the opening hours, with the holidays written out; by `Accept` also as iCalendar (text/calendar) or JSON-LD of schema.org (application/ld+json).',
    schema: hoursView,
    refuses: { 404: ['not-found'] },
  })
  async show(
    @Param('tenantId') tenantId: string,
    @Param('siteId') siteId: string,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HoursView | string> {
    return this.hours.show(tenantId, of(siteId), accept, reply);
  }

  @Delete()
  @Allow('platform', 'owner', 'manager')
  @Answers({ status: 204, does: 'Removes the opening hours of a site: it is open around the clock.', refuses: { 404: ['not-found'] }, idempotent: true })
  async remove(
    @Param('tenantId') tenantId: string,
    @Param('siteId') siteId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    await this.hours.remove(tenantId, of(siteId), { caller, idempotency });
  }

  @Get('holidays')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({
    status: 200,
    does: 'Lists the holidays that are written out, also those that were struck out (behaviour D28). 404 if the hours name no calendar of holidays.',
    schema: holidayRows,
    refuses: { 404: ['not-found'] },
  })
  async holidays(@Param('tenantId') tenantId: string, @Param('siteId') siteId: string): Promise<{ holidays: HolidayRow[] }> {
    return this.hours.holidays(tenantId, of(siteId));
  }

  @Put('holidays/:date')
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 200,
    does: 'Changes the holiday of a date, or adds one: its name, hours instead of a closed day, or that it does not count. The monthly extension keeps it.',
    schema: holidayRow,
    refuses: { 404: ['not-found'], 422: ['invalid-body'] },
    idempotent: true,
  })
  async editHoliday(
    @Param('tenantId') tenantId: string,
    @Param('siteId') siteId: string,
    @Param('date') date: string,
    @Body({ schema: editHolidayBody }) body: EditHolidayBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<HolidayRow> {
    return this.hours.editHoliday(tenantId, of(siteId), date, body, { caller, idempotency });
  }

  @Delete('holidays/:date')
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 204,
    does: 'Strikes the holiday of a date out: the day is like any other, also after the calendar was written out anew.',
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async removeHoliday(
    @Param('tenantId') tenantId: string,
    @Param('siteId') siteId: string,
    @Param('date') date: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    await this.hours.removeHoliday(tenantId, of(siteId), date, { caller, idempotency });
  }
}
