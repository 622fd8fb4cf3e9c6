import { Writable } from 'node:stream';
import { createLogger, type Logger } from '#observability';
import type { Doors, Home } from './doors.fixture.js';
import { PASSWORD, PLATFORM } from './doors.fixture.js';

/** A tenant whose every text carries its mark, and what was heard on its behalf. */
export interface Marked {
  readonly mark: string;
  readonly home: Home;
  readonly key: string;
  readonly siteId: string;
  readonly siteKey: string;
  readonly groupId: string;
  readonly agentId: string;
  readonly sessions: { accessToken: string }[];
  /** Everything that was answered to it: bodies, headers, frames. */
  readonly heard: string[];
}

/** What a process would write to its log, line by line. */
export function listeningLogger(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  return { logger: createLogger({ level: 'trace', destination }), lines };
}

/** Not part of any word of ours, nor of another mark. */
const markOf = (i: number): string => `canary${String.fromCharCode(97 + i)}${(i * 7_919 + 104_729).toString(36)}z`;

export async function addMarked(doors: Doors, i: number): Promise<Marked> {
  const mark = markOf(i);
  const home = await doors.addTenant(mark);
  const agentId = await home.addAgent(`${mark}-agent`);
  const { id: siteId, key: siteKey } = await doors.did('POST', `${home.path}/sites`, { name: `${mark} shop`, origins: [`https://${mark}.example`], timeZone: 'UTC' });
  const { id: groupId } = await doors.did('POST', `${home.path}/groups`, { name: `${mark} group` });
  await doors.did('POST', `${home.path}/webhooks`, { name: `${mark} hook`, url: `https://hooks.${mark}-shop.com/in`, eventTypes: ['*'] });
  const { key } = await doors.did('POST', `${home.path}/api-keys`, { name: `${mark} key`, role: 'owner' });
  const session = await home.openSession(agentId);
  return { mark, home, key, siteId, siteKey, groupId, agentId, sessions: [session], heard: [] };
}

/** One round of a tenant's mixed traffic: reads, writes and errors, as its key, its person and its visitor. All answers are kept. */
export async function oneRound(doors: Doors, own: Marked, other: Marked, round: number): Promise<void> {
  const { home, key: token, mark, siteId, groupId, agentId, siteKey } = own;
  const anna = own.sessions[0]?.accessToken;
  const status = round % 2 ? 'online' : 'busy';
  const signIn = { tenant: mark, email: `${mark}-agent@${mark}.example`, password: round % 3 ? `${mark} wrong` : PASSWORD, device: { kind: 'desktop', name: `${mark} desk` } };
  const asked: [method: string, url: string, sent: Parameters<Doors['ask']>[2]][] = [
    ...['', '/sites', '/groups', '/agents', '/webhooks', '/api-keys', '/audit', '/status', '/events?limit=50', `/agents/${agentId}`, `/sites/${siteId}`].map(
      (path): [string, string, object] => ['GET', home.path + path, { token }],
    ),
    ['GET', `${home.path}/sites/${siteId}/status`, { token }],
    ['GET', `${home.path}/history?agentId=${agentId}`, { token }],
    ['PATCH', `${home.path}/sites/${siteId}`, { token, body: { name: `${mark} shop ${round}` } }],
    ['PATCH', `${home.path}/groups/${groupId}`, { token, body: { name: `${mark} group ${round}` } }],
    ['POST', `${home.path}/agents`, { token, body: { email: `${mark}-${round}@${mark}.example`, name: `${mark} person ${round}` } }],
    // errors, with the mark in what is wrong
    ['POST', `${home.path}/agents`, { token, body: { email: `${mark} is no address`, name: mark, [`${mark}-unknown`]: mark } }],
    ['POST', `${home.path}/agents`, { token, body: { email: `${mark}-agent@${mark}.example`, name: `${mark} twice` } }],
    ['PATCH', `${home.path}/sites/${siteId}`, { token, raw: `{"${mark}": ` }],
    ['GET', `${home.path}/${mark}/nowhere?${mark}=${mark}`, { token }],
    // at another tenant's things
    ['GET', other.home.path, { token }],
    ['GET', `${home.path}/agents/${other.agentId}`, { token }],
    ['PATCH', `${home.path}/sites/${other.siteId}`, { token, body: { name: `${mark} was here` } }],
    ['PUT', `${home.path}/agents/${agentId}/groups`, { token, body: { groupIds: [other.groupId] } }],
    ['GET', `${home.path}/history?siteId=${other.siteId}`, { token }],
    ['GET', '/agent/v1/status', { token: anna ?? '' }],
    ['PUT', '/agent/v1/status', { token: anna ?? '', body: { status } }],
    ['POST', '/agent/v1/sessions', { body: signIn }],
    ['GET', `/widget/v1/sites/${siteKey}/status?group=${groupId}`, {}],
    ['GET', `/widget/v1/sites/${siteKey}/status?group=${encodeURIComponent(`${mark} group`)}`, {}],
    ['GET', `/widget/v1/sites/${siteKey}/status?group=${other.groupId}`, {}],
  ];
  // Two at a time of each tenant: many more than there are connections, and not so many that they only wait.
  for (let i = 0; i < asked.length; i += 2) {
    const answers = await Promise.all(asked.slice(i, i + 2).map(([method, url, sent]) => doors.ask(method, url, sent)));
    for (const { status: code, headers, text } of answers) own.heard.push(`${code} ${JSON.stringify(headers)} ${text}`);
  }
}

/** Opens the tenant's two streams and keeps every frame; gives their end. */
export async function listen(doors: Doors, { sessions, siteKey, heard }: Marked): Promise<() => void> {
  const cut = new AbortController();
  const open = async (path: string, headers: Record<string, string> = {}): Promise<void> => {
    const answer = await fetch(doors.service.url + path, { headers, signal: cut.signal });
    const read = async (): Promise<void> => {
      for await (const bytes of answer.body ?? []) heard.push(Buffer.from(bytes as Uint8Array).toString());
    };
    void read().catch(() => undefined); // cut at the end
  };
  await open('/agent/v1/stream', { authorization: `Bearer ${sessions[0]?.accessToken}` });
  await open(`/widget/v1/sites/${siteKey}/stream`);
  return () => cut.abort();
}

/** Every place where a mark stands that does not belong there: at another tenant's, in the log, in the metrics. */
export async function leaksIn(doors: Doors, all: readonly Marked[], lines: readonly string[]): Promise<string[]> {
  const marks = all.map(({ mark }) => mark);
  const ids = all.flatMap(({ home, siteId, groupId, agentId }) => [home.id, siteId, groupId, agentId]);
  const leaks: string[] = [];
  for (const { mark, heard } of all) {
    const others = new RegExp(marks.filter((other) => other !== mark).join('|'));
    for (const text of heard) if (others.test(text)) leaks.push(`${mark} heard ${others.exec(text)?.[0]}: ${text.slice(0, 300)}`);
    if (!heard.some((text) => text.includes(mark))) leaks.push(`${mark} heard nothing of its own: the spec looks at nothing`);
  }
  const any = new RegExp(marks.join('|'));
  for (const line of lines) if (any.test(line)) leaks.push(`the log tells personal data: ${line.slice(0, 300)}`);
  const { text } = await doors.ask('GET', '/metrics', { token: PLATFORM });
  const anyId = new RegExp([...marks, ...ids].join('|'));
  for (const line of text.split('\n')) if (anyId.test(line)) leaks.push(`a metric tells of a tenant: ${line}`);
  return leaks;
}
