import { useState } from 'preact/hooks';
import type { ImportReport } from '#contract';
import { Card, Empty } from '../design/page.js';
import { Choice } from '../design/search.js';
import { words as said } from './words.js';

type Result = ImportReport['results'][number];
type Outcome = Result['outcome'];
const OUTCOMES: readonly Outcome[] = ['refused', 'created', 'updated', 'unchanged'];

const TAGS = { refused: 'warning', created: '', updated: '', unchanged: 'neutral' };

/** What became of each line, or would. */
export function ImportReportList({ of }: { readonly of: ImportReport }) {
  const words = said();
  const [shown, setShown] = useState<Outcome | 'all'>('all');
  const results = of.results.filter(({ outcome }) => shown === 'all' || outcome === shown);
  const options = [
    { value: 'all' as const, label: words.filters.all, count: of.lines },
    ...OUTCOMES.filter((outcome) => of[outcome] > 0).map((value) => ({ value, label: words.outcomes[value], count: of[value] })),
  ];
  return (
    <Card
      title={of.stored ? words.importDone : words.importWould}
      aside={<Choice label={words.importShow} value={shown} onChange={setShown} options={options} />}
    >
      <p class={`note report-note${of.refused > 0 ? ' warning' : ''}`} role="status">
        {of.stored ? words.importStored(of) : words.importNotYet(of)}
      </p>
      {of.lines === 0 && <Empty title={words.importNothing} />}
      <ol class="rows long">
        {results.map((result) => (
          <li key={result.line} class="report-line">
            <span class="small quiet numbers">{words.line(result.line)}</span>
            <span dir="auto">{result.email ?? '–'}</span>
            <span class={`tag ${TAGS[result.outcome]}`}>{words.outcomes[result.outcome]}</span>
            {result.outcome === 'refused' && <p class="small">{whyOf(result)}</p>}
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** The API explains in English; what it says often is said in both languages. */
function whyOf({ code, errors = [] }: Result): string {
  const words = said();
  if (code !== undefined && code !== 'invalid-body') return (words.lineCodes as Readonly<Record<string, string>>)[code] ?? code;
  return errors
    .map(({ pointer, detail }) => {
      const field = (words.lineFields as Readonly<Record<string, string>>)[pointer.split('/')[1] ?? ''];
      const known = words.lineDetails.find(([part]) => detail.includes(part))?.[1];
      return field === undefined ? (known ?? detail) : `${field}: ${known ?? detail}`;
    })
    .join(' · ');
}
