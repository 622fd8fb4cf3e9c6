// Yardsticks of P8 and P10: what reading costs at all. Imports nothing of the project.
import type { Socket } from 'node:net';
import pg from 'pg';

const COLUMNS = `pos, tenant_id, stream_id, version, type, schema_version, event_id, command_id, causation_id, correlation_id, actor_kind, actor_id,
  effective_at, recorded_at, data`;
/** ReadyForQuery, idle: the last bytes that the server sends. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** Copies the log out in binary, partition by partition, as `psql \copy` does, and throws the bytes away; gives how many bytes. */
export async function copyLog(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  let bytes = 0;
  try {
    const { rows } = await client.query<{ partition: number }>('SELECT partition FROM store.partition_head WHERE pos > 0 ORDER BY partition');
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
    const listeners = stream.listeners('data') as ((chunk: Buffer) => void)[];
    stream.removeAllListeners('data');
    for (const { partition } of rows) {
      bytes += await copied(stream, `COPY (SELECT ${COLUMNS} FROM store.event WHERE partition = ${Number(partition)} ORDER BY pos) TO STDOUT (FORMAT binary)`);
    }
    for (const listener of listeners) stream.on('data', listener);
  } finally {
    await client.end();
  }
  return bytes;
}

/** One statement on the wire; what comes back is counted. */
function copied(stream: Socket, text: string): Promise<number> {
  return new Promise((resolve) => {
    let bytes = 0;
    let end = Buffer.alloc(0);
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      end = Buffer.concat([end, chunk.subarray(-READY.length)]).subarray(-READY.length);
      if (!end.equals(READY)) return;
      stream.off('data', take);
      resolve(bytes);
    };
    stream.on('data', take);
    const body = Buffer.from(`${text}\0`);
    const head = Buffer.alloc(5);
    head.write('Q');
    head.writeUInt32BE(body.length + 4, 1);
    stream.write(Buffer.concat([head, body]));
  });
}

/** Reads one row by its primary key, one after the other; gives the milliseconds of each. */
export async function readByKey(url: string, table: string, keys: readonly string[]): Promise<number[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const times: number[] = [];
  for (const key of keys) {
    const began = performance.now();
    await client.query({ name: 'by-key', text: `SELECT * FROM ${table} WHERE tenant_id = $1`, values: [key] });
    times.push(performance.now() - began);
  }
  await client.end();
  return times;
}
