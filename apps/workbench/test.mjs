// npm test: everything that must hold, in one go; ends non-zero if anything does not. npm test -- unit lint: only these stages.
// Checks that only read run beside the tests; end-to-end specs wait for them, for they mind how fast things happen.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuilt, ensureInstalled, root, unfitNode } from './prepare.mjs';
import { progressOn } from './progress.mjs';
import { readReport, tellFailures } from './test-report.mjs';

const bin = (...parts) => path.join(root, 'node_modules', ...parts);
// Left to itself Jest runs one file after another on two cores. Most of what specs on servers do is wait: for a lease, for a process.
const jest = (level, maxWorkers) => ({
  node: [bin('jest', 'bin', 'jest.js'), '--selectProjects', level, `--maxWorkers=${maxWorkers}`],
  counts: true,
});

/** In order. `limit`: seconds after which a stage counts as hanging; on two free cores each takes a fraction of it, on busy ones it must not be hit. */
const STAGES = {
  types: { node: [bin('typescript-7', 'bin', 'tsc'), '--noEmit'], limit: 600 },
  lint: { node: [bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings=0'], limit: 600 },
  typed: { node: [bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings'], limit: 600 },
  rooms: {
    node: [bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'), 'apps', 'libs', 'migrations', '--config', '.dependency-cruiser.cjs'],
    limit: 300,
  },
  unused: { node: [bin('knip', 'bin', 'knip.js'), '--no-progress'], limit: 300 },
  lock: { node: [path.join(root, 'apps/workbench/complete-lock.mjs'), '--check'], limit: 30 },
  packages: { node: [path.join(root, 'apps/workbench/lint-lock.mjs')], limit: 30 },
  unit: { ...jest('unit', 2), limit: 900 },
  integration: { ...jest('integration', 6), limit: 1200, looksTwice: true },
  e2e: { ...jest('e2e', 4), limit: 1200, looksTwice: true },
};
/** Files of a stage that are looked at a second time, alone (ADR 9). More that fail at once are no accident of a busy machine. */
const MOST_LOOKED_AT_AGAIN = 3;
const ALONE = ['e2e'];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in STAGES));
if (unknown.length > 0) end(`usage: npm test [-- ${Object.keys(STAGES).join('|')} ...]`, 64);
const unfit = unfitNode();
if (unfit) end(unfit, 69);

const chosen = Object.keys(STAGES).filter((name) => wanted.length === 0 || wanted.includes(name));
const reports = mkdtempSync(path.join(tmpdir(), 'ampel-test-reports-'));
process.once('exit', () => rmSync(reports, { recursive: true, force: true }));

const progress = progressOn(process.stdout);
try {
  await ensureInstalled(progress.step);
  await ensureBuilt(progress.step);
} catch (error) {
  end(`\n${error.message}\n\n0 passed, 1 failed`, 1);
}

const isTest = (name) => STAGES[name].counts === true;
const checks = runInOrder(chosen.filter((name) => !isTest(name)));
const tests = await runInOrder(chosen.filter((name) => isTest(name) && !ALONE.includes(name)));
const results = [...(await checks), ...tests, ...(await runInOrder(chosen.filter((name) => ALONE.includes(name))))];
summarize(results);

async function runInOrder(names) {
  const done = [];
  for (const name of names) done.push(await runStage(name));
  return done;
}

/** Runs one stage. Tests show what they do; checks show their output only if they fail. */
async function runStage(name) {
  const stage = STAGES[name];
  const began = performance.now();
  const first = await runOnce(name, stage.node);
  const red = first.report?.failures ?? [];
  const files = [...new Set(red.map(({ file }) => file))];
  const worthIt = stage.looksTwice && !first.green && !first.why && files.length > 0 && files.length <= MOST_LOOKED_AT_AGAIN;
  const seconds = () => (performance.now() - began) / 1000;
  if (!worthIt) return { name, seconds: seconds(), ...first };
  progress.say(`\n--- ${name}: looked at again, alone: ${files.join(', ')}`);
  const second = await runOnce(name, [...stage.node.filter((arg) => !arg.startsWith('--maxWorkers')), '--maxWorkers=1', '--runTestsByPath', ...files]);
  if (!second.green) return { name, seconds: seconds(), ...first };
  return { name, seconds: seconds(), green: true, passed: first.passed + first.failed, failed: 0, why: '', unsteady: red };
}

/** Runs the command of a stage; gives how it ended and, of tests, what they reported. */
function runOnce(name, node) {
  const { limit, counts } = STAGES[name];
  const file = path.join(reports, `${name}.json`);
  rmSync(file, { force: true });
  const args = counts ? [...node, '--json', `--outputFile=${file}`] : node;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    // With --json Jest prints its report to stdout as well; what is for people comes on stderr.
    if (!counts) child.stdout.on('data', (bytes) => (output += bytes));
    else child.stdout.resume();
    child.stderr.on('data', (bytes) => (counts ? process.stderr.write(bytes) : (output += bytes)));
    let late = false;
    const alarm = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, limit * 1000);
    child.once('close', (code) => {
      clearTimeout(alarm);
      if (!counts && code !== 0) progress.say(`\n--- ${name}\n${output.trimEnd()}\n---`);
      const report = counts ? readReport(file, root) : undefined;
      resolve({ report, ...verdict(code, report), ...(late ? { why: `not done after ${limit} s` } : {}) });
    });
  });
}

/** A stage that is red counts as one failure at least, so that the last line never says 0 when the run is red. */
function verdict(code, counted) {
  const { passed = 0, failed = 0, skipped = 0 } = counted ?? {};
  const why = skipped > 0 ? `${skipped} skipped` : '';
  const green = code === 0 && failed === 0 && skipped === 0;
  return { green, passed, failed: green ? 0 : Math.max(failed + skipped, 1), why };
}

function summarize(results) {
  for (const { name, green, report, unsteady = [] } of results) {
    if (!green) tellFailures(progress.say, `${name}: failed`, report?.failures ?? []);
    tellFailures(progress.say, `${name}: unsteady, failed beside others and passed alone; find out why`, unsteady);
  }
  progress.say('');
  for (const { name, green, seconds, passed, failed, why, unsteady = [] } of results) {
    const tests = isTest(name) ? `${passed} passed, ${failed} failed${unsteady.length > 0 ? `, ${unsteady.length} of them unsteady` : ''}` : '';
    progress.say(`  ${green ? 'ok ' : 'RED'}  ${name.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s  ${[tests, why].filter(Boolean).join(', ')}`.trimEnd());
  }
  const sum = (of) => results.reduce((total, result) => total + of(result), 0);
  progress.say(`\nall in ${(performance.now() / 1000).toFixed(0)} s`);
  end(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`, results.every(({ green }) => green) ? 0 : 1);
}

function end(line, code) {
  process.exitCode = code;
  process.stdout.write(`${line}\n`, () => process.exit(code));
}
