import { z } from 'zod';
import { line } from './shared.js';

/** Names of tenants, sites, groups, agents and keys. */
export const name = line(200);

const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]{0,61}[\\p{L}\\p{M}\\p{N}])?';
const EMAIL = new RegExp(`^[^\\s@"(),:;<>\\[\\]\\\\\\p{C}]{1,64}@(?:${LABEL}\\.)+${LABEL}$`, 'u');

/** Given back in one spelling: without blanks around it, composed, lower case. 254 characters are what SMTP can deliver to. */
export const email = z.string().trim().normalize().toLowerCase().max(254).regex(EMAIL, 'must be an e-mail address');

export const confirmation = z.literal('affects-all-groups');

/** behaviour D12 */
export const statusOnLogin = z.enum(['last', 'online', 'offline']);
