import { useState } from 'preact/hooks';
import type { ImportReport } from '#contract';
import { Check, Field, TextField } from '../design/field.js';
import { Form } from '../design/form.js';
import { Card, Page } from '../design/page.js';
import { linkTo } from '../router.js';
import { adminChange } from '../session/admin.js';
import type { Loaded } from '../session/present.js';
import { mayChange } from '../session/rights.js';
import { useSaving } from '../session/use-saving.js';
import { ImportReportList } from './import-report.js';
import { words as said } from './words.js';

/** 5,000 people take a while, ms. */
const PATIENCE_MS = 120_000;
const EXAMPLE = 'email,name,role,groups\nlea@example.com,Lea Schmidt,agent,DE|EN\nmax@example.com,Max Koch,manager,';

/** Many at once, from a table: first what would happen, line by line, then it is done. */
export function ImportPeople() {
  const words = said();
  const saving = useSaving();
  const [csv, setCsv] = useState('');
  const [confirm, setConfirm] = useState(false);
  const [report, setReport] = useState<ImportReport | null>(null);
  const change = (text: string): void => {
    setCsv(text);
    setReport(null);
    saving.forget();
  };
  const send = async (dryRun: boolean): Promise<void> => {
    const query = `dryRun=${dryRun}${confirm ? '&confirm=affects-all-groups' : ''}`;
    const done = await saving.run((): Promise<Loaded<ImportReport>> =>
      adminChange('POST', `/agents/import?${query}`, csv, { type: 'text/csv', within: PATIENCE_MS }),
    );
    if (done !== null) setReport(done);
  };
  const useful = report !== null && !report.stored && report.created + report.updated > 0;
  const needsConfirmation = confirm || (report?.results.some(({ code }) => code === 'confirmation-required') ?? false);
  const faults = saving.failure?.kind === 'refused' ? saving.failure.refusal.errors.map(({ detail }) => detail) : [];
  return (
    <Page title={words.import} intro={words.importIntro} back={{ href: linkTo('team'), title: words.title }}>
      {mayChange() && (
        <Card title={words.importTable}>
          <Form saving={saving} action={useful ? words.importDo(report.created + report.updated) : words.importCheck} onSubmit={() => void send(!useful)}>
            <Field label={words.importFile} hint={words.importFileHint}>
              {(tied) => <input {...tied} type="file" accept=".csv,.txt,text/csv" onChange={(event) => void readFile(event.currentTarget.files?.[0]).then(change)} />}
            </Field>
            <TextField label={words.importText} value={csv} onInput={change} lines={7} placeholder={EXAMPLE} hint={words.importHint} fault={faults.length > 0 ? faults.join(' · ') : null} />
            {needsConfirmation && (
              <Check
                label={words.importConfirm}
                hint={words.noGroupMeans}
                checked={confirm}
                onChange={(yes) => {
                  setConfirm(yes);
                  setReport(null); // what would happen is another thing now
                }}
              />
            )}
          </Form>
        </Card>
      )}
      {report !== null && <ImportReportList of={report} />}
    </Page>
  );
}

/** UTF-8, or what spreadsheets in Europe still write. */
async function readFile(file: File | undefined): Promise<string> {
  if (file === undefined) return '';
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
