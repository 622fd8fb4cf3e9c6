import { useEffect, useState } from 'preact/hooks';
import type { GroupView, SiteView } from '#contract';
import { Copyable } from '../design/copy.js';
import { SelectField } from '../design/field.js';
import { Card } from '../design/page.js';
import { widgetOrigin } from '../session/places.js';
import { words as said } from './words.js';

type Language = '' | 'de' | 'en';

/** The one line that puts the box on a page. */
export function Snippet({ site, groups }: { readonly site: SiteView; readonly groups: readonly GroupView[] }) {
  const words = said();
  const [origin, setOrigin] = useState(location.origin);
  const [groupId, setGroupId] = useState('');
  const [language, setLanguage] = useState<Language>('');
  useEffect(() => void widgetOrigin().then(setOrigin), []);
  return (
    <Card title={words.snippet}>
      <div class="form snippet">
        {site.origins.length === 0 && <p class="note warning">{words.noOrigins}</p>}
        <p class="quiet small">{words.snippetHint}</p>
        <Copyable label={words.snippet} text={snippetOf({ origin, key: site.key, groupId, language })} />
        <div class="side-by-side">
          {groups.length > 0 && (
            <SelectField
              label={words.snippetGroup}
              value={groupId}
              options={[{ value: '', label: words.noGroup }, ...groups.map(({ id, name }) => ({ value: id, label: name }))]}
              onInput={setGroupId}
            />
          )}
          <SelectField
            label={words.snippetLang}
            value={language}
            options={[
              { value: '', label: words.langPage },
              { value: 'de', label: words.langDe },
              { value: 'en', label: words.langEn },
            ]}
            onInput={setLanguage}
          />
        </div>
        <p class="small quiet">
          {words.key}: <code>{site.key}</code>. {words.keyHint}
        </p>
      </div>
    </Card>
  );
}

function snippetOf({ origin, key, groupId, language }: { origin: string; key: string; groupId: string; language: Language }): string {
  const more = [groupId === '' ? '' : ` data-group="${groupId}"`, language === '' ? '' : ` data-lang="${language}"`].join('');
  return `<script src="${origin}/widget/v1/widget.js" data-site="${key}"${more} async></script>`;
}
