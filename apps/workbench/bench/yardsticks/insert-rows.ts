// Yardstick of P1 and P2: what a durable insert costs at all. Imports nothing of the project.
import { randomUUID } from 'node:crypto';
import pg from 'pg';

const DATA = JSON.stringify({ from: 'online', to: 'busy', sessionId: randomUUID(), device: 'desktop' });

/** Makes the table that the inserts go to: a key that counts, and an event's columns without any promise. */
export async function prepareRows(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    CREATE TABLE public.plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream_id text NOT NULL, type text NOT NULL,
      data jsonb NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp())`);
  await client.end();
}

/** Prepared single-row inserts, one transaction each, as pgbench makes them; gives how many a second. */
export async function insertRows(url: string, clients: number, seconds: number): Promise<number> {
  const connections = await Promise.all(
    Array.from({ length: clients }, async () => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      return client;
    }),
  );
  const values = [randomUUID(), 'StatusChanged', DATA];
  const insert = { name: 'plain', text: 'INSERT INTO public.plain (stream_id, type, data) VALUES ($1, $2, $3)', values };
  let done = 0;
  const began = performance.now();
  const end = began + seconds * 1_000;
  await Promise.all(
    connections.map(async (client) => {
      while (performance.now() < end) {
        await client.query(insert);
        done += 1;
      }
    }),
  );
  const perSecond = done / ((performance.now() - began) / 1_000);
  await Promise.all(connections.map((client) => client.end()));
  return perSecond;
}
