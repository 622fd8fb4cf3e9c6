import { z } from 'zod';
import { opaqueId, statusName, timestamp } from './shared.js';

/** An id of a widget's query. Empty means absent: an element with an empty attribute asks for the site. */
const optionalId = z.union([z.literal(''), opaqueId]).optional();

/**
 * What no id of ours looks like, as an id that nobody has: one that is given more than once is joined by commas, characters that no
 * id may have are replaced, the rest is cut off. It is echoed as an unknown group's: behaviour D19, "never an error page".
 */
function asOpaqueId(given: unknown): unknown {
  const text = Array.isArray(given) ? given.join(',') : given;
  return typeof text === 'string' ? text.slice(0, 100).replace(/[\p{Cc}\p{Surrogate}]/gu, '\ufffd') : text;
}

/** `group` of everything a widget asks. */
export const optionalGroup = z
  .preprocess(asOpaqueId, optionalId)
  .optional()
  .describe('answer for this group of agents; an unknown, deleted or malformed one answers as the site (`group.found: false`)');

/** Query of both widget reads. Parameters not named here are ignored: pages add cache busters and campaign marks of their own. */
export const widgetQuery = z.object({
  group: optionalGroup,
  lang: z.string().max(35).optional().catch(undefined).describe('language of notices, e.g. `de` or `en-GB`; without it the language of the site'),
  visitor: optionalId
    .catch(undefined)
    .describe("the page's opaque id of its visitor, who is told notices on the stream; of no effect while the visitor is in no conversation, or if it is malformed"),
});

/** Query of the stream alone. */
export const widgetStreamQuery = widgetQuery.extend({
  ping: z
    .literal('event')
    .optional()
    .catch(undefined)
    .describe(
      '`event`: pings come as `event: ping` with `{at}`, the time of the service, and one right after the snapshot, instead of comments; ' +
        "for pages, which see no comments and whose clocks may be wrong",
    ),
});
export type WidgetStreamQuery = z.infer<typeof widgetStreamQuery>;
export type WidgetQuery = z.infer<typeof widgetQuery>;

/** The public identifier in the website's snippet. */
export const siteKeyParam = z.object({ siteKey: opaqueId });

/** What a box shows: the body of the status query and the data of a `status` frame (behaviour D21: never agents, names or counts). */
export const widgetStatus = z
  .object({
    status: statusName,
    since: timestamp,
    version: z.int().nonnegative().describe('never decreases for a box; drop a lower one, apply an equal one'),
    next: z.object({ at: timestamp, status: statusName }).nullable().describe('the known future from schedule and timers'),
    group: z
      .object({ id: z.string(), found: z.boolean() })
      .optional()
      .describe('only when asked for; `found: false` answers with the status of the site'),
    stale: z.literal(true).optional().describe('the service is cut off from the truth: this was right when it was last heard of'),
  })
  .meta({ id: 'WidgetStatus' });
export type WidgetStatus = z.infer<typeof widgetStatus>;
