import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** 32 bytes: Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;
const PREFIX = 'whsec_';

/** A fresh secret in the spelling of Standard Webhooks: `whsec_` and base64. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/** The bytes that sign, of a secret as `newWebhookSecret` spells it. */
export function signingKeyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}

/** It was sealed with another key, for another webhook, or is damaged. */
export class SecretCannotBeOpened extends Error {
  override readonly name = 'SecretCannotBeOpened';
}

const CIPHER = 'aes-256-gcm';
const FORMAT = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Another use of the token secret gets another key (HKDF). */
const PURPOSE = 'ampel webhook secrets v1';

/**
 * Seals secrets for the database. The key comes from AMPEL_TOKEN_SECRET; a sealed secret is bound to its webhook, so a row copied to
 * another one opens nothing. Form: format byte, nonce, tag, ciphertext.
 */
export class WebhookSecrets {
  readonly #key: Buffer;

  constructor(tokenSecret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', tokenSecret, '', PURPOSE, KEY_BYTES));
  }

  seal(tenantId: string, webhookId: string, secret: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce).setAAD(owner(tenantId, webhookId));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), sealed]);
  }

  /** Throws SecretCannotBeOpened. */
  open(tenantId: string, webhookId: string, sealed: Buffer): string {
    try {
      if (sealed[0] !== FORMAT) throw new Error(`unknown format ${sealed[0]}`);
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES }).setAAD(owner(tenantId, webhookId));
      decipher.setAuthTag(tag);
      return decipher.update(sealed.subarray(1 + NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch (cause) {
      throw new SecretCannotBeOpened('The secret cannot be opened: AMPEL_TOKEN_SECRET is another one than when it was made. Rotate it.', { cause });
    }
  }
}

function owner(tenantId: string, webhookId: string): Buffer {
  return Buffer.from(JSON.stringify([tenantId, webhookId]));
}
