import { useState } from 'preact/hooks';
import { Empty } from '../design/page.js';
import { Choice } from '../design/search.js';
import { StatusPill } from '../design/status.js';
import { TableHead } from '../design/table-head.js';
import { actorOf, causeOf } from './cause.js';
import type { ChartLane } from './chart.js';
import { placeOf } from './lane.js';
import { useMoreRows } from './more-rows.js';
import { duration, instant } from './times.js';
import type { View } from './view.js';
import { words as said } from './words.js';
import type { Zone } from '../i18n/zone.js';

interface ChangesTableProps {
  readonly lanes: readonly ChartLane[];
  readonly name: string;
  readonly view: View;
  readonly zone: Zone;
  readonly nameOf: (id: string) => string;
  readonly onAt: (at: number) => void;
}

/** What the picture shows, as a table: for whoever cannot or does not want to read pictures. */
export function ChangesTable({ lanes, name, view, zone, nameOf, onAt }: ChangesTableProps) {
  const words = said();
  const [open, setOpen] = useState(false);
  const [which, setWhich] = useState<ChartLane['id']>('actual');
  const lane = lanes.find(({ id }) => id === which) ?? lanes[0];
  const inside = open && lane ? within(lane.stretches, view) : [];
  const [rows, more] = useMoreRows(inside.length, `${view.from} ${view.to} ${which}`);
  if (!lane) return null;
  return (
    <details class="card changes" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.table}</summary>
      {open && (
        <>
          <div class="changes-which">
            <Choice label={words.reading} value={which} onChange={setWhich} options={lanes.map(({ id, label }) => ({ value: id, label }))} />
          </div>
          {inside.length === 0 && <Empty title={words.nobody} />}
          {inside.length > 0 && (
            <div class="changes-scroll" tabIndex={0} role="region" aria-label={words.table}>
              <table>
                <caption class="unseen">{words.tableOf(name, lane.label)}</caption>
                <TableHead columns={['from', 'lasted', 'status', 'cause', 'actor']} names={words.columns} />
                <tbody>
                  {inside.slice(0, rows).map((one) => (
                    <tr key={`${one.from} ${one.cause.eventId}`}>
                      <td>
                        <button type="button" class="link numbers" title={words.columns.go} onClick={() => onAt(one.from)}>
                          {instant(one.from, zone)}
                        </button>
                      </td>
                      <td class="numbers">{one.to === null ? words.lasts : duration(one.to - one.from)}</td>
                      <td>
                        <StatusPill status={one.status} />
                      </td>
                      <td dir="auto">
                        {causeOf(one)}
                        {one.cause.reason !== undefined && <span class="quiet"> “{one.cause.reason}”</span>}
                      </td>
                      <td dir="auto">{actorOf(one, nameOf)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {more}
        </>
      )}
    </details>
  );
}

/** The stretches that reach into what is seen. */
function within(stretches: ChartLane['stretches'], { from, to }: View): ChartLane['stretches'] {
  const [first, end] = [Math.max(0, placeOf(stretches, from)), placeOf(stretches, to - 1) + 1];
  return stretches.slice(first, end).filter((one) => one.to === null || one.to > from);
}
