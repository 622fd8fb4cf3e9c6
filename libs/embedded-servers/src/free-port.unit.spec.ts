import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort } from './free-port.js';

const listening = (port: number): Promise<() => Promise<void>> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(() => new Promise((closed) => server.close(() => closed()))));
  });

describe('a free port', () => {
  it('is none that systems give to outgoing connections, so that a server finds it free when it is started again', async () => {
    const port = await freePort();
    expect(port).toBeLessThan(32_768);
    const close = await listening(port);
    await close();
  });

  it('that somebody has is none', async () => {
    const port = await freePort();
    const close = await listening(port);
    await expect(freePort(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await close();
  });
});
