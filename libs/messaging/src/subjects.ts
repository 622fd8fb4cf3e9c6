/** A word that cannot stand in a subject: it would be read as several tokens, or as a wildcard (architecture 11, pitfall 11). */
export class InvalidSubject extends Error {
  override readonly name = 'InvalidSubject';
}

// What every nats-server takes in a token and no id of ours exceeds. Dots, spaces, `*` and `>` have a meaning in subjects.
const TOKEN = /^[A-Za-z0-9_-]{1,200}$/;
// `$` begins the subjects of the server's own interfaces.
const PUBLISHED_TOKEN = /^[A-Za-z0-9_$-]{1,200}$/;

/** Gives the word back if it can be one token of a subject, else throws InvalidSubject. */
export function subjectToken(word: string): string {
  if (!TOKEN.test(word)) throw new InvalidSubject(`${JSON.stringify(word)} cannot be a token of a subject`);
  return word;
}

/** Gives the subject back if something can be published on it: tokens without wildcards. Throws InvalidSubject. */
export function publishedSubject(subject: string): string {
  if (!subject.split('.').every((token) => PUBLISHED_TOKEN.test(token))) {
    throw new InvalidSubject(`${JSON.stringify(subject)} is no subject to publish on`);
  }
  return subject;
}

/** Gives the pattern back if it can be subscribed to: tokens, `*` for any one, `>` at the end for all the rest. Throws InvalidSubject. */
export function subscribedSubject(pattern: string): string {
  const tokens = pattern.split('.');
  const valid = tokens.every((token, i) => PUBLISHED_TOKEN.test(token) || token === '*' || (token === '>' && i === tokens.length - 1));
  if (!valid) throw new InvalidSubject(`${JSON.stringify(pattern)} is no subject to subscribe to`);
  return pattern;
}

/** Subject of the doorbell of a partition: core NATS, in no stream. */
export function bellSubject(partition: number): string {
  return `bell.${partition}`;
}

/** First token of every subject of the stream: the version of their layout. */
export const SUBJECT_VERSION = 'v1';

/** What the stream takes in: version, partition, tenant, kind, type. */
export const STREAM_SUBJECTS = `${SUBJECT_VERSION}.*.*.*.*`;

/** Subject of a fact in the stream, `v1.<partition>.<tenantId>.<kind>.<type>`. Throws InvalidSubject if a part cannot be a token. */
export function factSubject(fact: { partition: number; tenantId: string; kind: string; type: string }): string {
  const { partition, tenantId, kind, type } = fact;
  return `${SUBJECT_VERSION}.${partition}.${subjectToken(tenantId)}.${subjectToken(kind)}.${subjectToken(type)}`;
}

/** All facts of a kind in a partition, of any tenant and type. */
export function factsOfPartition(kind: string, partition: number): string {
  return `${SUBJECT_VERSION}.${partition}.*.${subjectToken(kind)}.*`;
}

/** All facts of a kind and a type in any partition, of any tenant; `*` = of every kind, every type. Throws InvalidSubject. */
export function factsOfType(kind: string, type: string): string {
  return subscribedSubject([SUBJECT_VERSION, '*', '*', kind, type].join('.'));
}

/** What the subject of a fact says; null if it is no such subject. */
export function readFactSubject(subject: string): { partition: string; tenantId: string; kind: string; type: string } | null {
  const [version, partition, tenantId, kind, type, ...rest] = subject.split('.');
  if (version !== SUBJECT_VERSION || !partition || !tenantId || !kind || !type || rest.length > 0) return null;
  return { partition, tenantId, kind, type };
}
