import { eventually } from '#testing';

/** People who do one thing after the other, until told to stop; every failure is remembered. */
export class Traffic {
  readonly failures: string[] = [];
  slowestMs = 0;
  done = 0;
  #stopping = false;
  readonly #people: Promise<void>[];

  /** @param deeds one per person; what it throws is a failure */
  constructor(deeds: readonly (() => Promise<unknown>)[]) {
    this.#people = deeds.map((deed) => this.#live(deed));
  }

  /** Waits until so many more things were done. */
  async goesOn(more: number, within = 30_000): Promise<void> {
    const target = this.done + more;
    await eventually(() => this.done >= target, { within });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#people);
  }

  async #live(deed: () => Promise<unknown>): Promise<void> {
    while (!this.#stopping) {
      const began = performance.now();
      try {
        await deed();
      } catch (error) {
        const { message, cause } = error as Error;
        const why = cause instanceof Error ? cause.message : undefined;
        this.failures.push(why === undefined ? message : `${message}: ${why}`);
      }
      this.done += 1;
      this.slowestMs = Math.max(this.slowestMs, performance.now() - began);
    }
  }
}
