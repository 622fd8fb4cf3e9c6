/** Something wrong at a place of the request: an RFC 6901 pointer into the body, `?name` for the query, or a header's name. */
export interface InputFault {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * An answer that is an error. `code` is a key of the error catalogue; `detail` tells the person what to do next and never holds
 * internals; `extra` travels beside them (`errors`, `state`, ...).
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** Seconds until it is worth trying again, where that is known better than the code tells. */
  readonly retryAfter: number | undefined;

  constructor(
    readonly code: string,
    readonly detail: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions & { readonly retryAfter?: number },
  ) {
    super(`${code}: ${detail}`, options);
    this.retryAfter = options?.retryAfter;
  }
}

/** The one body of what is not there, is not yours or never was (contract: "A foreign or unknown id is 404 with the same body"). */
export function notFound(): Problem {
  return new Problem('not-found', 'There is nothing with this id that you may see: check the ids of the path and of the query.');
}

/** A path that no route has. */
export function nowhere(): Problem {
  return new Problem('not-found', 'There is no such address here: GET / tells what is where.');
}

/** Input that was read but is not as described: 422 with a pointer for every fault. */
export function invalid(code: 'invalid-body' | 'invalid-query' | 'invalid-header', errors: readonly InputFault[]): Problem {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new Problem(code, first ? `${first.pointer || 'the body'}: ${first.detail}${more}` : 'It is not as described.', { errors });
}

/** Status and title of every code (libs/contract/src/errors.ts). */
export type ErrorCatalogue = Readonly<Record<string, { readonly status: number; readonly title: string }>>;

/** Header names and values that belong to a code, beside the body. */
const HEADERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'store-unavailable': { 'retry-after': '1' }, // seconds; a restart of Postgres takes about as long
  'shutting-down': { 'retry-after': '1' },
  'too-many-requests': { 'retry-after': '1' },
  unauthenticated: { 'www-authenticate': 'Bearer' },
  'signed-out': { 'www-authenticate': 'Bearer' },
  'wrong-credentials': { 'www-authenticate': 'Bearer' },
};

/** A problem as it is sent. */
export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** RFC 9457: the members every problem has, then those of its code. A code the catalogue does not know is answered as `internal`. */
export function answerOf(problem: Problem, catalogue: ErrorCatalogue): ProblemAnswer {
  const entry = Object.hasOwn(catalogue, problem.code) ? catalogue[problem.code] : undefined;
  const { status, title } = entry ?? { status: 500, title: 'Something went wrong on our side' };
  const code = entry ? problem.code : 'internal';
  const detail = entry ? problem.detail : 'Try again; if it stays, tell the operator the time of this answer.';
  const retryAfter = problem.retryAfter === undefined ? {} : { 'retry-after': String(problem.retryAfter) };
  return {
    status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store', ...HEADERS[code], ...retryAfter },
    body: { ...(entry ? problem.extra : {}), type: 'about:blank', title, status, code, detail },
  };
}
