import { ALL_ROLES_USER, BUS_USERS, busAuthorization, passwordVariable } from '#messaging';

/**
 * deploy/nats/users.conf: the users of the bus as nats-server reads them, passwords from its environment; every role is a process there.
 * Written by `npm run bus-users`.
 */
export function usersFile(): string {
  return [
    '# The users of the bus and what each may do; nobody else is let in. Written by `npm run bus-users` from libs/messaging/src/bus-users.ts.',
    '# From the environment: a password for each user, in quotes.',
    busAuthorization((user) => `$${passwordVariable(user)}`, BUS_USERS.filter(({ name }) => name !== ALL_ROLES_USER)),
  ].join('\n');
}
