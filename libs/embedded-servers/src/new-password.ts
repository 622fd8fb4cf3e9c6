import { randomBytes } from 'node:crypto';

/** A random password of letters and digits that begins with a letter: some NATS clients take `:<digit>` in a URL for the port. */
export function newPassword(): string {
  return `p${randomBytes(24).toString('hex')}`;
}
