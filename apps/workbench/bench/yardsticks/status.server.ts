// Yardstick of P4: node:http and nothing else, answering with bytes that it was given. Imports nothing of the project.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const { body, headers } = JSON.parse(process.argv[2] ?? '') as { body: string; headers: Record<string, string> };
const bytes = Buffer.from(body);
const { 'content-type': _type, 'content-length': _length, ...notModified } = headers;

const server = createServer((request, response) => {
  if (request.headers['if-none-match'] === headers['etag']) response.writeHead(304, notModified).end();
  else response.writeHead(200, headers).end(bytes);
});
server.keepAliveTimeout = 72_000; // ms; measured in turns, a connection is idle meanwhile
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => process.exit());
