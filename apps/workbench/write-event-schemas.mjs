// npm run event-schemas: writes the JSON Schema of every type of event to docs/reference/events. A spec of libs/contract compares them.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt, root } from './prepare.mjs';

await ensureBuilt((line, work) => (console.log(line), work()), { tolerant: true });
const { eventSchemas } = await import('../../dist/libs/contract/src/index.js');
const folder = path.join(root, 'docs', 'reference', 'events');
mkdirSync(folder, { recursive: true });
// Files of older versions stay: consumers still read messages of their shape.
for (const { type, version, schema } of eventSchemas()) {
  writeFileSync(path.join(folder, `${type}.v${version}.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
