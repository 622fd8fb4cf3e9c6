/*
 * Who may enter which room (architecture, section 2). `npm run rooms` checks it, apps/workbench/src/rooms.int.spec.ts proves that it bites.
 * If a rule is in your way, talk about the rule; do not route around it.
 */

/** Machinery that every service needs to run at all; it never knows the business. */
const EVERY_SERVICE = ['config', 'clock', 'observability', 'database', 'http-kit'];

/** Room -> the libraries it may import. What is missing is forbidden. */
const MAY_IMPORT = {
  'libs/domain': [],
  'libs/contract': ['domain'], // types only, see below
  'libs/holidays': ['domain'],
  'libs/hours-exchange': ['domain'],
  'libs/presence-client': ['contract'], // types only, see below
  'libs/config': [],
  'libs/clock': [],
  'libs/observability': [],
  'libs/embedded-servers': [],
  'libs/database': ['config', 'observability'],
  'libs/messaging': ['config', 'clock', 'observability'],
  // contract: a message is a CloudEvent
  'libs/event-consumers': ['config', 'clock', 'observability', 'database', 'messaging', 'contract'],
  'libs/webhooks': ['config', 'clock', 'observability', 'database'],
  'libs/event-store': ['config', 'clock', 'observability', 'database', 'messaging'], // messaging: the bell of its Nest module
  'libs/http-kit': ['config', 'clock', 'observability', 'database', 'messaging', 'contract'], // contract: problem codes, OpenAPI schemas
  'libs/leases': ['config', 'clock', 'observability', 'database', 'event-store', 'messaging'],
  'libs/directory': ['config', 'clock', 'observability', 'database', 'event-store', 'messaging'],
  'libs/openings': ['domain', 'database', 'event-store', 'leases'],
  'libs/conversations': ['domain', 'database', 'event-store', 'leases', 'read-model'],
  'libs/memory': ['domain', 'database', 'event-store', 'read-model'],
  'libs/read-model': ['domain', 'contract', 'database'],
  'libs/replays': ['database'],
  'apps/agent-api': [...EVERY_SERVICE, 'domain', 'contract', 'event-store', 'messaging', 'leases', 'directory', 'read-model'],
  'apps/admin-api': [
    ...EVERY_SERVICE, 'domain', 'contract', 'event-store', 'messaging', 'leases', 'directory', 'conversations', 'openings', 'holidays',
    'hours-exchange', 'read-model', 'memory', 'replays', 'event-consumers', 'webhooks',
  ],
  // read-model: the shown log is an outbox, its rows are published as SiteStatusChanged.
  // domain: for its slice send-webhooks, which disables what fails for too long (see below).
  'apps/relay': [...EVERY_SERVICE, 'domain', 'contract', 'event-store', 'messaging', 'read-model', 'event-consumers', 'webhooks'],
  'apps/timekeeper': [...EVERY_SERVICE, 'domain', 'contract', 'event-store', 'messaging', 'leases', 'conversations', 'openings', 'holidays', 'read-model'],
  'apps/projector': [...EVERY_SERVICE, 'domain', 'contract', 'event-store', 'messaging', 'leases', 'openings', 'read-model', 'replays'],
  // A visitor's message goes to admin-api by a NATS request: never event-store, leases, directory.
  'apps/widget-api': [...EVERY_SERVICE, 'domain', 'contract', 'messaging', 'read-model'],
  'apps/migrate': ['config'],
  'apps/widget': ['domain', 'contract'],
  'apps/dashboard': ['domain', 'contract', 'presence-client'],
  'apps/demo': ['contract'],
};

/** Beside libraries: which schema this code expects, and the one program that brings it about. */
const OF_MIGRATIONS = { 'libs/http-kit': ['^migrations/list[.]ts$'], 'apps/migrate': ['^migrations/'] };

/** Folders inside an app that are no slices but what its slices stand on; app-relative. */
const SHARED_IN_APPS = ['widget-api/src/box-copy', 'dashboard/src/design', 'dashboard/src/i18n', 'dashboard/src/session'];

