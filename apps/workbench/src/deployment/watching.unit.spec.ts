import { describe, expect, it } from '@jest/globals';
import { read, readYaml } from './deployment-files.fixture.js';

/** Names of the metrics that a page of docs/reference/metrics.md tells; `npm run metrics-page` writes it, an integration spec holds it true. */
const TOLD = new Set([...read('docs/reference/metrics.md').matchAll(/`(ampel_\w+)`/g)].map(([, name]) => name ?? ''));
const isTold = (name: string): boolean => TOLD.has(name) || (/_(bucket|count|sum)$/.test(name) && TOLD.has(name.replace(/_(bucket|count|sum)$/, '')));
const named = (expression: string): string[] => [...expression.matchAll(/\bampel_\w+/g)].map(([name]) => name);

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}
interface Alerts {
  readonly groups: readonly { readonly rules: readonly { alert: string; expr: string; labels: { severity: string }; annotations: Record<string, string> }[] }[];
}
const { panels } = JSON.parse(read('deploy/grafana/ampel.json')) as { panels: Panel[] };
const rules = readYaml<Alerts>('deploy/prometheus/alerts.yml').groups.flatMap((group) => group.rules);
const CHARTS = panels.filter(({ type }) => type !== 'row');

describe('what watches', () => {
  it.each(CHARTS.map((panel) => [panel.title, panel] as const))('the panel "%s" asks for metrics that exist', (_title, { targets = [] }) => {
    const names = targets.flatMap(({ expr }) => named(expr));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !isTold(name))).toEqual([]);
  });

  it('panels do not lie on each other', () => {
    const cells = CHARTS.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it.each(rules.map((rule) => [rule.alert, rule] as const))('the alert %s asks for metrics that exist, says what people notice, and stands in watch.md', (alert, rule) => {
    expect(named(rule.expr).filter((name) => !isTold(name))).toEqual([]);
    expect(named(rule.expr).length).toBeGreaterThan(0);
    expect(rule.annotations).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
    expect(['page', 'ticket']).toContain(rule.labels.severity);
    expect(read('docs/operations/watch.md')).toContain(alert);
  });

  it('every metric of ours is on the dashboard', () => {
    const shown = new Set(CHARTS.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => named(expr))).map((name) => name.replace(/_(bucket|count|sum)$/, '')));
    expect([...TOLD].filter((name) => !/^ampel_(nodejs|process)_/.test(name) && !shown.has(name))).toEqual([]);
  });
});
