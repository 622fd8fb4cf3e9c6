import { describeSettings } from './variables.js';

/** docs/reference/settings.md: every variable with its meaning and default. Written by `npm run settings-page`, compared in a spec. */
export function settingsPage(): string {
  const rows = describeSettings().map(({ name, meaning, default: standard }) => `| \`${name}\` | ${meaning} | ${standard} |`);
  return [
    '# Settings',
    '',
    'They come from the environment. Every fault is listed at once, and the start ends with exit code 78. Written by `npm run settings-page`.',
    '',
    '| variable | meaning | default |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
