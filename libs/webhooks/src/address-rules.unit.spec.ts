import { describe, expect, it } from '@jest/globals';
import { addressFault, isPublicAddress } from './address-rules.js';

const production = { loopback: false };
const development = { loopback: true };

describe('an IP address', () => {
  const closed = [
    '0.0.0.0', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.254', '127.0.0.1', '127.255.0.1', '169.254.169.254', '172.16.0.1',
    '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.0.1', '198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9',
    '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
    '::', '::1', '::127.0.0.1', '::ffff:10.0.0.1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::a00:1', '64:ff9b:1::1', '100::1', 'fc00::1',
    'fd12:3456::1', 'fe80::1', 'fec0::1', 'ff02::1', '2001::1', '2001:0:4136:e378::1', '2001:10::1', '2001:db8::1', '2002:a00:1::', '3fff::1',
    '5f00::1', 'fe80::1%eth0',
  ];
  const open = ['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '172.15.0.1', '172.32.0.1', '192.0.1.1',
    '192.167.1.1', '198.17.0.1', '198.20.0.1', '223.255.255.255', '2606:4700:4700::1111', '2a00:1450:4001::200e', '2001:4860:4860::8888'];

  it.each(closed)('%s is not sent to', (address) => {
    expect(isPublicAddress(address, production)).toBe(false);
  });

  it.each(open)('%s is on the internet', (address) => {
    expect(isPublicAddress(address, production)).toBe(true);
  });

  it('of this machine is sent to in development alone, and it opens no other network', () => {
    for (const address of ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1']) expect(isPublicAddress(address, development)).toBe(true);
    for (const address of ['10.0.0.1', '169.254.169.254', '::ffff:10.0.0.1', 'fd00::1']) expect(isPublicAddress(address, development)).toBe(false);
  });

  it('that is none is not sent to', () => {
    for (const text of ['', 'localhost', '8.8.8', '8.8.8.8.8', '[::1]', '010.0.0.1']) expect(isPublicAddress(text, production)).toBe(false);
  });
});

describe('the address of a webhook', () => {
  const right = ['https://hooks.acme-shop.com', 'https://hooks.acme-shop.com:8443/in?x=1', 'https://hooks.acme-shop.com:443/', 'https://1.1.1.1/',
    'https://[2606:4700:4700::1111]/x', 'https://bücher.de/hook'];
  const wrong = ['', 'hooks', 'http://hooks.acme-shop.com/', 'ftp://hooks.acme-shop.com/', 'javascript:alert(1)', 'file:///etc/passwd',
    'https://user@hooks.acme-shop.com/', 'https://user:pass@hooks.acme-shop.com/', 'https://hooks.acme-shop.com/#part',
    'https://hooks.acme-shop.com:22/', 'https://hooks.acme-shop.com:80/', 'https://hooks.acme-shop.com:1023/',
    // every spelling of this machine and of private networks
    'https://localhost/', 'https://LOCALHOST./', 'https://x.localhost/', 'https://127.0.0.1/', 'https://127.1/', 'https://2130706433/', 'https://0x7f.1/',
    'https://0177.0.0.1/', 'https://0/', 'https://[::1]/', 'https://[::]/', 'https://[::ffff:127.0.0.1]/', 'https://[::ffff:7f00:1]/', 'https://10.1/',
    'https://169.254.169.254/latest/meta-data/', 'https://[fd00:ec2::254]/', 'https://192.168.1.1:8443/', 'https://１２７.0.0.1/', 'https://intranet/',
    'https://metadata.google.internal/', 'https://printer.local/', 'https://db.home.arpa/', 'https://x.test/', 'https://postgres/',
    'http://localhost/', 'http://127.0.0.1:8080/'];

  it.each(right)('%s is fine', (url) => {
    expect(addressFault(url, production)).toBeNull();
  });

  it.each(wrong)('%s is refused with a reason', (url) => {
    expect(addressFault(url, production)).toMatch(/^must /);
  });

  it('may be on this machine in development, also without TLS; nothing else changes', () => {
    for (const url of ['http://127.0.0.1:3000/', 'http://localhost:80/', 'https://[::1]/', 'http://[::1]:8080/']) {
      expect(addressFault(url, development)).toBeNull();
    }
    for (const url of ['http://hooks.acme-shop.com/', 'https://10.0.0.1/', 'http://user@127.0.0.1/', 'https://intranet/', 'https://x.localhost/']) {
      expect(addressFault(url, development)).not.toBeNull();
    }
  });
});
