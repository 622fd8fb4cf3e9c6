/**
 * The origin under which a service that listens on `host` and `port` is reached from this machine, e.g. `http://127.0.0.1:8080`;
 * "every address" is reached under the first one.
 */
export function originOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