/** Specs and what only specs use: suites for many implementations, scenery. */
const SPEC = '[.](spec|features|fixture)[.]ts$';
/** What only specs may use, on top of their room's libraries. */
const FOR_SPECS = ['^libs/testing/', '^libs/embedded-servers/', '^libs/config/', '^migrations/'];

/** The one file of the domain that asks for the offsets of time zones. */
const ZONES = '^libs/domain/src/opening-hours/zone-offsets[.]ts$';

const roomRules = Object.entries(MAY_IMPORT).flatMap(([room, libraries]) => {
  const open = [`^${room}/`, ...libraries.map((library) => `^libs/${library}/`), ...(OF_MIGRATIONS[room] ?? [])];
  const name = `${room.replace('/', '-')}-keeps-to-its-rooms`;
  const comment = `${room} may import ${libraries.length > 0 ? libraries.join(', ') : 'no other room'}`;
  return [
    { name, severity: 'error', comment, from: { path: `^${room}/`, pathNot: SPEC }, to: { path: '^(libs|apps|migrations)/', pathNot: open } },
    {
      name: `${name}-in-specs`,
      severity: 'error',
      comment: `${comment}; its specs also testing, embedded-servers, config, migrations`,
      from: { path: `^${room}/.*${SPEC}` },
      to: { path: '^(libs|apps|migrations)/', pathNot: [...open, ...FOR_SPECS] },
    },
  ];
});

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: "no Node module and no npm package (but the specs' own)",
      from: { path: '^libs/domain/', pathNot: [SPEC, ZONES] },
      to: { pathNot: '^libs/domain/' },
    },
    {
      name: 'domain-reads-zones-in-one-file',
      severity: 'error',
      comment: 'temporal-polyfill, a built-in to be, and nothing else (ADR 0017)',
      from: { path: ZONES },
      to: { pathNot: ['^libs/domain/', '(^|/)node_modules/temporal-polyfill/'] },
    },
    {
      name: 'holidays-have-one-door',
      severity: 'error',
      comment: 'date-holidays is heavy: libs/holidays loads it when it is needed',
      from: { path: '^(libs|apps|migrations)/', pathNot: '^libs/holidays/' },
      to: { path: '(^|/)node_modules/date-holidays/' },
    },
    {
      name: 'calendar-files-have-one-door',
      severity: 'error',
      comment: 'libs/hours-exchange reads and writes them',
      from: { path: '^(libs|apps|migrations)/', pathNot: '^libs/hours-exchange/' },
      to: { path: '(^|/)node_modules/ical[.]js/' },
    },
    {
      name: 'contract-takes-only-types-of-the-domain',
      severity: 'error',
      from: { path: '^libs/contract/', pathNot: SPEC },
      to: { path: '^libs/domain/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-relay-carries-what-it-does-not-know',
      severity: 'error',
      comment: 'only the webhook sender decides anything; what publishes knows envelopes',
      from: { path: '^apps/relay/', pathNot: ['^apps/relay/src/send-webhooks/', SPEC] },
      to: { path: '^libs/domain/' },
    },
    {
      name: 'presence-client-runs-in-any-page',
      severity: 'error',
      comment: 'no Node module and no package, and only types of the contract: its compiled files are loaded by a browser as they are',
      from: { path: '^libs/presence-client/', pathNot: SPEC },
      to: { pathNot: '^libs/presence-client/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pages-take-only-types-of-the-contract',
      severity: 'error',
      comment: "the contract's schemas are made for servers: in a page they would weigh more than the page",
      from: { path: '^apps/(dashboard|demo|widget)/', pathNot: SPEC },
      to: { path: '^libs/contract/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pages-know-no-node',
      severity: 'error',
      comment: 'they run in browsers; packages but these would be loaded by everybody',
      from: { path: '^apps/(dashboard|demo|widget)/', pathNot: SPEC },
      to: { pathNot: ['^(apps|libs)/', '(^|/)node_modules/(preact|@preact/signals|@preact/signals-core|uplot)/'] },
    },
    {
      name: 'charts-have-one-door',
      severity: 'error',
      comment: 'uPlot is loaded when a report is drawn, and with nothing else',
      from: { path: '^(libs|apps|migrations)/', pathNot: '^apps/dashboard/src/reports/bar-chart[.]tsx$' },
      to: { path: '(^|/)node_modules/uplot/' },
    },
    {
      name: 'the-widget-stands-alone',
      severity: 'error',
      comment: 'it is on foreign pages: 5 kB and no package',
      from: { path: '^apps/widget/', pathNot: SPEC },
      to: { path: '(^|/)node_modules/' },
    },
    {
      name: 'yardsticks-know-no-room',
      severity: 'error',
      comment: 'what ours is measured against is written by hand: it must not get slower, or faster, with us',
      from: { path: '^apps/workbench/bench/yardsticks/' },
      to: { path: '^(libs|apps|migrations)/', pathNot: '^apps/workbench/bench/yardsticks/' },
    },
    {
      name: 'migrations-know-no-room',
      severity: 'error',
      from: { path: '^migrations/', pathNot: SPEC },
      to: { path: '^(libs|apps)/' },
    },
    {
      name: 'testing-knows-no-app',
      severity: 'error',
      from: { path: '^libs/testing/' },
      to: { path: '^apps/' },
    },
    {
      name: 'only-specs-use-testing',
      severity: 'error',
      from: { path: '^(libs|apps|migrations)/', pathNot: [SPEC, '^libs/testing/', '^apps/e2e/', '^apps/workbench/'] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'only-the-projector-writes-the-read-model',
      severity: 'error',
      comment: 'specs and the simulation may, to set a scene',
      from: { path: '^(libs|apps)/', pathNot: ['^libs/read-model/', '^apps/projector/', '^apps/e2e/', SPEC] },
      to: { path: '^libs/read-model/src/write[.]ts$' },
    },
    {
      name: 'rooms-are-entered-by-the-door',
      severity: 'error',
      comment: 'from outside a library only its index.ts (read-model also write.ts, domain one index.ts per capability, and its fixtures for specs)',
      from: { path: '^(apps|migrations|libs/([^/]+))/' },
      to: {
        path: '^libs/[^/]+/src/',
        pathNot: ['^libs/$2/', '^libs/[^/]+/src/index[.]ts$', '^libs/domain/src/[^/]+/(index|[^/]+[.]fixture)[.]ts$', '^libs/read-model/src/write[.]ts$'],
      },
    },
    {
      name: 'apps-never-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/(workbench|e2e)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      from: { path: '^(libs|migrations)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'slices-never-import-slices',
      severity: 'error',
      comment: 'a slice may use its own folder, files that lie beside the slices, and the rooms of the libraries',
      from: { path: '^apps/([^/]+)/src/([^/]+)/', pathNot: '^apps/(workbench|e2e)/' },
      to: { path: '^apps/$1/src/[^/]+/', pathNot: ['^apps/$1/src/$2/', ...SHARED_IN_APPS.map((folder) => `^apps/${folder}/`)] },
    },
    {
      name: 'product-needs-no-development-package',
      severity: 'error',
      from: { path: '^(libs|apps|migrations)/', pathNot: [SPEC, '^libs/testing/', '^apps/e2e/', '^apps/workbench/jest/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/@types/' },
    },
    {
      name: 'packages-are-declared',
      severity: 'error',
      comment: 'package.json lists what we import',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: [SPEC, '/main[.]tsx?$', '^apps/widget/src/(chatbox-status|open-box|smartsupp)[.]ts$', '[.]d[.]ts$', '[.]mjs$'] },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist' },
    enhancedResolveOptions: {
      conditionNames: ['ampel-source', 'import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
};
