import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { addressFault, type AddressRules, isPublicAddress } from '#webhooks';

/** How a request ended. */
export type Answer =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'unanswered'; readonly error: string };

export interface PostOptions extends AddressRules {
  /** From the look-up of the name to the end of the answer, ms. */
  readonly timeoutMs: number;
  /** Cuts the request. */
  readonly signal?: AbortSignal;
  /** Gives the addresses of a name; a spec brings its own. */
  readonly resolve?: (host: string) => Promise<readonly { address: string; family: number }[]>;
}

/** More of an answer is not read: nobody looks at it. Bytes. */
const LONGEST_ANSWER = 16_384;

interface Address {
  readonly address: string;
  readonly family: number;
}

/**
 * Posts a body to a receiver. The name is looked up once, and the connection goes to an address that was looked at: a name that leads
 * elsewhere a moment later changes nothing. Redirects are answers like others. Never rejects.
 */
export async function post(url: string, headers: Readonly<Record<string, string>>, body: string, options: PostOptions): Promise<Answer> {
  const late = AbortSignal.timeout(options.timeoutMs);
  const deadline = options.signal ? AbortSignal.any([late, options.signal]) : late;
  try {
    const fault = addressFault(url, options);
    if (fault !== null) return { kind: 'unanswered', error: `the address ${fault}` };
    const target = new URL(url);
    const addresses = await raced(addressesOf(target, options), deadline);
    const closed = addresses.find(({ address }) => !isPublicAddress(address, options));
    if (addresses.length === 0) return { kind: 'unanswered', error: 'the name has no address' };
    if (closed) return { kind: 'unanswered', error: 'the name leads into a private network' };
    return await send(target, addresses, headers, body, deadline);
  } catch (error) {
    return { kind: 'unanswered', error: late.aborted ? `no answer within ${options.timeoutMs / 1000} s` : sentenceOf(error) };
  }
}

async function addressesOf({ hostname }: URL, { resolve }: PostOptions): Promise<readonly Address[]> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  return resolve ? resolve(host) : lookup(host, { all: true });
}

function send(target: URL, addresses: readonly Address[], headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body);
    const request = (target.protocol === 'https:' ? https : http).request(target, {
      method: 'POST',
      headers: { ...headers, 'content-length': bytes.length },
      agent: false, // a connection of its own: none is ever taken over from another look-up
      signal,
      lookup: (_host, { all }, give) => {
        const [first] = addresses;
        if (all) give(null, [...addresses]);
        else give(null, first?.address ?? '', first?.family);
      },
    });
    let answer: Answer | undefined;
    request.on('error', (error) => (answer ? resolve(answer) : reject(error)));
    request.once('response', (response) => {
      const status = response.statusCode ?? 0;
      const answered: Answer = (answer = { kind: 'answered', status, retryAfterMs: retryAfter(response.headers['retry-after']) });
      let read = 0;
      response.on('data', (chunk: Buffer) => {
        read += chunk.length;
        if (read > LONGEST_ANSWER) response.destroy();
      });
      // The status decides; how the rest of the answer ends (complete, cut, too slow) does not matter any more.
      response.once('error', () => undefined);
      response.once('close', () => resolve(answered));
    });
    request.end(bytes);
  });
}

/** Seconds only: a date would be by the receiver's clock. */
function retryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : undefined;
}

async function raced<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('too late')), { once: true });
  });
  return Promise.race([promise, aborted]);
}

const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'the receiver could not be reached',
  EHOSTUNREACH: 'the receiver could not be reached',
  ENETUNREACH: 'the receiver could not be reached',
};

/** Tenants read it: nothing of our network in it. */
function sentenceOf(error: unknown): string {
  const { code = '', errors } = error as { code?: string; errors?: unknown[] };
  if (errors?.[0] !== undefined) return sentenceOf(errors[0]); // several addresses were tried
  const sentence = SENTENCES[code];
  if (sentence !== undefined) return sentence;
  return /CERT|TLS|SSL|ALTNAME|SIGNATURE|ISSUER|EPROTO/.test(code) ? `TLS failed (${code})` : `no connection (${code || 'unknown'})`;
}
