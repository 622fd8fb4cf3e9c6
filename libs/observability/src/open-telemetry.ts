import { AsyncLocalStorage } from 'node:async_hooks';
import type * as Api from '@opentelemetry/api';
import { traceParentIn, type Span, type SpanKind, type SpanOptions, type TraceParent, type Tracing } from './tracing.js';

export interface TracingSettings {
  /** Origin (and path) of an OTLP/HTTP collector; traces go to `/v1/traces` below it. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** Which part of the traces that begin here is recorded, 0 to 1; those that come from a caller are as the caller says. */
  readonly ratio: number;
}

/** What the collector does not take in time is dropped. Milliseconds. */
const EXPORT_MS = 5_000;
/** How long the end of the process waits for it. Milliseconds. */
const CLOSE_MS = 2_000;
/** Spans wait at most so long, and at most so many of them. */
const BATCH = { scheduledDelayMillis: 1_000, maxQueueSize: 8_192, maxExportBatchSize: 512, exportTimeoutMillis: EXPORT_MS };

/**
 * Traces by OpenTelemetry, sent over OTLP/HTTP. Loads its packages now and only now: a process without a collector never reads them
 * (ADR 21). `fields` tell which process it is. Throws if the packages are not installed.
 */
export async function openTracing(settings: TracingSettings, fields: Readonly<Record<string, string>> = {}): Promise<Tracing> {
  const { api, exporter, resources, sdk } = await load();
  const { ParentBasedSampler, TraceIdRatioBasedSampler, BatchSpanProcessor, TracerProvider } = sdk;
  const url = `${settings.endpoint.replace(/\/+$/, '')}/v1/traces`;
  const sender = new exporter.OTLPTraceExporter({ url, headers: { ...settings.headers }, timeoutMillis: EXPORT_MS });
  const provider = new TracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': settings.serviceName, ...fields }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(settings.ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: sender, ...BATCH })],
  });
  const tracer = provider.getTracer('ampel');
  const active = new AsyncLocalStorage<Span | null>();
  const kinds: Readonly<Record<SpanKind, Api.SpanKind>> = {
    internal: api.SpanKind.INTERNAL,
    server: api.SpanKind.SERVER,
    client: api.SpanKind.CLIENT,
    producer: api.SpanKind.PRODUCER,
    consumer: api.SpanKind.CONSUMER,
  };
  const start = (name: string, { kind = 'internal', parent, attributes = {}, startedAt }: SpanOptions = {}): Span => {
    const under = parent === undefined ? (active.getStore()?.traceParent ?? null) : traceParentIn(parent);
    const context = under === null ? api.ROOT_CONTEXT : api.trace.setSpanContext(api.ROOT_CONTEXT, contextOf(under));
    const options: Api.SpanOptions = { kind: kinds[kind], attributes: { ...attributes } };
    if (startedAt !== undefined) options.startTime = startedAt;
    return new RecordedSpan(tracer.startSpan(name, options, context), api.SpanStatusCode.ERROR);
  };
  return {
    start,
    active: () => active.getStore() ?? undefined,
    within: (span, work) => active.run(span, work),
    close: async () => {
      let timer: NodeJS.Timeout | undefined;
      const tooLong = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS)));
      await Promise.race([provider.shutdown().catch(() => undefined), tooLong]);
      clearTimeout(timer);
    },
  };
}

class RecordedSpan implements Span {
  readonly traceParent: TraceParent;
  readonly traceId: string;
  readonly recorded: boolean;

  constructor(
    private readonly span: Api.Span,
    private readonly failed: Api.SpanStatusCode,
  ) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.traceId = traceId;
    this.recorded = (traceFlags & 1) === 1;
    this.traceParent = `00-${traceId}-${spanId}-${this.recorded ? '01' : '00'}`;
  }

  rename(name: string): void {
    this.span.updateName(name);
  }

  set(attributes: Readonly<Record<string, string | number | boolean>>): void {
    this.span.setAttributes({ ...attributes });
  }

  end(error?: unknown): void {
    if (error !== undefined) {
      this.span.setStatus({ code: this.failed });
      this.span.setAttribute('error.type', error instanceof Error ? error.name : 'Error'); // its words may hold somebody's
    }
    this.span.end();
  }
}

function contextOf(traceParent: TraceParent): Api.SpanContext {
  const [, traceId = '', spanId = '', flags = ''] = traceParent.split('-');
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
}

async function load() {
  try {
    const [api, exporter, resources, sdk] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace'),
    ]);
    return { api, exporter, resources, sdk };
  } catch (cause) {
    const text = 'OTEL_EXPORTER_OTLP_ENDPOINT is set, but the OpenTelemetry packages cannot be loaded: install them (npm ci without --omit=optional)';
    throw new Error(text, { cause });
  }
}
