/** Says null if the role can do its job, else why not, in a sentence. */
export type ReadinessCheck = () => Promise<string | null> | string | null;

/** A check that does not answer in time counts as failed. Milliseconds. */
const CHECK_MS = 3000;

/** What every role of this process needs to do its job (contract: `/readyz`). A role module adds its checks at start. */
export class Readiness {
  readonly #checks: { role: string; name: string; check: ReadinessCheck }[] = [];

  /** @param name what is checked, e.g. `postgres`; the same name of the same role replaces the older check */
  add(role: string, name: string, check: ReadinessCheck): void {
    this.remove(role, name);
    this.#checks.push({ role, name, check });
  }

  remove(role: string, name: string): void {
    const at = this.#checks.findIndex((c) => c.role === role && c.name === name);
    if (at >= 0) this.#checks.splice(at, 1);
  }

  /** Runs all checks. Empty = ready; else one reason per failed check. */
  async reasons(): Promise<{ role: string; name: string; reason: string }[]> {
    const results = await Promise.all(
      this.#checks.map(async ({ role, name, check }) => ({ role, name, reason: await inTime(check) })),
    );
    return results.flatMap(({ role, name, reason }) => (reason === null ? [] : [{ role, name, reason }]));
  }
}

async function inTime(check: ReadinessCheck): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${CHECK_MS / 1000} s`), CHECK_MS);
  });
  try {
    return await Promise.race([late, Promise.resolve().then(check)]);
  } catch {
    return 'the check failed'; // the error may name hosts and users, and this page is public
  } finally {
    clearTimeout(timer);
  }
}
