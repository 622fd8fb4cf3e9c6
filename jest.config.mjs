// One project per level; only the levels that have files to run start their servers. One level: npx jest --selectProjects unit
const level = (name, suffix, extra = {}) => ({
  displayName: name,
  testEnvironment: '<rootDir>/apps/workbench/jest/spec-environment.mjs',
  testMatch: [`<rootDir>/{apps,libs,migrations}/**/*.${suffix}.spec.ts`],
  runtime: '<rootDir>/apps/workbench/jest/one-realm-runtime.cjs',
  modulePathIgnorePatterns: ['<rootDir>/dist[^/]*/', '<rootDir>/.ampel/'],
  transform: {}, // the runtime's hooks do it
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
