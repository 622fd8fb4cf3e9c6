import type { FastifyInstance } from 'fastify';

/** Which methods a path has, to tell "not with this method" from "nothing here". Filled while routes are declared. */
export class RouteTable {
  readonly #methodsByPattern = new Map<string, Set<string>>();
  #compiled: { pattern: RegExp; methods: Set<string> }[] | null = null;

  /** Listens to the routes of a Fastify instance; before any route is declared. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, method }) => {
      const methods = this.#methodsByPattern.get(url) ?? new Set<string>();
      for (const name of [method].flat()) methods.add(name);
      this.#methodsByPattern.set(url, methods);
      this.#compiled = null;
    });
  }

  /** @param url path and query as requested. Gives the methods sorted, empty if the path is nobody's. */
  methodsOf(url: string): string[] {
    this.#compiled ??= [...this.#methodsByPattern].map(([pattern, methods]) => ({ pattern: toRegExp(pattern), methods }));
    const path = url.split('?', 1)[0] ?? '';
    const found = new Set<string>();
    for (const { pattern, methods } of this.#compiled) {
      if (pattern.test(path)) for (const method of methods) found.add(method);
    }
    return [...found].filter((method) => method !== 'OPTIONS').sort();
  }
}

/** `/a/:id/b` and `/a/*` as find-my-way reads them. */
function toRegExp(pattern: string): RegExp {
  const source = pattern
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replace('*', '.*')))
    .join('/');
  return new RegExp(`^${source}$`);
}
