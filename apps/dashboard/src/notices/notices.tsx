import type { NoticesView, SiteView } from '#contract';
import { SelectField } from '../design/field.js';
import { Empty, Page, Shown } from '../design/page.js';
import { currentPlace, goTo } from '../router.js';
import { adminList, adminRead } from '../session/admin.js';
import { usePolled } from '../session/use-polled.js';
import { NoticesForm } from './notices-form.js';
import { words as said } from './words.js';
import './notices.css';

/** Notices of a site: `#/notices/<id>`. */
export function Notices() {
  const words = said();
  const sites = usePolled(() => adminList<SiteView>('/sites', 'sites'), Infinity);
  const [, asked = ''] = currentPlace();
  return (
    <Page title={words.title} intro={words.intro}>
      <Shown of={sites} rows={6}>
        {(all) => {
          const site = all.find(({ id }) => id === asked) ?? all[0];
          if (!site) {
            return (
              <div class="card">
                <Empty title={words.none} hint={words.noneHint} />
              </div>
            );
          }
          return (
            <>
              {all.length > 1 && (
                <div class="site-picker">
                  <SelectField label={words.site} value={site.id} options={all.map(({ id, name }) => ({ value: id, label: name }))} onInput={(id) => goTo('notices', id)} />
                </div>
              )}
              <OfSite key={site.id} id={site.id} />
            </>
          );
        }}
      </Shown>
    </Page>
  );
}

function OfSite({ id }: { readonly id: string }) {
  const path = `/sites/${encodeURIComponent(id)}/notices`;
  const notices = usePolled(() => adminRead<NoticesView>(path), Infinity, id);
  return (
    <Shown of={notices} rows={6}>
      {(value) => <NoticesForm path={path} notices={value} onSaved={notices.again} />}
    </Shown>
  );
}
