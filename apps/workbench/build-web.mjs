// Builds what runs in browsers into the folder given (dist/web): the dashboard, the chat box, the demo shop. One process, all at once.
// Every file that compresses lies there three times: as it is, .gz and .br; services read them at their start (libs/http-kit/src/web-pages.ts).
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Browsers since autumn 2023: all have what the pages use (dialog, :has, oklch, adopted style sheets). */
const BROWSERS = ['chrome111', 'edge111', 'firefox114', 'safari16.4'];
const COMPRESSED = /\.(html|js|css|svg|json|webmanifest)$/;

/** What every build has in common. */
const common = (folder, out) => ({
  configFile: false,
  root: path.join(ROOT, 'apps', folder),
  logLevel: 'warn',
  publicDir: false,
  resolve: { conditions: ['ampel-source', 'module', 'browser', 'production'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: out,
    emptyOutDir: false,
    target: BROWSERS,
    assetsInlineLimit: 0, // the policy of our pages knows no data: but for images
    modulePreload: { polyfill: false },
    rolldownOptions: { checks: { pluginTimings: false } },
    reportCompressedSize: false,
  },
});

/** A page with its own folder; assets carry a hash of their content in their name. */
async function page(folder, out) {
  const config = common(folder, path.join(out, folder));
  await build({ ...config, base: `/${folder}/` });
}

/**
 * One script of the chat box, whole in one file. `iife`: a classic script that may stand on any page; `es`: a module that one of those
 * imports. As a library, because for a page the bundler would add its own loader to every import().
 */
async function script(entry, name, format, out) {
  const { build: ours, ...config } = common('widget', path.join(out, 'widget'));
  const lib = { entry: path.join(ROOT, 'apps/widget/src', entry), formats: [format], name: 'chatbox', fileName: () => name };
  await build({ ...config, build: { ...ours, lib, rolldownOptions: { ...ours.rolldownOptions, output: { minify: true } } } });
}

async function compress(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && COMPRESSED.test(entry.name));
  await Promise.all(
    files.map(async (entry) => {
      const file = path.join(entry.parentPath ?? entry.path, entry.name);
      const bytes = readFileSync(file);
      const [gz, br] = await Promise.all([
        promisify(gzip)(bytes, { level: 9 }),
        promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
      ]);
      writeFileSync(`${file}.gz`, gz);
      writeFileSync(`${file}.br`, br);
    }),
  );
}

const out = path.resolve(process.argv[2] ?? path.join(ROOT, 'dist', 'web'));
rmSync(out, { recursive: true, force: true });
await Promise.all([
  page('dashboard', out),
  page('demo', out),
  script('chatbox-status.ts', 'widget.js', 'iife', out),
  script('open-box.ts', 'panel.js', 'es', out),
  script('smartsupp.ts', 'smartsupp.js', 'iife', out),
]);
await compress(out);
