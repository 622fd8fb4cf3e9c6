import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CLOCK, type Clock } from '#clock';
import type { EditHolidayBody, HolidayRow, HoursView } from '#contract';
import { findSite } from '#directory';
import { editHoliday, type Holiday, localDateAt, type OpeningHours, parseHours } from '#domain/opening-hours/index';
import { toICalendar, toJsonLd } from '#hours-exchange';
import { notFound, type RawBody } from '#http-kit';
import type { HoursOwner } from '#openings';
import { HoursCommands, hoursViewOf, type WishedHours } from '../hours-commands.js';
import type { Asked } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';
import { readHoursFile } from './read-hours-file.js';

/** What the routes for the hours of sites and of groups do; they differ only in whose hours they are. */
@Injectable()
export class HoursRoutes {
  constructor(
    private readonly hours: HoursCommands,
    private readonly scope: TenantScope,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Sets hours from a body of any format; `dryRun`: says what they would be and stores nothing. */
  async set(tenantId: string, owner: HoursOwner, body: RawBody, dryRun: boolean, asked: Asked): Promise<HoursView> {
    const tenant = await this.scope.present(tenantId);
    const wished = await readHoursFile(body);
    if (dryRun) return this.rehearse(tenantId, owner, wished);
    await this.hours.set(tenant, owner, wished, asked);
    return this.hours.show(tenantId, owner);
  }

  async remove(tenantId: string, owner: HoursOwner, asked: Asked): Promise<void> {
    await this.hours.set(await this.scope.present(tenantId), owner, null, asked);
  }

  /** The hours in the format that the caller prefers: JSON, iCalendar or JSON-LD. */
  async show(tenantId: string, owner: HoursOwner, accept: string | undefined, reply: FastifyReply): Promise<HoursView | string> {
    await this.scope.present(tenantId);
    const hours = await this.hours.read(tenantId, owner);
    void reply.header('vary', 'Accept');
    switch (preferred(accept)) {
      case 'text/calendar': {
        const stamp = this.clock.now();
        const timeZone = await this.zoneOf(tenantId, owner);
        const from = localDateAt(hours.timeZone ?? timeZone, stamp);
        void reply.header('content-type', 'text/calendar; charset=utf-8');
        return toICalendar(hours, { timeZone, from, stamp, id: `${owner.kind}-${owner.id}.ampel` });
      }
      case 'application/ld+json':
        void reply.header('content-type', 'application/ld+json; charset=utf-8');
        return JSON.stringify(toJsonLd(hours));
      default:
        return hoursViewOf(hours);
    }
  }

  async holidays(tenantId: string, owner: HoursOwner): Promise<{ holidays: HolidayRow[] }> {
    await this.scope.present(tenantId);
    return { holidays: rowsOf(await this.hours.read(tenantId, owner)).map(rowView) };
  }

  /** People change one row; every extension keeps it from then on. Refuses: `invalid-body`, `not-found` where there are no holidays. */
  async editHoliday(tenantId: string, owner: HoursOwner, date: string, body: EditHolidayBody, asked: Asked): Promise<HolidayRow> {
    const { name, intervals, counts } = body;
    assertDay(date, intervals);
    const edit = { date, name, ...(intervals ? { hours: intervals } : {}), ...(counts === false ? { struckOut: true as const } : {}) };
    await this.editRows(tenantId, owner, (rows) => editHoliday(rows, edit), asked);
    return rowView(rowsOf(await this.hours.read(tenantId, owner)).find((row) => row.date === date) ?? { date, name });
  }

  /** Strikes a row out: the day is like any other, and stays so when the calendar names it again. Refuses: `not-found`. */
  async removeHoliday(tenantId: string, owner: HoursOwner, date: string, asked: Asked): Promise<void> {
    const strikeOut = (rows: readonly Holiday[]): Holiday[] => {
      const row = rows.find((one) => one.date === date);
      if (!row) throw notFound();
      return editHoliday(rows, { date, name: row.name, struckOut: true });
    };
    await this.editRows(tenantId, owner, strikeOut, asked);
  }

  private async editRows(tenantId: string, owner: HoursOwner, edit: (rows: readonly Holiday[]) => Holiday[], asked: Asked): Promise<void> {
    const tenant = await this.scope.present(tenantId);
    const wished: WishedHours = (was) => {
      if (!was?.publicHolidays) throw notFound();
      return { ...was, publicHolidays: { ...was.publicHolidays, rows: edit(was.publicHolidays.rows) } };
    };
    await this.hours.set(tenant, owner, wished, asked);
  }

  private async rehearse(tenantId: string, owner: HoursOwner, wished: WishedHours): Promise<HoursView> {
    const timeZone = await this.zoneOf(tenantId, owner);
    const was = await this.hours.read(tenantId, owner).catch(() => null);
    return hoursViewOf(wished(was, timeZone, this.clock.now()));
  }

  private async zoneOf(tenantId: string, { kind, id }: HoursOwner): Promise<string> {
    if (kind === 'group') return 'UTC';
    const site = await this.scope.read(tenantId, (sql) => findSite(sql, tenantId, id));
    if (!site || site.removed) throw notFound();
    return site.timeZone;
  }
}

const FORMATS = ['text/calendar', 'application/ld+json', 'application/json'] as const;

/** Of the formats the one with the highest q; JSON if the caller does not say. */
function preferred(accept: string | undefined): (typeof FORMATS)[number] {
  let best: { format: (typeof FORMATS)[number]; q: number } = { format: 'application/json', q: 0 };
  for (const part of (accept ?? '').slice(0, 500).split(',')) {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const given = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    const q = Number.isFinite(given) ? given : 0;
    const format = FORMATS.find((one) => one === type) ?? (type === '*/*' || type === 'application/*' ? 'application/json' : undefined);
    if (format !== undefined && q > best.q) best = { format, q };
  }
  return best.format;
}

function rowsOf({ publicHolidays }: OpeningHours): readonly Holiday[] {
  if (!publicHolidays) throw notFound();
  return publicHolidays.rows;
}

function rowView({ date, name, hours, struckOut, edited }: Holiday): HolidayRow {
  return { date, name, ...(hours ? { intervals: [...hours] } : {}), counts: struckOut !== true, edited: edited === true };
}

/** The date and the hours of one day are read by the rules of dated exceptions. Refuses: `not-found` for no date, `invalid-body`. */
function assertDay(date: string, intervals: EditHolidayBody['intervals']): void {
  const day = (more: object) => ({ from: date, to: date, ...more });
  const weekly = [{ days: ['mo' as const], opens: '00:00', closes: '24:00' }];
  try {
    parseHours({ weekly, exceptions: [day({ closed: true as const })] }, () => 'known');
  } catch {
    throw notFound();
  }
  if (intervals === undefined) return;
  try {
    parseHours({ weekly, exceptions: [day({ intervals })] }, () => 'known');
  } catch (error) {
    const { extra } = error as { extra?: { errors?: { pointer: string; detail: string }[] } };
    for (const fault of extra?.errors ?? []) fault.pointer = fault.pointer.replace('/exceptions/0', '');
    throw error;
  }
}
