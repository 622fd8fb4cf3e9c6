// Jest runs TypeScript as ES modules: start it with NODE_OPTIONS=--experimental-vm-modules (npm test does).
// One project per level; only the levels that have files to run start their servers. One level: npx jest --selectProjects unit
const swc = (parser, moduleType) => [
  '@swc/jest',
  {
    swcrc: false,
    sourceMaps: 'inline',
    jsc: {
      target: 'es2022',
      parser,
      keepClassNames: true,
      ...(parser.syntax === 'typescript' ? { transform: { legacyDecorator: true, decoratorMetadata: true } } : {}),
    },
    module: { type: moduleType },
  },
];

// ESM-only packages that a CommonJS package requires; Jest's loader cannot do that, so they are compiled to CommonJS.
const asCommonJs = '(content-disposition|cookie)';

const level = (name, suffix, extra = {}) => ({
  displayName: name,
  testEnvironment: '<rootDir>/apps/workbench/jest/spec-environment.mjs',
  testMatch: [`<rootDir>/{apps,libs,migrations}/**/*.${suffix}.spec.ts`],
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['ampel-source', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist[^/]*/', '<rootDir>/.ampel/'],
  transform: {
    '^.+\\.ts$': swc({ syntax: 'typescript', decorators: true }, 'es6'),
    [`/node_modules/${asCommonJs}/.+\\.js$`]: swc({ syntax: 'ecmascript' }, 'commonjs'),
  },
  transformIgnorePatterns: [`/node_modules/(?!(.*/)?${asCommonJs}/)`],
  ...extra,
});

const servers = (name) => ({
  globalSetup: `<rootDir>/apps/workbench/jest/${name}-setup.mjs`,
  globalTeardown: `<rootDir>/apps/workbench/jest/${name}-teardown.mjs`,
});

export default {
  projects: [level('unit', 'unit'), level('integration', 'int', servers('integration')), level('e2e', 'e2e', servers('e2e'))],
  testSequencer: '<rootDir>/apps/workbench/jest/slow-first.mjs',
  testTimeout: 40_000, // ms: a machine with two busy cores is slow, a hanging spec must still end
};
