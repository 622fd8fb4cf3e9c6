// npm run sbom [-- FILE]: the packages the product is made of, development ones left out, as CycloneDX JSON; to ampel.cdx.json without FILE.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './prepare.mjs';

const file = path.resolve(process.argv[2] ?? 'ampel.cdx.json');
const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
if (status !== 0) {
  process.stderr.write(`${stderr}npm sbom failed: it comes with npm 10 and newer\n`);
  process.exit(1);
}
const bom = JSON.parse(stdout);
// Not by `--omit dev`: npm would also leave out our own packages that a development package has as a peer.
const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
const nameOf = (place) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
const kept = new Set(Object.entries(packages).flatMap(([place, { version, dev }]) => (dev ? [] : [`${nameOf(place)}@${version}`])));
const refs = new Set([bom.metadata.component['bom-ref']]);
bom.components = bom.components.filter(({ name, version, 'bom-ref': ref }) => kept.has(`${name}@${version}`) && refs.add(ref));
bom.dependencies = bom.dependencies.flatMap(({ ref, dependsOn = [] }) => (refs.has(ref) ? [{ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }] : []));
// npm takes the name of the folder for the name of the product.
bom.metadata.component.name = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).name;
writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
console.log(`${bom.components.length} packages: ${file}`);
