import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { cacheFolder, environment } from '#config';
import { natsBinary, type NatsServer, startNats } from '#embedded-servers';
import { eventually } from '#testing';
import { ADMINISTRATOR, BUS_USERS, busAuthorization, type BusUser } from './bus-users.js';
import { connectBus } from './nats-bus.js';
import { natsServers } from './nats-servers.js';

const APPS = path.join(import.meta.dirname, '..', '..', '..', 'apps');
/** A subject that somebody could really name where a right has wildcards. */
const example = (right: string): string => right.replaceAll('>', 'x.y').split('.').map((token) => (token === '*' ? '7' : token)).join('.');
const unique = (list: string[]): string[] => [...new Set(list)];
const ROLES = BUS_USERS.filter(({ name }) => name !== ADMINISTRATOR);
const STRANGE = [
  'other', 'bell', 'box', 'v1.7', 'v1.7.t.event.T.more', 'v2.7.t.event.T', '_INBOX.other.x', 'command.x', '$JS.API.INFO', '$JS.API.STREAM.NAMES',
  '$JS.API.STREAM.DELETE.AMPEL', '$JS.API.STREAM.PURGE.AMPEL', '$JS.API.STREAM.CREATE.OTHER', '$JS.API.STREAM.MSG.DELETE.AMPEL',
  '$JS.API.CONSUMER.CREATE.AMPEL.other.x', '$JS.API.CONSUMER.DELETE.AMPEL.webhooks', '$JS.API.CONSUMER.MSG.NEXT.AMPEL.other',
  '$JS.ACK.AMPEL.other.1', '$JS.API.STREAM.SNAPSHOT.AMPEL', '$JS.API.STREAM.RESTORE.AMPEL', '$SYS.REQ.SERVER.PING',
];
const PUBLISHED = unique([...ROLES.flatMap(({ publish }) => publish.map(example)), ...STRANGE]);
const HEARD = unique([
  ...ROLES.flatMap(({ subscribe, answer = [] }) => [...subscribe, ...answer]), ...ROLES.map(({ name }) => `_INBOX.${name}.>`),
  '>', '*', 'v1.>', 'v1.*.*.*.*', '_INBOX.>', '$JS.>', '$JS.API.>', '$JS.EVENT.ADVISORY.>', '$SYS.>',
]);

let server: NatsServer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ampel-bus-users-'));
  const program = await natsBinary({ cacheDir: cacheFolder(), searchPath: environment()['PATH'] ?? '' });
  server = await startNats({ program, dir: path.join(folder, 'nats'), logFile: path.join(folder, 'log'), authorization: busAuthorization });
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Which of these subjects the server refuses to a user. */
async function refused(user: string): Promise<{ publish: string[]; subscribe: string[] }> {
  const nats: NatsConnection = await connect({ ...natsServers(server.urlFor(user)), reconnect: false });
  const told = { publish: [] as string[], subscribe: [] as string[] };
  const reading = (async () => {
    for await (const status of nats.status()) {
      if (status.type === 'error' && status.error instanceof PermissionViolationError) told[status.error.operation === 'publish' ? 'publish' : 'subscribe'].push(status.error.subject);
    }
  })();
  for (const subject of HEARD) nats.subscribe(subject, { callback: () => undefined });
  for (const subject of PUBLISHED) nats.publish(subject, '{}');
  await nats.flush();
  await nats.close();
  await reading;
  return { publish: unique(told.publish).sort(), subscribe: unique(told.subscribe).sort() };
}

describe('the users of the bus', () => {
  it.each(ROLES)('$name may do what is listed, one by one, and nothing else', async ({ name, publish, subscribe, answer = [] }: BusUser) => {
    const mayPublish = new Set(publish.map(example));
    const mayHear = new Set([...subscribe, ...answer, `_INBOX.${name}.>`]);
    expect(await refused(name)).toEqual({
      publish: PUBLISHED.filter((subject) => !mayPublish.has(subject)).sort(),
      subscribe: HEARD.filter((subject) => !mayHear.has(subject)).sort(),
    });
  });

  it('the administrator may do everything, for people and for checks', async () => {
    expect(await refused(ADMINISTRATOR)).toEqual({ publish: [], subscribe: [] });
  });

  it('nobody else is let in: no anonymous, no unknown user, nobody with the password of another', async () => {
    const { host, password } = new URL(server.urlFor('relay'));
    const as = (who: object): Promise<unknown> => connect({ servers: host, reconnect: false, ...who });
    await expect(as({})).rejects.toThrow(/authorization/i);
    await expect(as({ user: 'nobody', pass: password })).rejects.toThrow(/authorization/i);
    await expect(as({ user: 'projector', pass: password })).rejects.toThrow(/authorization/i);
  });

  it('what is refused to a role is said once, and the connection stays', async () => {
    const said: object[] = [];
    const log = { info: () => undefined, warn: () => undefined, error: (fields: object) => void said.push(fields) };
    const bus = connectBus({ natsUrl: server.urlFor('timekeeper') }, log);
    await eventually(() => bus.connected);
    for (let n = 0; n < 3; n++) bus.publish('box.3', {});
    await eventually(() => expect(said).toEqual([{ operation: 'publish', subject: 'box.3' }]));
    bus.publish('box.4', {});
    await eventually(() => expect(said).toHaveLength(2));
    expect(bus.connected).toBe(true);
    await bus.close();
  });
});

describe('the rights of a role', () => {
  const calls = /\b(subscribe|publish|request|reply)(?:<[^()]*>)?\(\s*(?:'([^']+)'|`([^`]+)`)/g;
  const sources = (role: string): [string, string][] =>
    readdirSync(path.join(APPS, role, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(file))
      .map((file) => [file, readFileSync(path.join(APPS, role, 'src', file), 'utf8')]);

  it.each(ROLES.filter(({ name }) => name !== 'services'))('$name has those that its code uses (if this fails: libs/messaging/src/bus-users.ts)', (user) => {
    const files = sources(user.name);
    for (const [file, text] of files) {
      if (!text.includes('#messaging')) continue;
      for (const [, call = '', plain, template] of text.matchAll(calls)) {
        const subject = plain ?? (template ?? '').replaceAll(/\$\{[^}]*\}/g, '*');
        const listed = { subscribe: user.subscribe, reply: user.answer ?? [], publish: user.publish, request: user.publish }[call];
        expect([file, call, listed]).toEqual([file, call, expect.arrayContaining([subject])]);
      }
    }
    // Whoever appends events rings the bell of their partition.
    const appends = files.some(([, text]) => text.includes('EventStoreModule'));
    expect([user.name, user.publish.includes('bell.*')]).toEqual([user.name, appends]);
  });
});
