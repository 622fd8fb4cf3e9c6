import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

/** What a place is made by: the rules of the domain, how events of older releases are lifted, and this room. */
const MADE_BY = ['../../domain/src/', '../../event-store/src/', './'];
const CODE = /(?<![.](?:spec|fixture|features|d))[.](?:js|ts)$/;

/**
 * A print of the rules that this process folds by: of their very files, so that no release goes on from what other rules have made of a log,
 * and nobody has to remember to say that they changed.
 */
export function printOfRules(): string {
  const sum = createHash('sha256');
  for (const room of MADE_BY) {
    const folder = fileURLToPath(new URL(room, import.meta.url));
    const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => CODE.test(file)).sort();
    for (const file of files) sum.update(file).update(readFileSync(path.join(folder, file)));
  }
  return sum.digest('base64url').slice(0, 16);
}
