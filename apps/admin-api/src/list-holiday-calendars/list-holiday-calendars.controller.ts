import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type HolidayCalendars, holidayCalendars, type HolidayCalendarsQuery, holidayCalendarsQuery } from '#contract';
import { loadHolidayCalendars } from '#holidays';
import { Allow, Answers } from '#http-kit';
import { TenantScope } from '../tenant-scope.js';

/** Which countries and regions hours may take holidays from (behaviour D28): for people to choose by name. */
@ApiTags('admin: sites')
@Controller('admin/v1/tenants/:tenantId/holiday-calendars')
export class ListHolidayCalendarsController {
  constructor(private readonly scope: TenantScope) {}

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({
    status: 200,
    does: 'Lists the countries whose public holidays are known, with their regions, by name: what `holidays` of opening hours may say.',
    schema: holidayCalendars,
    refuses: { 404: ['not-found'] },
  })
  async list(
    @Param('tenantId') tenantId: string,
    @Query({ schema: holidayCalendarsQuery }) { language }: HolidayCalendarsQuery,
  ): Promise<HolidayCalendars> {
    await this.scope.present(tenantId);
    const calendars = await loadHolidayCalendars();
    const byName = (names: Record<string, string>) =>
      Object.entries(names)
        .map(([code, name]) => ({ code, name }))
        .sort((a, b) => a.name.localeCompare(b.name, language));
    const countries = byName(calendars.countries(language)).map((country) => ({ ...country, regions: byName(calendars.regions(country.code, language)) }));
    return { countries };
  }
}
