/**
 * The rules say no. Thrown by deciders; nothing is stored then.
 * `code` is stable and public (contract, "HTTP conventions"); `detail` tells the person what to do next;
 * `extra` travels to the client beside them (the present state, the agents concerned, ...).
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: string,
    readonly detail: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${code}: ${detail}`);
  }
}
