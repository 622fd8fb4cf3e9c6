import { describe, expect, it } from '@jest/globals';
import { mailto } from './mailto.js';

const read = (address: string) => {
  const url = new URL(address);
  return { to: decodeURIComponent(url.pathname), subject: url.searchParams.get('subject'), body: url.searchParams.get('body'), names: [...url.searchParams.keys()] };
};

describe('a reply by mail', () => {
  it('has the visitor, the subject, and the words quoted', () => {
    expect(read(mailto('jon@example.org', 'Your message to Shop', 'My parcel?\nOrder 4711'))).toEqual({
      ...{ to: 'jon@example.org', subject: 'Your message to Shop', body: '\r\n\r\n> My parcel?\r\n> Order 4711', names: ['subject', 'body'] },
    });
  });

  it('takes no other receiver from what a visitor wrote', () => {
    const sly = read(mailto('jon@example.org?cc=eve@example.org', 'A & B=C', 'x&bcc=eve@example.org\r\nBcc: eve@example.org'));
    expect(sly).toMatchObject({ to: 'jon@example.org?cc=eve@example.org', subject: 'A & B=C', names: ['subject', 'body'] });
    expect(sly.body).toContain('> Bcc: eve@example.org');
  });

  it('is short enough for a mail program, and stands halves of characters', () => {
    const address = mailto('jon@example.org', '\ud83d', `${'ab'.repeat(2_000)}`);
    expect(address.length).toBeLessThan(2_000);
    expect(read(address).body).toMatch(/b\r\n> …$/);
    expect(() => mailto('a@b.example', 's', `${'x'.repeat(999)}😀`)).not.toThrow();
  });
});
