import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import type { JetStreamManager, StreamConfig, StreamInfo } from '@nats-io/jetstream';

/** The product's one stream. */
export const STREAM = 'AMPEL';

/** A message id is recognised as a repetition for so long. Longer costs the server memory per message; consumers dedupe anyway. */
const DUPLICATE_WINDOW_MS = 120_000;
const DAY_MS = 86_400_000;
/** Truth is in Postgres: the stream only has to outlast a consumer's holidays. */
export const DEFAULT_MAX_AGE_MS = 30 * DAY_MS;
const NANOS = 1_000_000; // per millisecond

export interface StreamDeclaration {
  readonly name: string;
  readonly subjects: readonly string[];
  /** 0 = for ever; not below the duplicate window. */
  readonly maxAgeMs: number;
  /** Copies in a cluster. */
  readonly replicas?: number;
}

/** What was wanted and the server would not change; the stream is used as it is. */
export interface DeclaredStream {
  readonly info: StreamInfo;
  /** Names of settings that are not as declared. */
  readonly different: readonly string[];
}

/** Gives the stream's present state, or null if there is none. Rejects if the server cannot be asked. */
export async function streamInfo(manager: JetStreamManager, name: string): Promise<StreamInfo | null> {
  try {
    return await manager.streams.info(name);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return null;
    throw error;
  }
}

/**
 * Makes the stream, or changes an existing one to what is declared as far as the server allows (not its storage, not back from a
 * denial). Uses only settings that nats-server 2.9 knows: older ones lack the rest, and 2.12 and later refuse what they do not know.
 * Rejects with the server's error, e.g. if another stream has taken the subjects.
 */
export async function declareStream(manager: JetStreamManager, declaration: StreamDeclaration): Promise<DeclaredStream> {
  const wanted = configOf(declaration);
  const existing = await streamInfo(manager, declaration.name);
  if (existing === null) {
    try {
      return { info: await manager.streams.add({ ...wanted }), different: [] };
    } catch (error) {
      // Another process declares the same stream at this moment, with other settings.
      const made = error instanceof JetStreamApiError ? await streamInfo(manager, declaration.name) : null;
      if (made === null) throw error;
      return { info: made, different: differences(wanted, made) };
    }
  }
  if (differences(wanted, existing).length === 0) return { info: existing, different: [] };
  try {
    const info = await manager.streams.update(declaration.name, { ...wanted });
    return { info, different: differences(wanted, info) };
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) throw error;
    return { info: existing, different: differences(wanted, existing) };
  }
}

type Config = Partial<StreamConfig> & { name: string };

function configOf({ name, subjects, maxAgeMs, replicas = 1 }: StreamDeclaration): Config {
  return {
    name,
    subjects: [...subjects],
    storage: 'file',
    retention: 'limits',
    discard: 'old',
    max_age: maxAgeMs * NANOS,
    duplicate_window: DUPLICATE_WINDOW_MS * NANOS,
    num_replicas: replicas,
    max_msgs: -1,
    max_bytes: -1,
    max_msg_size: -1,
    max_consumers: -1,
    // Consumers trust what they have read: nobody takes messages out again.
    deny_delete: true,
    deny_purge: true,
  };
}

function differences(wanted: Config, { config }: StreamInfo): string[] {
  return Object.entries(wanted)
    .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(config[key as keyof StreamConfig]))
    .map(([key]) => key);
}
