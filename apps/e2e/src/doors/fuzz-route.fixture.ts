import fc from 'fast-check';
import { errorCatalogue } from '#contract';
import { type AnyInput, textOf } from './any-input.fixture.js';
import type { DeclaredRoute } from './declared-routes.fixture.js';
import type { Answered, Doors, Sent } from './doors.fixture.js';

/** A batch of which something is accepted again and again (signing out, each time another session) is let go. */
const ROUNDS = 4;
/** At a time: some wait for Postgres while others are read. Of those that may be accepted fewer, because they ask more of it. */
const BATCH = 25;
const BATCH_OF_RIGHT = 8;

/** A refusal that stores: an old refresh token that is shown again ends its session (targets 4). */
const ENDS_A_SESSION = 'POST /agent/v1/tokens';

export interface FuzzStage {
  readonly doors: Doors;
  readonly anyInput: AnyInput;
  /** Ids that exist, by the names of the paths' parameters. */
  readonly ids: Readonly<Record<string, string>>;
  tokenOf(route: DeclaredRoute): Promise<string | undefined>;
  written(): Promise<number>;
}

interface Input {
  readonly url: string;
  readonly sent: Sent;
  /** Nothing in it was put wrong on purpose. */
  readonly right: boolean;
}

/** Sends `count` inputs made from the route's declaration. Gives a line for each answer that is not as promised, and how many were accepted. */
export async function fuzzRoute(stage: FuzzStage, route: DeclaredRoute, count: number, seed: number): Promise<{ wrong: string[]; accepted: number }> {
  const wrong: string[] = [];
  let accepted = 0;
  const sample = fc.sample(inputsOf(stage, route), { numRuns: count, seed });
  for (let batch of batchesOf(route, sample)) {
    // What is accepted stores; so the refused ones are sent again until all are refused, and then nothing may have been stored.
    for (let round = 0; batch.length > 0 && round < ROUNDS; round += 1) {
      const token = await stage.tokenOf(route);
      const before = await stage.written();
      const answers = await Promise.all(batch.map((input) => send(stage, route, input, token)));
      const refused = batch.filter((_input, at) => (answers[at]?.status ?? 0) >= 400);
      answers.forEach((answer, at) => wrong.push(...faultsOf(answer).map((fault) => `${told(route, batch[at])}: ${fault}`)));
      if (round === 0) accepted += batch.length - refused.length;
      if (refused.length === batch.length) {
        if (route.name !== ENDS_A_SESSION && (await stage.written()) !== before) wrong.push(`${route.name}: something was stored, but all these were refused: ${batch.map((one) => told(route, one)).join('\n')}`);
        break;
      }
      batch = route.method === 'GET' ? [] : refused;
    }
  }
  return { wrong, accepted };
}

/** Those that will be refused go together: a batch of which nothing is accepted need not be sent again. Reading stores nothing anyway. */
function batchesOf({ method }: DeclaredRoute, inputs: readonly Input[]): (readonly Input[])[] {
  const cut = (some: readonly Input[], size: number): (readonly Input[])[] =>
    Array.from({ length: Math.ceil(some.length / size) }, (_, at) => some.slice(at * size, (at + 1) * size));
  if (method === 'GET') return cut(inputs, BATCH);
  return [...cut(inputs.filter(({ right }) => !right), BATCH), ...cut(inputs.filter(({ right }) => right), BATCH_OF_RIGHT)];
}

async function send({ doors }: FuzzStage, route: DeclaredRoute, { url, sent }: Input, token: string | undefined): Promise<Answered> {
  const whole = { ...sent, ...(token === undefined ? {} : { token }) };
  return route.isStream ? doors.askStream(url, whole) : doors.ask(route.method, url, whole);
}

function inputsOf({ anyInput }: FuzzStage, route: DeclaredRoute): fc.Arbitrary<Input> {
  const parts = fc.tuple(...route.pathParams.map((name) => anyInput.pathPart(name)));
  const query = fc.tuple(...Object.entries(route.query).map(([name, schema]) => anyInput.parameter(name, schema, route.requiredQuery.includes(name))));
  const stray = seldom(fc.constantFrom('__proto__=1', 'constructor=x', 'limit=1&limit=2', 'a[b]=c', '%', '%00=%00', 'x'));
  const given = route.body ? anyInput.body(route.body) : fc.constant({ value: undefined, right: true });
  const key = route.keyed ? seldom(textOf(0, 210)) : fc.constant(undefined);
  return fc.tuple(parts, query, stray, given, key).map(([path, values, more, body, idempotencyKey]) => {
    let at = 0;
    const filled = route.path.replace(/\{\w+\}/g, () => encode(path[at++]?.value ?? ''));
    const asked = Object.keys(route.query).flatMap((name, i) => (values[i]?.value === undefined ? [] : [`${name}=${encode(values[i].value)}`]));
    const search = [...asked, ...(more === undefined ? [] : [more])].join('&');
    return {
      right: more === undefined && [...path, ...values, body].every(({ right }) => right),
      url: search === '' ? filled : `${filled}?${search}`,
      sent: { ...(body.value === undefined ? {} : { raw: body.value }), ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }) },
    };
  });
}

function seldom(some: fc.Arbitrary<string>): fc.Arbitrary<string | undefined> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight: 11 }, some);
}

/** As a client would that does not mind half pairs: their bytes go out as UTF-8 has none for them. */
function encode(text: string): string {
  return !/\p{Surrogate}/u.test(text) ? encodeURIComponent(text) : '%ed%a0%80';
}

function faultsOf({ status, headers, body, text }: Answered): string[] {
  const faults: string[] = [];
  if (status >= 500) faults.push(`${status} ${text}`);
  if (/\bat .{1,80}\.(js|ts):\d|node_modules|SELECT |INSERT |pg_|ECONN/.test(text) && status >= 400) faults.push(`it tells of its inside: ${text}`);
  if (status >= 400) {
    if (headers['content-type'] !== 'application/problem+json; charset=utf-8') faults.push(`no problem+json but ${String(headers['content-type'])}`);
    const code = (body as { code?: string } | undefined)?.code ?? '';
    if (!Object.hasOwn(errorCatalogue, code)) faults.push(`no code of the catalogue: ${text}`);
  }
  return faults;
}

function told({ method }: DeclaredRoute, input: Input | undefined): string {
  return `${method} ${input?.url ?? ''} ${JSON.stringify(input?.sent ?? {})}`.slice(0, 600);
}
