import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { ClientAddresses } from './client-address.js';

const from = (remoteAddress: string, forwarded?: string | string[]) =>
  ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

describe('the address of a client', () => {
  const direct = new ClientAddresses();
  const behind = new ClientAddresses(['10.0.0.0/8', '192.0.2.7', 'fd00::/8']);

  it('is the connection’s where no proxy is trusted, whatever the header claims', () => {
    expect(direct.of(from('203.0.113.9'))).toBe('203.0.113.9');
    expect(direct.of(from('203.0.113.9', '198.51.100.1'))).toBe('203.0.113.9');
    expect(direct.of(from('::ffff:203.0.113.9'))).toBe('203.0.113.9');
  });

  it('is the last one of the header that is no trusted proxy: what a client writes before it counts nothing', () => {
    expect(behind.of(from('10.1.2.3', '198.51.100.1'))).toBe('198.51.100.1');
    expect(behind.of(from('10.1.2.3', '1.1.1.1, 198.51.100.1, 10.9.9.9'))).toBe('198.51.100.1');
    expect(behind.of(from('::ffff:10.1.2.3', '198.51.100.1, 192.0.2.7'))).toBe('198.51.100.1');
    expect(behind.of(from('fd00::1', ['1.1.1.1', '198.51.100.1']))).toBe('198.51.100.1');
  });

  it('is the connection’s for who is no trusted proxy itself', () => {
    expect(behind.of(from('203.0.113.9', '198.51.100.1'))).toBe('203.0.113.9');
    expect(behind.of(from('192.0.2.8', '198.51.100.1'))).toBe('192.0.2.8');
  });

  it('is the nearest that can be read, where the header is empty or nonsense', () => {
    for (const header of ['', 'unknown', 'for=198.51.100.1', '<script>']) expect(behind.of(from('10.1.2.3', header))).toBe('10.1.2.3');
    expect(behind.of(from('10.1.2.3', 'nonsense, 10.9.9.9'))).toBe('10.9.9.9');
  });

  it('of IPv6 is the network of a household', () => {
    expect(direct.of(from('2001:db8:1:2:3:4:5:6'))).toBe('2001:db8:1:2::/64');
    expect(direct.of(from('2001:db8:1:2::9'))).toBe('2001:db8:1:2::/64');
    expect(direct.of(from('2001:db8::1'))).toBe('2001:db8:0:0::/64');
    expect(direct.of(from('::1'))).toBe('0:0:0:0::/64');
  });
});
