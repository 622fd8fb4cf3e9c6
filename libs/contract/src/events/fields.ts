import { z } from 'zod';
import { roleName, statusName, timestamp } from '../http/shared.js';

export const id = (of: string) => z.string().min(1).describe(`opaque id of ${of}`);
export const agentId = id('an agent');
export const sessionId = id('a session of an agent (one device)');
export const siteId = id('a site');
export const groupId = id('a group');
export const tenantId = id('a tenant');
export const groupIds = z.array(groupId);
export const status = statusName.describe('online, busy or offline');
export const role = roleName;
export const instant = timestamp;

/**
 * What the schemas of a family of events must be: one per type, none too many, each giving the data of the domain's event.
 * Used with `satisfies`, so that an event without a schema (or with another one) does not compile.
 */
export type SchemasOf<Event extends { readonly type: string; readonly data: object }> = {
  readonly [Type in Event['type']]: z.ZodType<Extract<Event, { readonly type: Type }>['data']>;
};
