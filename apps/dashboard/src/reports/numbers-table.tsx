import type { Zone } from '../i18n/zone.js';
import { oddLength, type Reported } from './bars.js';
import { periodName, spent } from './numbers.js';
import type { Step } from './range.js';
import { words as said } from './words.js';

/** What the picture shows, in numbers: for whoever cannot or does not want to read pictures. */
export function NumbersTable({ reported, by, zone, name }: { readonly reported: Reported; readonly by: Step; readonly zone: Zone; readonly name: string }) {
  const words = said();
  const { standings, bars, total } = reported;
  return (
    <section class="card report-numbers" aria-label={words.table}>
      <header>
        <h2>{words.table}</h2>
      </header>
      <div class="report-scroll" tabIndex={0} role="region" aria-label={`${words.table}: ${name}`}>
        <table>
          <caption class="unseen">{name}</caption>
          <thead>
            <tr>
              <th scope="col">{words.period}</th>
              {standings.map((standing) => (
                <th key={standing} scope="col">
                  {words.standing[standing]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => {
              const odd = oddLength(bar, by);
              return (
                <tr key={bar.from}>
                  <th scope="row">
                    {periodName(bar, by, zone)}
                    {odd !== null && <span class="quiet"> {words.lasted(odd)}</span>}
                  </th>
                  {standings.map((standing) => (
                    <td key={standing}>{spent(bar.seconds[standing] ?? 0)}</td>
                  ))}
                </tr>
              );
            })}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{words.total}</th>
              {standings.map((standing) => (
                <td key={standing}>{spent(total[standing] ?? 0)}</td>
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
    </section>
  );
}
