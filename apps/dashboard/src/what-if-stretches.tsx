import { useMemo, useState } from 'preact/hooks';
import { Choice } from './design/search.js';
import { StatusPill } from './design/status.js';
import { TableHead } from './design/table-head.js';
import type { Zone } from './i18n/zone.js';
import { useMoreRows } from './timeline/more-rows.js';
import { duration, SHORT_MS, shortTime, viewTitle } from './timeline/times.js';
import { viewOf } from './timeline/view.js';
import { type Answer, inDays, type OtherStretch, otherStretchesOf, type Side } from './what-if/asked.js';
import { words as said } from './what-if/words.js';

const WHICH = ['seen', 'all'] as const;

interface StretchesProps {
  readonly answer: Answer;
  readonly zone: Zone;
  /** Where the line stands. */
  readonly at: number;
  /** Puts the line there. */
  readonly onAt: (at: number) => void;
  /** The same, and the day that it lies in is all that is seen. */
  readonly onDay: (at: number) => void;
}

/** Where it would have been otherwise, stretch by stretch, as a table: the picture for whoever does not read pictures, and a way into it. */
export function Stretches({ answer, zone, at, onAt, onDay }: StretchesProps) {
  const words = said();
  const [which, setWhich] = useState<(typeof WHICH)[number]>('seen');
  const all = useMemo(() => otherStretchesOf(answer), [answer]);
  const stretches = which === 'all' ? all : all.filter(({ seen }) => seen);
  const [rows, more] = useMoreRows(stretches.length, which);
  if (all.length === 0) return null;
  return (
    <div class="what-if-stretches">
      <div class="explorer-head">
        <h3 id="what-if-stretches">{words.stretches}</h3>
        <Choice label={words.which} value={which} onChange={setWhich} options={WHICH.map((value) => ({ value, label: words.whichOnes[value] }))} />
      </div>
      <p class="small quiet numbers" role="status">
        {stretches.length === 0 ? words.noneSeen : words.inAll(stretches.length, duration(stretches.reduce((sum, { from, to }) => sum + to - from, 0)))}
      </p>
      {stretches.length > 0 && (
        <div class="changes what-if-scroll" tabIndex={0} role="region" aria-labelledby="what-if-stretches">
          <table>
            <caption class="unseen">{words.stretches}</caption>
            <TableHead columns={['from', 'to', 'was', 'would', 'lasted']} names={words.stretchColumns} />
            {inDays(stretches.slice(0, rows), zone).map(({ day, stretches: ofDay }) => (
              <tbody key={day}>
                <tr>
                  <th scope="rowgroup" colSpan={5}>
                    <button type="button" class="link" title={words.showDay} onClick={() => onDay(ofDay[0]?.from ?? day)}>
                      {viewTitle(viewOf('day', day, zone), zone)}
                    </button>
                  </th>
                </tr>
                {ofDay.map((one) => (
                  <Row key={one.from} of={one} zone={zone} here={one.from <= at && at < one.to} onAt={onAt} />
                ))}
              </tbody>
            ))}
          </table>
        </div>
      )}
      {more}
    </div>
  );
}

function Row({ of: { from, to, was, would }, zone, here, onAt }: { readonly of: OtherStretch; readonly here: boolean } & Pick<StretchesProps, 'zone' | 'onAt'>) {
  const precise = to - from < SHORT_MS;
  return (
    <tr aria-current={here ? 'true' : undefined}>
      <td>
        <button type="button" class="link numbers" title={said().showStretch} onClick={() => onAt(from)}>
          {shortTime(from, from, zone, precise)}
        </button>
      </td>
      <td class="numbers">{shortTime(to, from, zone, precise)}</td>
      <td>
        <Stood side={was} />
      </td>
      <td>
        <Stood side={would} />
      </td>
      <td class="numbers">{duration(to - from)}</td>
    </tr>
  );
}

/** What visitors see, and how the box stands: the same status may be for another reason. */
function Stood({ side }: { readonly side: Side }) {
  return (
    <span class="what-if-stood">
      <StatusPill status={side.status} />
      <span class="quiet">{said().why[side.standing]}</span>
      {side.opening?.label !== undefined && <span dir="auto">{side.opening.label}</span>}
    </span>
  );
}
