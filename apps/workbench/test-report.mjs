// What Jest's JSON report says, in the words npm test ends with.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Lines of a failure's message that are shown at the end; the whole stands further up. */
const MESSAGE_LINES = 12;
const COLOURS = /\u001b\[[0-9;]*m/g;

/**
 * Reads the report of one run; undefined if there is none, because Jest did not come so far. `failures` has one entry for each test that
 * failed, and one for each file that could not even be loaded: `{file, test, message}`, `file` relative to `root`.
 */
export function readReport(file, root) {
  if (!existsSync(file)) return undefined;
  const report = JSON.parse(readFileSync(file, 'utf8'));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap((result) => failuresOf(result, path.relative(root, result.name))),
  };
}

function failuresOf({ status, message, assertionResults }, file) {
  const failed = assertionResults.filter((one) => one.status === 'failed');
  if (failed.length > 0) return failed.map(({ fullName, failureMessages }) => ({ file, test: fullName, message: failureMessages.join('\n') }));
  return status === 'failed' ? [{ file, test: 'the file itself', message }] : [];
}

/** Says under a heading which tests failed, and how; nothing if none did. It comes last, where whoever reads a long log looks first. */
export function tellFailures(say, heading, failures) {
  if (failures.length === 0) return;
  say(`\n--- ${heading}`);
  for (const { file, test, message } of failures) {
    const lines = message.replace(COLOURS, '').split('\n').slice(0, MESSAGE_LINES);
    say(`${file}\n  ${test}\n${lines.map((line) => `    ${line}`).join('\n')}`);
  }
}
