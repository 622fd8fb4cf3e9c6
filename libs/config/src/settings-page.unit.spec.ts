import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { settingsPage } from './settings-page.js';

describe('the reference of settings', () => {
  it('is the page that the schema gives (if this fails: npm run settings-page)', () => {
    const page = path.join(import.meta.dirname, '..', '..', '..', 'docs', 'reference', 'settings.md');
    expect(readFileSync(page, 'utf8')).toBe(settingsPage());
  });
});
