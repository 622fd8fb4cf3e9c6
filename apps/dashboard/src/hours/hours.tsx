import { Empty, Page, Shown } from '../design/page.js';
import { currentPlace, goTo } from '../router.js';
import { HoursEditor } from './hours-editor.js';
import type { Owner } from './judge.js';
import { OwnerPicker } from './owner-picker.js';
import { type Places, usePlaces } from './use-hours.js';
import { hoursWords } from './words.js';
import './hours.css';
import './week.css';

/** Opening hours of sites and groups: `#/hours/site/<id>`, `#/hours/group/<id>`. */
export function Hours() {
  const words = hoursWords();
  const places = usePlaces();
  return (
    <Page title={words.title} intro={words.intro}>
      <Shown of={places} rows={8}>
        {(value) => {
          const owner = ownerOf(value);
          if (!owner) return <NoSites />;
          return (
            <>
              <OwnerPicker places={value} owner={owner} onChange={({ kind, id }) => goTo('hours', kind, id)} />
              <HoursEditor key={owner.id} places={value} owner={owner} onSaved={places.again} />
            </>
          );
        }}
      </Shown>
    </Page>
  );
}

/** The one of the address, else the first site. */
function ownerOf({ sites, groups }: Places): Owner | null {
  const [, kind, id = ''] = currentPlace();
  if (kind === 'group' && groups.some((group) => group.id === id)) return { kind, id };
  const site = sites.find((one) => one.id === id) ?? sites[0];
  return site ? { kind: 'site', id: site.id } : null;
}

function NoSites() {
  const words = hoursWords();
  return (
    <div class="card">
      <Empty title={words.noSites} hint={words.noSitesHint}>
        <button type="button" class="button primary" onClick={() => goTo('sites')}>
          {words.sites}
        </button>
      </Empty>
    </div>
  );
}
