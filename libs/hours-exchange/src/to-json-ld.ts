import { type Holiday, type OpeningHours, type OpensCloses } from '#domain/opening-hours/index';

/** What schema.org has no word for. */
export const OWN_TERMS = 'urn:ampel:hours:';

/** A document of JSON-LD; plain JSON. */
export type JsonLd = Record<string, unknown>;

/**
 * Opening hours as schema.org writes them: `openingHoursSpecification` for the week, `specialOpeningHoursSpecification` for dates and
 * holidays; closed is opens = closes = 00:00, as search engines ask for it. What schema.org has no word for (`ampel:`) is needed to read
 * the same hours back with `fromJsonLd`.
 */
export function toJsonLd(hours: OpeningHours): JsonLd {
  const { timeZone, weekly, special, publicHolidays, closedPermanently } = hours;
  return {
    '@context': ['https://schema.org', { ampel: OWN_TERMS }],
    '@type': 'LocalBusiness',
    ...(timeZone === undefined ? {} : { 'ampel:timeZone': timeZone }),
    ...(closedPermanently ? { 'ampel:closedPermanently': true } : {}),
    ...(publicHolidays ? { 'ampel:holidayCalendar': [publicHolidays.country, publicHolidays.region].filter(Boolean).join('/') } : {}),
    openingHoursSpecification: weekly.map(({ dayOfWeek, opens, closes }) => ({
      '@type': 'OpeningHoursSpecification',
      dayOfWeek: dayOfWeek.map((day) => `https://schema.org/${day}`),
      opens,
      closes,
    })),
    specialOpeningHoursSpecification: [
      ...special.flatMap(({ validFrom, validThrough, hours: open, name }, i) =>
        timesOf(open).map((times) => ({
          '@type': 'OpeningHoursSpecification',
          '@id': `#exception-${i}`,
          ...(name === undefined ? {} : { name }),
          validFrom,
          validThrough,
          ...times,
        })),
      ),
      ...(publicHolidays?.rows ?? []).flatMap(holiday),
    ],
  };
}

function holiday({ date, name, hours = [], struckOut, edited }: Holiday): JsonLd[] {
  return timesOf(hours).map((times) => ({
    '@type': 'OpeningHoursSpecification',
    '@id': `#holiday-${date}`,
    name,
    ...(struckOut ? { 'ampel:struckOut': true } : {}),
    ...(edited ? { 'ampel:edited': true } : {}),
    validFrom: date,
    validThrough: date,
    ...times,
  }));
}

function timesOf(hours: readonly OpensCloses[]): OpensCloses[] {
  return hours.length === 0 ? [{ opens: '00:00', closes: '00:00' }] : hours.map(({ opens, closes }) => ({ opens, closes }));
}
