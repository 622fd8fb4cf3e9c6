// Yardstick of P3, its second half: told over core NATS that a row is there, it upserts what follows from it and says so over core NATS.
// Imports nothing of the project.
import { connect } from '@nats-io/transport-node';
import pg from 'pg';

const [databaseUrl, natsUrl = ''] = process.argv.slice(2);
const { host, username, password } = new URL(natsUrl);
const nats = await connect({ servers: host, user: decodeURIComponent(username), pass: decodeURIComponent(password) });
const pool = new pg.Pool({ connectionString: databaseUrl, max: 6 });
const upsert = `INSERT INTO public.shown (id, status, version) VALUES ($1, $2, $3)
  ON CONFLICT (id) DO UPDATE SET status = excluded.status, version = excluded.version`;

nats.subscribe('yardstick.written', {
  callback: (_error, message) => {
    const written = message.json<{ id: string; status: string; version: number }>();
    void pool
      .query({ name: 'upsert', text: upsert, values: [written.id, written.status, written.version] })
      .then(() => nats.publish('yardstick.shown', message.data));
  },
});
await nats.flush();
process.send?.({ port: 0 });
process.once('disconnect', () => process.exit());
