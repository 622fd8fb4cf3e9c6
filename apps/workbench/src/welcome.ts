import { DEMO_AGENTS, DEMO_TENANT } from './demo-tenant.js';
import type { RunFile } from './run-file.js';
import type { Demo } from './seed-demo.js';

export interface Welcome {
  readonly urls: RunFile['urls'];
  /** Shown in development only. */
  readonly adminToken: string | undefined;
  readonly demo: Demo | undefined;
  readonly runFile: string;
}

/** The text that ends a start: where everything is, who may sign in, what to try. Every command in it works as it stands. */
export function welcome({ urls, adminToken, demo, runFile }: Welcome): string {
  const seconds = (performance.now() / 1000).toFixed(1); // since this process began
  const shop = demo === undefined ? [] : [row('demo shop', `${urls.dashboard}/demo/`)];
  const lines = [`Ampel is ready after ${seconds} s`, '', ...shop, row('dashboard', `${urls.dashboard}/dashboard/`), ...addresses(urls), row('run file', runFile)];
  if (adminToken !== undefined) lines.push(row('admin token', adminToken));
  if (demo !== undefined) lines.push('', ...credentials(demo), '', ...whatToTry(urls, demo));
  return [...lines, '', 'Ctrl-C stops everything and keeps the data.'].join('\n');
}

const row = (name: string, value: string): string => `  ${name.padEnd(12)} ${value}`;

function addresses(urls: Welcome['urls']): string[] {
  const one = new Set(Object.values(urls)).size === 1;
  const docs = row('docs', `${urls.agent}/docs`);
  if (one) return [row('API', urls.agent), docs];
  return [...(['agent', 'admin', 'widget'] as const).map((name) => row(name, urls[name])), docs];
}

function credentials(demo: Demo): string[] {
  return [
    `Demo tenant "${DEMO_TENANT.slug}", site key ${demo.siteKey}`,
    ...DEMO_AGENTS.map(({ email, name, password, group, role }) => {
      const place = group === undefined ? 'in no group: drives every box' : `group ${group}`;
      return row(name, `${email} / ${password}  (${role === undefined ? place : `${place}; ${role}: finds the console in the dashboard`})`);
    }),
  ];
}

function whatToTry(urls: Welcome['urls'], demo: Demo): string[] {
  const uma = DEMO_AGENTS.find(({ group }) => group === undefined);
  const signIn = JSON.stringify({ tenant: DEMO_TENANT.slug, email: uma?.email, password: uma?.password, device: { kind: 'desktop' } });
  const box = `${urls.widget}/widget/v1/sites/${demo.siteKey}`;
  const json = `-H 'content-type: application/json'`;
  return [
    'What to try (in another terminal):',
    '  # watch the chat box; leave it running',
    `  curl -sN ${box}/stream`,
    '  # sign in, go online, then busy',
    `  TOKEN=$(curl -s ${urls.agent}/agent/v1/sessions ${json} -d '${signIn}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')`,
    ...['online', 'busy'].map(
      (status) => `  curl -s -X PUT ${urls.agent}/agent/v1/status -H "authorization: Bearer $TOKEN" ${json} -d '{"status":"${status}"}'`,
    ),
    '  # what a visitor gets',
    `  curl -s ${box}/status`,
  ];
}
