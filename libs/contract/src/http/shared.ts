import { z } from 'zod';

/** Any text a person writes: no control characters but line breaks and tabs, not blank, at most `max` characters. */
export const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
     
    .refine((s) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(s), 'must not contain control characters')
    .refine((s) => s.trim() !== '', 'must not be blank');

/** A name in one line: no control characters at all, not blank. Given back without blanks around it. */
export const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
     
    .refine((s) => !/[\u0000-\u001f\u007f\u2028\u2029]/.test(s), 'must not contain control characters')
    .refine((s) => s.trim() !== '', 'must not be blank')
    .transform((s) => s.trim());

/** An opaque id as clients send it back; a wrong one simply is not found. */
export const opaqueId = z
  .string()
  .min(1)
  .max(100)
   
  .refine((s) => !/[\u0000-\u001f\u007f]/.test(s), 'must not contain control characters');

/** RFC 3339 UTC with milliseconds: times at every boundary (contract, "HTTP conventions"). */
export const timestamp = z.iso.datetime({ precision: 3 }).describe('RFC 3339, UTC, milliseconds');

export const statusName = z.enum(['online', 'busy', 'offline']);
export const roleName = z.enum(['owner', 'manager', 'auditor', 'agent']);

/** `limit` of a list: 1..500, 100 without it (contract, "HTTP conventions"). */
export const limitParam = z
  .string()
  .regex(/^[0-9]{1,3}$/, 'must be a whole number from 1 to 500')
  .transform(Number)
  .pipe(z.int().min(1, 'must be a whole number from 1 to 500').max(500, 'must be a whole number from 1 to 500'))
  .default(100)
  .describe('1..500');

/** The opaque `cursor` of a list, as an earlier answer gave it in `nextCursor`. */
export const cursorParam = z.string().min(1).max(1000).optional();

/** Query of a list without filters. */
export const listQuery = z.strictObject({ limit: limitParam, cursor: cursorParam });

/** A page of a list. `nextCursor` is null on the last one. */
export const pageOf = <S extends z.ZodType>(name: string, item: S) =>
  z.object({ [name]: z.array(item), nextCursor: z.string().nullable() });

/** The instant (ms since epoch) as clients read it. */
export function rfc3339(instant: number): string {
  return new Date(instant).toISOString();
}
