import { z } from 'zod';

/** `application/problem+json` (RFC 9457) as every error answers it; further members depend on the code (`state`, `agentIds`, ...). */
export const problemSchema = z
  .looseObject({
    type: z.string().describe('`about:blank`: the code says what it is'),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('stable, see the list of codes'),
    detail: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), detail: z.string() }))
      .optional()
      .describe('what is wrong where: RFC 6901 pointers into the body, `?name` for the query, the name of a header'),
  })
  .meta({ id: 'Problem' });
