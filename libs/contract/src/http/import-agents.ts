import { z } from 'zod';
import { confirmation, email, name, statusOnLogin } from './admin-fields.js';
import { line, roleName } from './shared.js';

/** Agents of one import. */
export const MAX_IMPORTED = 5_000;

/** Bytes of one import: 5,000 agents with long names and several groups. */
export const IMPORT_BODY_LIMIT = 2 * 1024 * 1024;

/** One agent of an import. What is left out stays as it is; a new agent needs a name. */
export const importedAgent = z.strictObject({
  email,
  name: name.optional(),
  role: roleName.optional(),
  groups: z.array(line(200)).max(500).optional().describe('ids or names of groups; exactly these afterwards, [] = none'),
  active: z.boolean().optional(),
  statusOnLogin: statusOnLogin.optional(),
});
export type ImportedAgent = z.infer<typeof importedAgent>;

/** POST /tenants/{t}/agents/import, as JSON; for OpenAPI. Lines are read one by one, so that a bad one does not stop the others. */
export const importAgentsBody = z.strictObject({ agents: z.array(importedAgent).max(MAX_IMPORTED) });

const flag = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((given) => given === 'true')
  .default(false);

export const importAgentsQuery = z.strictObject({
  dryRun: flag.describe('true: says what would happen, and stores nothing'),
  atomic: flag.describe('true: one refused line refuses all'),
  confirm: confirmation.optional().describe('agents may be taken out of their last group (behaviour D18)'),
});
export type ImportAgentsQuery = z.infer<typeof importAgentsQuery>;

export const importReport = z
  .object({
    stored: z.boolean().describe('false: a dry run, or an atomic import with a refused line'),
    lines: z.int(),
    created: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    refused: z.int(),
    results: z.array(
      z.object({
        line: z.int().describe('of a CSV file the line where the record begins, of JSON the place in `agents`, from 1'),
        outcome: z.enum(['created', 'updated', 'unchanged', 'refused']),
        email: z.string().optional(),
        id: z.string().optional().describe('of the agent; a dry run has none for those who would be new'),
        code: z.string().optional().describe('why it was refused'),
        errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
      }),
    ),
  })
  .meta({ id: 'ImportReport' });
export type ImportReport = z.infer<typeof importReport>;
export type ImportResult = ImportReport['results'][number];
