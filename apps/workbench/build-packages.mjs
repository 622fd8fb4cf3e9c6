// Puts the packages of many small modules that every service loads into few files (dist/node_modules, ADR 40): what is compiled finds them there
// before the root's node_modules. A service loads some 800 modules instead of 2,000, in half the processor time. Where the folder is missing, as in
// the image, the packages are taken as they are installed; nothing else is different.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const installed = (...parts) => path.join(ROOT, 'node_modules', ...parts);

/** With all that they load. They must be modules of the standard's kind, for of the older kind the bundler does not know what they export. */
const PACKAGES = ['@nestjs/common', '@nestjs/core', '@nestjs/microservices', '@nestjs/platform-fastify', '@nestjs/swagger', 'rxjs', 'zod'];
/** Asked for by them and by us, and not packed: there must be one of it. */
const SHARED = [/^@nats-io\//, '@opentelemetry/api'];
/** Under the name that is for Node this package is of the older kind. */
const alias = [
  { find: /^rxjs$/, replacement: installed('rxjs/dist/esm/index.js') },
  { find: /^rxjs\/operators$/, replacement: installed('rxjs/dist/esm/operators/index.js') },
];

const out = path.resolve(process.argv[2] ?? path.join(ROOT, 'dist', 'node_modules'));
rmSync(out, { recursive: true, force: true });
await build({
  configFile: false,
  root: ROOT,
  logLevel: 'warn',
  publicDir: false,
  resolve: { alias },
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: out,
    emptyOutDir: false,
    target: 'node20',
    minify: false, // stacks stay readable
    rolldownOptions: {
      input: Object.fromEntries(PACKAGES.map((name) => [name, name])),
      external: SHARED,
      // Nest tells its parts apart, and us of them, by the names of their classes.
      output: { format: 'es', keepNames: true, entryFileNames: '[name]/index.mjs', chunkFileNames: '.shared/[name]-[hash].mjs' },
      checks: { pluginTimings: false },
    },
  },
});
for (const name of PACKAGES) {
  const { version } = JSON.parse(readFileSync(installed(name, 'package.json'), 'utf8'));
  mkdirSync(path.join(out, name), { recursive: true });
  writeFileSync(path.join(out, name, 'package.json'), `${JSON.stringify({ name, version, exports: './index.mjs' })}\n`);
}
