import { Injectable } from '@nestjs/common';
import { verifyPassword } from '#directory';
import { Problem } from '#http-kit';

/** Argon2 takes a core for some 20 ms: more at a time would only take it away from everybody else. */
const AT_A_TIME = 4;

/** About two seconds of work; whoever comes later is better told at once. Ten sign-ins a second from one place never get near. */
const LONGEST_QUEUE = 200;

/** Verifies passwords, a few at a time. Refuses: `too-many-requests`. */
@Injectable()
export class PasswordQueue {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** As `verifyPassword`: a null hash (unknown agent, or one without a password) takes the same time and is wrong. */
  async verify(passwordHash: string | null, password: string): Promise<boolean> {
    if (this.#running >= AT_A_TIME) {
      if (this.#waiting.length >= LONGEST_QUEUE) {
        throw new Problem('too-many-requests', 'Too many people are signing in. Try again shortly.');
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      return await verifyPassword(passwordHash, password);
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
