import { STREAM } from './declare-stream.js';
import { STREAM_SUBJECTS } from './subjects.js';

/** What somebody may do on the bus: NATS subjects, `*` for one token, `>` for all the rest. What is not listed is refused. */
export interface BusRights {
  /** Requests are published too. */
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** Requests that are answered: subscribed to, and each may be answered once. */
  readonly answer?: readonly string[];
}

export interface BusUser extends BusRights {
  readonly name: string;
}

/** Whoever appends events rings the bell of their partition. */
const RINGS = 'bell.*';
/** And may say to which trace it belongs. */
const TRACE = 'trace';
const API = '$JS.API';
/** Durable consumer of the webhook sender. */
const WEBHOOKS = 'webhooks';

/** The rights of each role: what its code uses, and no more (`bus-users.int.spec.ts` tries them one by one on a real server). */
const ROLES: Readonly<Record<string, BusRights>> = {
  'agent-api': { publish: [RINGS, TRACE], subscribe: ['bell.*', 'box.*'] },
  'admin-api': { publish: [RINGS, TRACE, 'conversation.*'], subscribe: [], answer: ['visitor-messages'] },
  'widget-api': { publish: ['visitor-messages'], subscribe: ['box.*', 'beacon', 'conversation.*'] },
  relay: {
    publish: [
      RINGS, // a webhook that is switched off is an event
      TRACE,
      STREAM_SUBJECTS,
      ...['INFO', 'CREATE', 'UPDATE', 'MSG.GET'].map((call) => `${API}.STREAM.${call}.${STREAM}`),
      `${API}.CONSUMER.CREATE.${STREAM}.${WEBHOOKS}.>`,
      `${API}.CONSUMER.INFO.${STREAM}.${WEBHOOKS}`,
      `${API}.CONSUMER.MSG.NEXT.${STREAM}.${WEBHOOKS}`,
      `$JS.ACK.${STREAM}.${WEBHOOKS}.>`,
      `$JS.ACK.*.*.${STREAM}.${WEBHOOKS}.>`, // as newer servers write it: with the domain and the account
    ],
    subscribe: ['bell.*', 'box.*', TRACE],
  },
  projector: { publish: [RINGS, TRACE, 'box.*', 'beacon'], subscribe: ['bell.*', TRACE] },
  timekeeper: { publish: [RINGS, TRACE, 'conversation.*'], subscribe: [] },
};

/** Every role in one process: the rights of all of them. */
export const ALL_ROLES_USER = 'services';
/** The administrator: everything, for people and for checks. */
export const ADMINISTRATOR = 'ampel';

/** Answers come to a place of one's own, so that nobody reads what others were answered. */
export function inboxOf(user: string): string {
  return `_INBOX.${user}`;
}

const ofAll = (of: keyof BusRights): string[] => [...new Set(Object.values(ROLES).flatMap((rights) => rights[of] ?? []))];

/** The users of the bus: one for each role, one for all roles in one process, and the administrator. There is no anonymous one. */
export const BUS_USERS: readonly BusUser[] = [
  ...Object.entries(ROLES).map(([name, rights]) => ({ name, ...rights })),
  { name: ALL_ROLES_USER, publish: ofAll('publish'), subscribe: ofAll('subscribe'), answer: ofAll('answer') },
  { name: ADMINISTRATOR, publish: ['>'], subscribe: ['>'] },
];

/** Variable that holds a user's password in the environment of a nats-server with deploy/nats/users.conf. */
export function passwordVariable(user: string): string {
  return user === ADMINISTRATOR ? 'NATS_PASSWORD' : `NATS_PASSWORD_${user.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * The `authorization` block of nats-server's configuration.
 * @param passwordOf how a user's password stands in it: `"in quotes"`, or `$VARIABLE` of the server's environment
 */
export function busAuthorization(passwordOf: (user: string) => string, users: readonly BusUser[] = BUS_USERS): string {
  return `authorization {\n  timeout: 2\n  users: [\n${users.map((user) => userLine(user, passwordOf)).join('\n')}\n  ]\n}\n`;
}

function userLine({ name, publish, subscribe, answer = [] }: BusUser, passwordOf: (user: string) => string): string {
  const who = `    { user: ${name}, password: ${passwordOf(name)}`;
  if (name === ADMINISTRATOR) return `${who} }`;
  const list = (subjects: readonly string[]): string => `[${subjects.map((one) => JSON.stringify(one)).join(', ')}]`;
  // An empty list would mean "everything".
  const published = publish.length > 0 ? list(publish) : '{ deny: ">" }';
  const heard = list([...subscribe, ...answer, `${inboxOf(name)}.>`]);
  const answers = answer.length > 0 ? '\n      allow_responses: true' : '';
  return `${who}, permissions: {\n      publish: ${published}\n      subscribe: ${heard}${answers} } }`;
}
