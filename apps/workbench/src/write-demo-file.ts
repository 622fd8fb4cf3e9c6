import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DEMO_AGENTS, DEMO_TENANT } from './demo-tenant.js';
import type { Demo } from './seed-demo.js';

/** Tells the demo shop, which is served in development only, whose box to show and which agent to sign in: the first one, of group DE. */
export function writeDemoFile(dataDir: string, demo: Demo | undefined): void {
  const file = path.join(dataDir, 'demo.json');
  const [agent] = DEMO_AGENTS;
  if (demo === undefined || agent === undefined) return rmSync(file, { force: true });
  const groups = [...demo.groupIds].map(([name, id]) => ({ id, name }));
  const { email, password } = agent;
  const content = { siteKey: demo.siteKey, groups, agent: { tenant: DEMO_TENANT.slug, email, password } };
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}
