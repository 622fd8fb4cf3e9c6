import { z } from 'zod';
import { groupId, id, instant, siteId, status } from './fields.js';

/** Data of the one message that is no event of the log: what visitors see changed. Evidence of it is the shown log (behaviour D25). */
export const boxChanges = {
  SiteStatusChanged: z
    .object({
      siteId,
      groupId: groupId.nullable().describe("null: the site's own box"),
      status,
      previousStatus: status.nullable().describe('null: the box is shown for the first time'),
      since: instant.describe('when the status began to be so'),
      version: z.int().positive().describe('counter of the site, shared by all its boxes; never decreases'),
      removed: z.boolean().describe("the group was deleted: this box answers with the site's status from now on"),
      cause: z.object({ eventId: id('the event'), type: z.string() }).describe('the event that decided it'),
    })
    .describe('What a chat box shows has changed, for the site itself or for one of its groups.'),
};

export type SiteStatusChangedData = z.infer<typeof boxChanges.SiteStatusChanged>;
