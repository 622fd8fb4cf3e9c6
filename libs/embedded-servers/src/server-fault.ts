/** What stands in the way of a server; the reference page lists them with the sentence a person reads. */
export type ServerFaultCode =
  | 'nats-server-missing'
  | 'postgres-missing'
  | 'no-unprivileged-user'
  | 'folder-not-enterable'
  | 'folder-read-only'
  | 'folder-of-newer-version'
  | 'folder-of-other-postgres'
  | 'folder-in-use'
  | 'port-in-use'
  | 'server-did-not-start';

/**
 * A server cannot be had. The message says in one or two sentences what is wrong and what to do next, so it can be shown to a person
 * as it is; a stack trace would add nothing.
 */
export class ServerFault extends Error {
  override readonly name = 'ServerFault';

  constructor(
    readonly code: ServerFaultCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
