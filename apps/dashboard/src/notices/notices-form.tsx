import { useState } from 'preact/hooks';
import type { NoticesBody, NoticesView } from '#contract';
import { DEFAULT_NOTICES } from '#domain/conversations/index';
import { SelectField, TextField } from '../design/field.js';
import { Form } from '../design/form.js';
import { Card } from '../design/page.js';
import { toast } from '../design/toasts.js';
import { adminChange } from '../session/admin.js';
import { mayChange } from '../session/rights.js';
import { useSaving } from '../session/use-saving.js';
import { changedNotices, type Kind, KINDS, type Language, LANGUAGES, type Written, writtenNotices } from './changed-notices.js';
import { Preview } from './preview.js';
import { words as said } from './words.js';

interface NoticesFormProps {
  readonly path: string;
  readonly notices: NoticesView;
  readonly onSaved: () => Promise<void>;
}

/** Texts and delays of both notices, each with what a visitor would see. */
export function NoticesForm({ path, notices, onSaved }: NoticesFormProps) {
  const words = said();
  const saving = useSaving();
  const [written, setWritten] = useState<Written>(() => writtenNotices(notices));
  const change = (kind: Kind, part: Partial<Written[Kind]>): void => setWritten({ ...written, [kind]: { ...written[kind], ...part } });
  const save = async (): Promise<void> => {
    const body: NoticesBody = changedNotices(written);
    if ((await saving.run(() => adminChange<NoticesView>('PUT', path, body))) === null) return;
    toast(words.saved);
    await onSaved();
  };
  return (
    <Form saving={saving} action={words.save} onSubmit={() => void (mayChange() && save())}>
      <fieldset class="notices" disabled={!mayChange()}>
        {KINDS.map((kind) => (
          <Card key={kind} title={words.kinds[kind]}>
            <div class="notice-kind">
              <div class="form">
                <TextField
                  label={words.delay}
                  type="number"
                  value={written[kind].delay}
                  onInput={(delay) => change(kind, { delay })}
                  hint={words.when[kind](secondsOf(written[kind].delay))}
                  fault={saving.faultAt(`/${kind}/delaySeconds`) && words.delayFault}
                />
                {LANGUAGES.map((language) => (
                  <div key={language} class="notice-text">
                    <TextField
                      label={words.text[language]}
                      lines={3}
                      maxLength={2000}
                      value={written[kind].texts[language]}
                      onInput={(text) => change(kind, { texts: { ...written[kind].texts, [language]: text } })}
                      fault={saving.faultAt(`/${kind}/texts/${language}`) && words.textFault}
                    />
                    {written[kind].texts[language] !== DEFAULT_NOTICES[kind].texts[language] && (
                      <button
                        type="button"
                        class="button plain low"
                        onClick={() => change(kind, { texts: { ...written[kind].texts, [language]: DEFAULT_NOTICES[kind].texts[language] } })}
                      >
                        {words.byDefault}
                        <span class="unseen">: {words.text[language]}</span>
                      </button>
                    )}
                  </div>
                ))}
              </div>
              <Preview kind={kind} texts={written[kind].texts} after={secondsOf(written[kind].delay)} />
            </div>
          </Card>
        ))}
        <div class="site-picker">
          <SelectField
            label={words.language}
            value={written.language}
            options={LANGUAGES.map((value: Language) => ({ value, label: words.languages[value] }))}
            onInput={(language) => setWritten({ ...written, language })}
          />
        </div>
      </fieldset>
    </Form>
  );
}

/** `45 seconds`, as far as it is a number. */
function secondsOf(delay: string): string {
  const words = said();
  const count = Number(delay);
  return words.seconds(Number.isFinite(count) ? count : 0, delay);
}
