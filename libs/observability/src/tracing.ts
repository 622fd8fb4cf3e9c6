/** Injection token of the process's Tracing; null while nobody collects traces. */
export const TRACING = Symbol('TRACING');

/** A W3C trace context, e.g. `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`: trace, span, and whether it is recorded. */
export type TraceParent = string;

export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal';
/** Ids, names of routes and statements, numbers: never a body, a name, an address of a person or a secret. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  readonly kind?: SpanKind;
  /** Which span it belongs under; absent: the active one, null: none. */
  readonly parent?: TraceParent | null | undefined;
  readonly attributes?: SpanAttributes;
  /** If it began earlier, milliseconds since 1970 of this machine's clock. */
  readonly startedAt?: number;
}

/** A stretch of work that a trace tells about. */
export interface Span {
  readonly traceParent: TraceParent;
  readonly traceId: string;
  /** Whether anybody will see it: what is not recorded need not be passed on. */
  readonly recorded: boolean;
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /** Ends it, as failed if there is an error: of that only its name is told. */
  end(error?: unknown): void;
}

/** Traces of this process. Nothing of it throws into the work that is traced. */
export interface Tracing {
  start(name: string, options?: SpanOptions): Span;
  /** The span that the code now running belongs to. */
  active(): Span | undefined;
  /** Calls `work` with `span` as the active one, also in what it awaits; null: with none. */
  within<T>(span: Span | null, work: () => T): T;
  /** Sends what is waiting, within a few seconds, and ends. */
  close(): Promise<void>;
}

const TRACE_PARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The header as W3C Trace Context writes it, or null if it is none. */
export function traceParentIn(header: unknown): TraceParent | null {
  return typeof header === 'string' && TRACE_PARENT.test(header) ? header : null;
}

/** Id of the trace that the caller's `traceparent` header names, or undefined. */
export function traceIdIn(header: unknown): string | undefined {
  return typeof header === 'string' ? TRACE_PARENT.exec(header)?.[1] : undefined;
}

/** Runs `work` as a span of its own. */
export async function spanned<T>(tracing: Tracing, name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  const span = tracing.start(name, options);
  try {
    const result = await work(span);
    span.end();
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  }
}
