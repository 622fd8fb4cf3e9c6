import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret, SecretCannotBeOpened, WebhookSecrets } from './secrets.js';
import { signatureHeaders } from './signature.js';

const headersOf = (id: string, at: number, body: string, secrets: string[]): Record<string, string> => ({ ...signatureHeaders(id, at, body, secrets) });

describe('a signature', () => {
  it('is one that the public library makes and takes, whatever the body', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.jsonValue(), (id, value) => {
        const [secret, body, at] = [newWebhookSecret(), JSON.stringify(value), Date.now()];
        const headers = headersOf(id, at, body, [secret]);
        const library = new Webhook(secret);
        expect(library.verify(body, headers)).toEqual(JSON.parse(body));
        expect(headers['webhook-signature']).toBe(library.sign(id, new Date(at), body));
      }),
      { numRuns: 50 },
    );
  });

  it('of two secrets verifies with either, and with no third', () => {
    const [old, present, other] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()];
    const headers = headersOf('id', Date.now(), '{}', [present, old]);
    for (const secret of [old, present]) expect(new Webhook(secret).verify('{}', headers)).toEqual({});
    expect(() => new Webhook(other).verify('{}', headers)).toThrow('No matching signature');
  });

  it('fails for another body, another id, another time, and when it is old', () => {
    const secret = newWebhookSecret();
    const library = new Webhook(secret);
    const headers = headersOf('id', Date.now(), '{"a":1}', [secret]);
    expect(() => library.verify('{"a":2}', headers)).toThrow();
    expect(() => library.verify('{"a":1}', { ...headers, 'webhook-id': 'other' })).toThrow();
    expect(() => library.verify('{"a":1}', { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) })).toThrow();
    expect(() => library.verify('{}', headersOf('id', Date.now() - 600_000, '{}', [secret]))).toThrow('too old');
  });
});

describe('a secret in the database', () => {
  const secrets = new WebhookSecrets('s'.repeat(43));
  const secret = newWebhookSecret();
  const sealed = secrets.seal('tenant', 'webhook', secret);

  it('is unreadable, another text every time, and opens again after a restart', () => {
    expect(sealed.toString('latin1')).not.toContain(secret.slice(6, 20));
    expect(secrets.seal('tenant', 'webhook', secret).equals(sealed)).toBe(false);
    expect(new WebhookSecrets('s'.repeat(43)).open('tenant', 'webhook', sealed)).toBe(secret);
  });

  it('opens for nobody else: another key, tenant or webhook, a changed or cut text', () => {
    expect(() => new WebhookSecrets('t'.repeat(43)).open('tenant', 'webhook', sealed)).toThrow(SecretCannotBeOpened);
    expect(() => secrets.open('tenant2', 'webhook', sealed)).toThrow(SecretCannotBeOpened);
    expect(() => secrets.open('tenant', 'webhook2', sealed)).toThrow(SecretCannotBeOpened);
    for (const at of [0, 5, 20, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => secrets.open('tenant', 'webhook', changed)).toThrow(SecretCannotBeOpened);
    }
    for (const length of [0, 1, 12, 29]) expect(() => secrets.open('tenant', 'webhook', sealed.subarray(0, length))).toThrow(SecretCannotBeOpened);
  });
});
