import { createHash } from 'node:crypto';

/** Logical partitions of the event store (architecture 3). */
const PARTITIONS = 64;

/** Where a tenant's streams live: spread evenly, decided once and stored on the tenant. */
export function partitionOf(tenantId: string): number {
  return createHash('sha256').update(tenantId).digest().readUInt32BE(0) % PARTITIONS;
}

/**
 * The id of the tenant that a command with this id adds: a repeated command has to look where the first one wrote, and a tenant's
 * partition follows from its id. In the form of a UUID (version 8: made by a rule of our own).
 * @param commandId 64 hexadecimal digits
 */
export function tenantIdOf(commandId: string): string {
  const hex = createHash('sha256').update(`tenant ${commandId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
