// Yardstick of P5: raw sockets that hear a head and then, when told to push, the same bytes each. Imports nothing of the project.
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const sockets = new Set<Socket>();

function chunk(frame: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(frame).toString(16)}\r\n${frame}\r\n`);
}

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.on('close', () => sockets.delete(socket));
  socket.once('data', () => {
    sockets.add(socket);
    socket.write(Buffer.concat([Buffer.from(HEAD), chunk('event: status\ndata: {}\n\n')]));
  });
});
server.listen(0, '127.0.0.1', 4_096, () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', ({ frame }: { frame: string }) => {
  const bytes = chunk(frame);
  for (const socket of sockets) socket.write(bytes);
});
process.once('disconnect', () => process.exit());
