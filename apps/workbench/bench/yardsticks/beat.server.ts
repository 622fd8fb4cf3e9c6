// Yardstick of P6: node:http that looks a token up and notes the time. Imports nothing of the project.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const tokens = readFileSync(process.argv[2] ?? '', 'utf8').split('\n');
const sessions = new Map(tokens.map((token) => [`Bearer ${token}`, { seenAt: 0 }]));

const server = createServer((request, response) => {
  const session = request.method === 'POST' ? sessions.get(request.headers.authorization ?? '') : undefined;
  if (session) session.seenAt = Date.now();
  response.writeHead(session ? 204 : 401).end();
});
server.keepAliveTimeout = 72_000; // ms; measured in turns, a connection is idle meanwhile
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => process.exit());
