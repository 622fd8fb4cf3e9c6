// What only this house wants, and what oxlint does not have; all the rest is oxlint's (.oxlintrc.json, ADR 36).
import tseslint from 'typescript-eslint';

const PROCESS_ENV = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'only libs/config reads process.env: take settings as an argument',
};
const IN_SPECS = [
  { selector: "CallExpression[callee.name=/^(setTimeout|sleep)$/]", message: 'wait for a fact, not for a time: eventually() from #testing' },
  { selector: "CallExpression[callee.object.name=/^(it|test|describe)$/][callee.property.name=/^(only|skip|todo)$/]", message: 'no spec is switched off' },
  { selector: "CallExpression[callee.name=/^(fit|fdescribe|xit|xtest|xdescribe)$/]", message: 'no spec is switched off' },
];
const IN_THE_DOMAIN = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'the domain has no clock: take `now` as an argument' },
  { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: 'the domain has no clock: take `now` as an argument' },
  { selector: "MemberExpression[object.name='Temporal'][property.name='Now']", message: 'the domain has no clock: take `now` as an argument' },
  { selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']", message: 'the domain has no dice: take ids as arguments' },
  { selector: 'AwaitExpression', message: 'the domain never waits' },
  { selector: ':function[async=true]', message: 'the domain never waits' },
];

export default tseslint.config(
  { ignores: ['dist', 'dist.*', '.ampel', 'coverage', '**/*.cjs', '**/*.mjs'] },
  tseslint.configs.base,
  {
    files: ['**/*.{ts,tsx}'],
    // As in tsconfig.json: what a constructor injects is needed when the program runs.
    languageOptions: { parserOptions: { experimentalDecorators: true, emitDecoratorMetadata: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error', // the compiler sees one file at a time: a type must say that it is one
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', PROCESS_ENV],
      'max-lines': ['error', { max: 250 }],
      'max-len': ['error', { code: 160, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreUrls: true, ignoreRegExpLiterals: true }],
    },
  },
  // Programs for people at a terminal speak to the terminal; so do specs that keep what failed.
  { files: ['apps/workbench/**/*.ts', 'libs/testing/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['apps/widget/src/browser-world.ts'], rules: { 'no-console': ['error', { allow: ['warn'] }] } }, // a page's developer reads it there
  { files: ['libs/config/src/environment.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['libs/domain/src/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'setImmediate', 'console', 'fetch', 'crypto', 'performance'],
      'no-restricted-syntax': ['error', PROCESS_ENV, ...IN_THE_DOMAIN],
    },
  },
  {
    files: ['**/*.{spec,features,fixture}.ts'],
    rules: {
      'no-restricted-syntax': ['error', PROCESS_ENV, ...IN_SPECS],
      'max-lines': ['error', { max: 500 }], // a table of cases may be long
    },
  },
);
