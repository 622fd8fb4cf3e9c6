import { listed } from '../i18n/index.js';
import { dateName } from './day-names.js';
import type { Finding } from './judge.js';
import { hoursWords } from './words.js';

/** Of many people the first few are named. */
const NAMED = 3;

/** What people should know before they save, in sentences. */
export function sentenceOf(finding: Finding): string {
  const words = hoursWords().findings;
  switch (finding.kind) {
    case 'closes-now':
      return words['closes-now'](few(finding.boxes), finding.boxes.length > 1, few(finding.people), finding.people.length);
    case 'never-opens':
      return words['never-opens'](few(finding.boxes), finding.boxes.length > 1);
    case 'nobody-counts':
      return words['nobody-counts'](finding.group);
    case 'closed-day-ahead':
      return words['closed-day-ahead'](dateName(finding.date), finding.label, few(finding.people), finding.people.length);
  }
}

function few(names: readonly string[]): string {
  const { others } = hoursWords().findings;
  return listed(names.length <= NAMED + 1 ? names : [...names.slice(0, NAMED), others(names.length - NAMED)]);
}

/** Whether a finding is worth a question before saving; a closed day to come is only told. */
export function isSerious({ kind }: Finding): boolean {
  return kind === 'closes-now' || kind === 'never-opens';
}

export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <div class={`note findings${findings.some(isSerious) ? ' warning' : ''}`} role="status">
      <b>{hoursWords().findings.title}</b>
      <ul>
        {findings.map((finding) => (
          <li key={finding.kind}>{sentenceOf(finding)}</li>
        ))}
      </ul>
    </div>
  );
}
