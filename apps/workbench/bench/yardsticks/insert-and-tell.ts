// Yardstick of P3: a change by hand, with no promise but its own commit: insert, core NATS, upsert in another process, core NATS.
// Imports nothing of the project.
import { connect } from '@nats-io/transport-node';
import pg from 'pg';

/** Makes the tables; to be called before anything else. */
export async function prepareTables(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`
    CREATE TABLE public.written (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, box text NOT NULL, status text NOT NULL, version int NOT NULL);
    CREATE TABLE public.shown (id text PRIMARY KEY, status text NOT NULL, version int NOT NULL)`);
  await client.end();
}

/** Changes a box; `arrived` is called when its news came back. */
export interface ByHand {
  change(box: string, status: string, version: number): void;
  close(): Promise<void>;
}

export async function byHand(databaseUrl: string, natsUrl: string, arrived: (box: string, version: number) => void): Promise<ByHand> {
  const { host, username, password } = new URL(natsUrl);
  const nats = await connect({ servers: host, user: decodeURIComponent(username), pass: decodeURIComponent(password) });
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 6 });
  nats.subscribe('yardstick.shown', {
    callback: (_error, message) => {
      const { id, version } = message.json<{ id: string; version: number }>();
      arrived(id, version);
    },
  });
  await nats.flush();
  return {
    change: (box, status, version) => {
      const values = [box, status, version];
      void pool
        .query({ name: 'insert', text: 'INSERT INTO public.written (box, status, version) VALUES ($1, $2, $3)', values })
        .then(() => nats.publish('yardstick.written', JSON.stringify({ id: box, status, version })));
    },
    close: async () => {
      await nats.close();
      await pool.end();
    },
  };
}
