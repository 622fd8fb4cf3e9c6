import type { Availability } from '#contract';
import { Empty } from '../design/page.js';
import { TableHead } from '../design/table-head.js';
import type { Zone } from '../i18n/zone.js';
import { linkTo } from '../router.js';
import type { Whose } from './bars.js';
import { instantName, spent } from './numbers.js';
import { words as said } from './words.js';

interface GapListProps {
  readonly report: Availability;
  readonly whose: Whose;
  readonly siteName: string;
  readonly zone: Zone;
}

/** When nobody was there although a box was meant to be open; of the site also those of its groups. */
export function GapList({ report, whose, siteName, zone }: GapListProps) {
  const words = said();
  const gaps = report.coverageGaps.filter(({ groupId }) => whose.kind === 'site' || groupId === whose.id).toReversed();
  const nameOf = (groupId: string | null): string => (groupId === null ? siteName : (report.groups.find(({ id }) => id === groupId)?.name ?? words.gone));
  const linkOf = ({ groupId, from }: (typeof gaps)[number]): string =>
    groupId === null ? linkTo('timeline', 'site', report.siteId, from) : linkTo('timeline', 'group', report.siteId, groupId, from);
  return (
    <section class="card report-numbers" aria-label={words.gaps}>
      <header>
        <h2>{words.gaps}</h2>
        <span class="numbers quiet">{gaps.length}</span>
      </header>
      {gaps.length === 0 ? (
        <Empty title={words.gapsNone} hint={words.gapsNoneHint} />
      ) : (
        <div class="report-scroll" tabIndex={0} role="region" aria-label={`${words.gaps}: ${nameOf(whose.kind === 'group' ? whose.id : null)}`}>
          <table>
            <TableHead columns={['where', 'from', 'to', 'lasted', 'because', 'look']} names={words.gapColumns} />
            <tbody>
              {gaps.map((gap) => (
                <tr key={`${gap.groupId ?? ''} ${gap.from}`}>
                  <th scope="row" dir="auto">
                    {nameOf(gap.groupId)}
                  </th>
                  <td>{instantName(Date.parse(gap.from), zone)}</td>
                  <td>{gap.to === null ? words.lasts : instantName(Date.parse(gap.to), zone)}</td>
                  <td>{spent((Date.parse(gap.to ?? report.to) - Date.parse(gap.from)) / 1_000)}</td>
                  <td>{gap.because === null ? '–' : words.gapEnds[gap.because]}</td>
                  <td>
                    <a href={linkOf(gap)}>{words.look}</a>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
