import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

/** A small house with one forbidden step each: file -> what it imports, the rule that must catch it. */
const PLANTED: Record<string, readonly [imports: string, rule: string]> = {
  'libs/domain/src/agent-presence/reads-a-file.ts': [`import 'node:fs';`, 'domain-is-pure'],
  'libs/domain/src/agent-presence/takes-a-package.ts': [`import 'zod';`, 'domain-is-pure'],
  'libs/domain/src/agent-presence/asks-for-zones.ts': [`import 'temporal-polyfill';`, 'domain-is-pure'],
  'libs/domain/src/opening-hours/zone-offsets.ts': [`import 'zod';`, 'domain-reads-zones-in-one-file'],
  'libs/domain/src/agent-presence/asks-machinery.ts': [`import '#config';`, 'libs-domain-keeps-to-its-rooms'],
  'libs/contract/src/uses-a-rule.ts': [`import '#domain/agent-presence/index';`, 'contract-takes-only-types-of-the-domain'],
  'libs/directory/src/loads-holidays.ts': [`import 'date-holidays';`, 'holidays-have-one-door'],
  'libs/directory/src/reads-calendars.ts': [`import 'ical.js';`, 'calendar-files-have-one-door'],
  'libs/presence-client/src/needs-node.ts': [`import 'node:fs';`, 'presence-client-runs-in-any-page'],
  'libs/presence-client/src/parses-answers.ts': [`import '#contract';`, 'presence-client-runs-in-any-page'],
  'libs/event-store/src/knows-agents.ts': [`import '#domain/agent-presence/index';`, 'libs-event-store-keeps-to-its-rooms'],
  'libs/http-kit/src/knows-agents.ts': [`import '#domain/agent-presence/index';`, 'libs-http-kit-keeps-to-its-rooms'],
  'libs/config/src/needs-a-room.ts': [`import '#event-store';`, 'libs-config-keeps-to-its-rooms'],
  'libs/directory/src/knows-an-app.ts': [`import '../../../apps/relay/src/pump/pump.js';`, 'libs-never-import-apps'],
  'libs/directory/src/forgot-a-double.ts': [`import '#testing';`, 'only-specs-use-testing'],
  'migrations/uses-settings.ts': [`import '#config';`, 'migrations-know-no-room'],
  'apps/workbench/bench/yardsticks/uses-our-store.ts': [`import '#event-store';`, 'yardsticks-know-no-room'],
  'apps/workbench/bench/yardsticks/uses-our-measure.ts': [`import '../measure.js';`, 'yardsticks-know-no-room'],
  'apps/widget-api/src/read/reads-events.ts': [`import '#event-store';`, 'apps-widget-api-keeps-to-its-rooms'],
  'apps/relay/src/pump/knows-agents.ts': [`import '#domain/agent-presence/index';`, 'the-relay-carries-what-it-does-not-know'],
  'apps/admin-api/src/fix/writes-rows.ts': [`import '#read-model/write';`, 'only-the-projector-writes-the-read-model'],
  'apps/admin-api/src/fix/through-the-window.ts': [`import '../../../../libs/event-store/src/inner.js';`, 'rooms-are-entered-by-the-door'],
  'apps/admin-api/src/fix/calls-an-app.ts': [`import '../../../relay/src/pump/pump.js';`, 'apps-never-import-apps'],
  'apps/admin-api/src/fix/calls-a-slice.ts': [`import '../other/other.js';`, 'slices-never-import-slices'],
  'apps/admin-api/src/fix/needs-a-tool.ts': [`import 'fast-check';`, 'product-needs-no-development-package'],
  'apps/admin-api/src/fix/not-there.ts': [`import './nowhere.js';`, 'nothing-unresolved'],
  'apps/admin-api/src/fix/back.ts': [`import './there.js';`, 'no-circles'],
  'apps/admin-api/src/fix/alone.ts': ['', 'no-orphans'],
};

/** What everybody may do, in the same house. */
const ALLOWED: Record<string, string> = {
  'libs/domain/src/agent-presence/index.ts': `export const rule = 'pure';`,
  'libs/domain/src/agent-presence/rule.unit.spec.ts': `import './index.js'; import '#testing'; import 'fast-check';`,
  'libs/contract/src/index.ts': `import type { X } from '#domain/agent-presence/index';`,
  'libs/presence-client/src/index.ts': `import type { X } from '#contract';`,
  'libs/config/src/index.ts': `import 'zod';`,
  'libs/event-store/src/index.ts': `import './inner.js';`,
  'libs/event-store/src/inner.ts': 'export {};',
  'libs/read-model/src/write.ts': `import '#domain/agent-presence/index';`,
  'libs/testing/src/index.ts': `import '#config';`,
  'apps/projector/src/fold/fold.ts': `import '#read-model/write'; import '#event-store';`,
  'apps/relay/src/pump/pump.ts': `import '#event-store';`,
  'apps/admin-api/src/fix/there.ts': `import './back.js';`, // the other half of the circle, which is reported once
  'apps/admin-api/src/other/other.ts': `import '#event-store'; import '#contract';`,
  'apps/workbench/bench/measure.ts': `import './yardsticks/by-hand.js';`,
  'apps/workbench/bench/yardsticks/by-hand.ts': `import 'node:fs';`,
  'apps/e2e/src/story.e2e.spec.ts': `import '#testing'; import '#apps/relay/src/pump/pump';`,
};

describe('the rules of the rooms', () => {
  let folder: string;
  let violations: Violation[];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'ampel-rooms-'));
    for (const file of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json']) cpSync(file, path.join(folder, file));
    symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'));
    const plant = (file: string, text: string): void => {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), text || 'export {};');
    };
    for (const [file, [text]] of Object.entries(PLANTED)) plant(file, text);
    for (const [file, text] of Object.entries(ALLOWED)) plant(file, text);
    const cruise = path.resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const args = [cruise, 'apps', 'libs', 'migrations', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 50_000_000 });
    violations = (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const brokenBy = (file: string): string[] => violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);

  it.each(Object.entries(PLANTED))('catch %s', (file, [, rule]) => {
    expect(brokenBy(file)).toContain(rule);
  });

  it.each(Object.keys(ALLOWED))('let %s pass', (file) => {
    expect(brokenBy(file)).toEqual([]);
  });
});
