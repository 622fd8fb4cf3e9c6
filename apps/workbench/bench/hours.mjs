// What 50,000 schedules cost at start (issue: at most 5 s in all, zone arithmetic included): made ready, asked how they stand
// with their next three turns, in a process that knows no zone yet. Growth at 1x, 2x, 4x. Run: node --expose-gc apps/workbench/bench/hours.mjs [--json FILE]
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { ensureBuilt } from '../prepare.mjs';

await ensureBuilt((line, work) => (console.log(line), work()), { tolerant: true });
const before = memory();
const importing = performance.now();
await import('temporal-polyfill');
const importMs = performance.now() - importing;
const { groupSchedule, openingAt, parseHours, siteSchedule } = await import('../../../dist/libs/domain/src/opening-hours/index.js');
const imported = memory();

const SCHEDULES = 50_000;
const ZONES = Intl.supportedValuesOf('timeZone'); // the worst case: every zone there is
const NOW = Date.parse('2026-12-20T12:00:00Z');
const machine = `${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`;

const cold = ask(SCHEDULES);
const zonesKnown = memory();
const rows = [{ what: `cold, ${ZONES.length} zones`, ...cold }];
for (const times of [1, 2, 4]) rows.push({ what: `warm, ${times}x`, ...ask(SCHEDULES * times) });
console.table(rows);
console.log(`import of temporal-polyfill ${importMs.toFixed(0)} ms, ${mb(imported - before)}; what the zones keep ${mb(zonesKnown - imported)}`);
console.log(machine);

const seconds = cold.ms / 1000;
const file = process.argv.indexOf('--json');
const result = { id: 'hours-at-start', name: `${SCHEDULES} schedules at start`, ours: seconds, yardstick: 5, unit: 's', ratio: seconds / 5, goal: 1, met: seconds <= 5, machine };
if (file > 0) writeFileSync(process.argv[file + 1], JSON.stringify([result], null, 2));

function ask(count) {
  const stored = Array.from({ length: 1_000 }, (_, i) => hours(i));
  const began = performance.now();
  const worked = process.cpuUsage();
  let open = 0;
  let turns = 0;
  for (let i = 0; i < count; i += 1) {
    const own = stored[i % stored.length];
    const zone = ZONES[i % ZONES.length];
    const schedule = i % 3 === 0 ? groupSchedule(own, stored[(i + 7) % stored.length], zone) : siteSchedule(own, zone);
    const opening = openingAt(schedule, NOW);
    if (opening.open) open += 1;
    turns += opening.upcoming.length;
  }
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(worked);
  const cpuMs = (user + system) / 1000;
  return { schedules: count, ms: Math.round(ms), 'CPU ms': Math.round(cpuMs), 'CPU µs each': ((cpuMs / count) * 1000).toFixed(1), open, turns };
}

/** Weekly hours with a lunch break, some nights, two years of holidays, a few exceptions. */
function hours(i) {
  const hour = String(6 + (i % 5)).padStart(2, '0');
  const parsed = parseHours(
    {
      weekly: [
        { days: ['mo', 'tu', 'we', 'th', 'fr'], opens: `${hour}:00`, closes: '12:00' },
        { days: ['mo', 'tu', 'we', 'th', 'fr'], opens: '13:00', closes: '17:00' },
        ...(i % 4 === 0 ? [{ days: ['fr', 'sa'], opens: '21:00', closes: '02:00' }] : []),
      ],
      exceptions: Array.from({ length: i % 6 }, (_, day) => ({ from: `2026-12-${20 + day}`, to: `2026-12-${22 + day}`, closed: true })),
      holidays: { country: 'DE' },
    },
    () => 'known',
  );
  const rows = ['2027', '2028'].flatMap((year) => Array.from({ length: 12 }, (_, month) => ({ date: `${year}-${String(month + 1).padStart(2, '0')}-01`, name: 'holiday' })));
  return { ...parsed, publicHolidays: { country: 'DE', rows } };
}

function memory() {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

function mb(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB of memory`;
}
