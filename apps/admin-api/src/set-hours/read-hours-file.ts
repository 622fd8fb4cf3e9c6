import { hoursBody } from '#contract';
import { parseHours } from '#domain/opening-hours/index';
import { fromICalendar, fromJsonLd } from '#hours-exchange';
import { BODY_LIMIT, invalid, parseJson, Problem, type RawBody, readAs } from '#http-kit';
import type { WishedHours } from '../hours-commands.js';
import { wishHours } from '../wish-hours.js';

/** Bytes of a file: a calendar of three years with all its dated days. JSON is held to what every route takes. */
export const HOURS_BODY_LIMIT = 256 * 1024;
export const HOURS_MEDIA_TYPES = ['application/json', 'application/ld+json', 'text/calendar'] as const;

/**
 * The hours that a body asks for: as the contract writes them, or a file of another program. Every fault is `invalid-body` with its place,
 * an RFC 6901 pointer or `line 12`. The calendars of holidays are loaded only where one is named.
 */
export async function readHoursFile({ bytes, mediaType }: RawBody): Promise<WishedHours> {
  switch (mediaType) {
    case 'application/json': {
      if (bytes.length > BODY_LIMIT) throw new Problem('too-large', `A body of JSON may have at most ${BODY_LIMIT / 1024} KiB here.`);
      const read = readAs(hoursBody, parseJson(bytes));
      if ('faults' in read) throw invalid('invalid-body', read.faults);
      return wishHours((knows) => parseHours(read.value, knows));
    }
    case 'application/ld+json': {
      const document = parseJson(bytes);
      return wishHours((knows) => fromJsonLd(document, knows));
    }
    case 'text/calendar': {
      const text = utf8(bytes);
      return wishHours((knows) => fromICalendar(text, knows));
    }
    default:
      throw new Problem('unsupported-media-type', '');
  }
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('invalid-body', [{ pointer: '', detail: 'must be text in UTF-8' }]);
  }
}
