// npm run check-deploy: what the deployment's own tools say of its files. A tool that is not installed is named and left out; the specs in
// apps/workbench/src/deployment check without any tool what can be checked so. HELM may name a helm that is not on the PATH.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './prepare.mjs';

const secrets = [...readFileSync(path.join(root, 'docker-compose.yml'), 'utf8').matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
const compose = Object.fromEntries(secrets.map((name) => [name, 'a'.repeat(32)]));
const needed = ['--set', 'secrets.existingSecret=a', '--set', 'secrets.migrationSecret=b'];
const everything = [...needed, '--set', 'ingress.enabled=true', '--set', 'ingress.tlsSecret=c', '--set', 'serviceMonitor.enabled=true'];
const chart = 'deploy/helm/ampel';

const scratch = mkdtempSync(path.join(tmpdir(), 'ampel-units-'));
const units = ['ampel@relay.service', 'ampel-migrate.service', 'ampel.target'].map((name) => {
  copyFileSync(path.join(root, 'deploy/systemd', name.replace('@relay', '@')), path.join(scratch, name));
  return path.join(scratch, name);
});

/** Tool, arguments, and variables on top of ours. */
const CHECKS = [
  ['docker compose', ['docker', 'compose', 'config', '--quiet'], compose],
  ['docker-compose', ['docker-compose', 'config', '--quiet'], compose],
  ['helm lint', [process.env.HELM ?? 'helm', 'lint', '--strict', chart, ...needed]],
  ['helm template', [process.env.HELM ?? 'helm', 'template', 'x', chart, ...everything]],
  ['systemd-analyze verify', ['systemd-analyze', 'verify', ...units]],
  ['promtool check rules', ['promtool', 'check', 'rules', 'deploy/prometheus/alerts.yml']],
];

let red = 0;
for (const [name, [program, ...args], env = {}] of CHECKS) {
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } });
  const absent = error?.code === 'ENOENT' || /unknown (command|flag)/.test(stderr);
  if (!absent && status !== 0) red += 1;
  console.log(`${absent ? 'not installed' : status === 0 ? 'ok           ' : 'RED          '}  ${name}`);
  if (!absent && status !== 0) console.log(`${stdout}${stderr}`);
}
rmSync(scratch, { recursive: true });
process.exitCode = red === 0 ? 0 : 1;
