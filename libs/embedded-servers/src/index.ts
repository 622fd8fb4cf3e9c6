/*
 * Embedded servers: a real Postgres and a real nats-server as children of this process, for development and tests.
 * Owns: their programs, their folders (settings, passwords, logs), the data folder's lock and layout number.
 * Invariants: no server outlives the process that started it, not even after SIGKILL; every server listens on 127.0.0.1 only and asks
 * for a password; one data folder belongs to one process; what a person must mend is told as a ServerFault.
 * Lifecycle: start -> run -> stop; `keepRunning` starts again what dies, on the same port.
 * May import: Node's built-ins only. It knows neither Ampel's settings nor its database.
 */
export { takeDataFolder } from './data-folder.js';
export type { DataFolder } from './data-folder.js';
export type { EmbeddedServer } from './embedded-server.js';
export { freePort } from './free-port.js';
export { keepRunning } from './keep-running.js';
export type { Kept, Running } from './keep-running.js';
export { startNats } from './nats.js';
export type { NatsServer } from './nats.js';
export { natsBinary } from './nats-binary.js';
export { startPostgres } from './postgres.js';
export { newPassword } from './new-password.js';
export { identityOf } from './process-identity.js';
export { ServerFault } from './server-fault.js';
export type { ServerFaultCode } from './server-fault.js';
export { startTied } from './tied-process.js';
export type { Exit, TiedProcess } from './tied-process.js';
