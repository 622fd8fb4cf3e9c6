import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Value = { stringValue?: string; intValue?: number | string; boolValue?: boolean; doubleValue?: number };
interface Pair {
  readonly key: string;
  readonly value: Value;
}
interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Pair[] };
    readonly scopeSpans: readonly { readonly spans: readonly Exported[] }[];
  }[];
}
interface Exported {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly Pair[];
  readonly status?: { readonly code?: number };
}

/** A span as it reached the collector, with the attributes of its process beside its own. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly failed: boolean;
  readonly about: Readonly<Record<string, unknown>>;
}

/** A collector of traces, as far as OTLP/HTTP goes: takes `POST /v1/traces` in JSON and keeps everything. */
export class Collector {
  readonly spans: CollectedSpan[] = [];
  /** What came, as it came. */
  raw = '';
  /** Headers of the last export. */
  headers: Readonly<Record<string, unknown>> = {};
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const known = request.url === '/v1/traces' && request.headers['content-type'] === 'application/json';
        if (known) this.take(Buffer.concat(parts).toString());
        this.headers = request.headers;
        response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The spans of a trace, by their names; those of one name in no order. */
  of(traceId: string): CollectedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  private take(text: string): void {
    this.raw += text;
    for (const { resource, scopeSpans } of (JSON.parse(text) as Export).resourceSpans) {
      for (const { traceId, spanId, parentSpanId, name, kind, attributes, status } of scopeSpans.flatMap(({ spans }) => spans)) {
        const about = Object.fromEntries([...resource.attributes, ...attributes].map(({ key, value }) => [key, Object.values(value)[0] as unknown]));
        this.spans.push({ traceId, spanId, parentSpanId, name, kind, about, failed: status?.code === 2 });
      }
    }
  }
}
