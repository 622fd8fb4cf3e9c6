import { useMemo } from 'preact/hooks';
import type { AgentView, GroupView, ReplayView, SiteView } from '#contract';
import { TableHead } from '../design/table-head.js';
import { adminList } from '../session/admin.js';
import { usePolled } from '../session/use-polled.js';
import { differing, type Leaf } from './differing.js';
import { precisely } from './numbers.js';
import { words as said } from './words.js';

type Difference = ReplayView['differences'][number];
type NameOf = (id: string) => string | undefined;

/** Longer values say nothing to a reader. */
const MAX_VALUE = 160;

/** Rows that are not as the log says, one by one: which, what is wrong, what was found and what the log says. */
export function Findings({ of }: { readonly of: readonly Difference[] }) {
  if (of.length === 0) return null;
  return <Table of={of} />;
}

function Table({ of }: { readonly of: readonly Difference[] }) {
  const words = said();
  const nameOf = useNames();
  return (
    <section class="card" aria-label={words.findings}>
      <header>
        <h2>{words.findings}</h2>
        <span class="numbers quiet">{of.length}</span>
      </header>
      <div class="verification-scroll" tabIndex={0} role="region" aria-label={words.findings}>
        <table>
          <TableHead columns={['where', 'kind', 'actual', 'expected']} names={words.columns} />
          <tbody>
            {of.map((difference) => (
              <Row key={`${difference.table} ${JSON.stringify(difference.key)}`} of={difference} nameOf={nameOf} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ of, nameOf }: { readonly of: Difference; readonly nameOf: NameOf }) {
  const words = said();
  const { table, key, kind } = of;
  const { actual, expected } = differing(of.actual, of.expected);
  return (
    <tr>
      <th scope="row" dir="auto">
        {words.tables[table] ?? table}
        <span class="small quiet">{whichOf(key, nameOf)}</span>
      </th>
      <td>{words.kinds[kind]}</td>
      <td>
        <Told leaves={actual} nameOf={nameOf} />
      </td>
      <td>
        <Told leaves={expected} nameOf={nameOf} />
      </td>
    </tr>
  );
}

function Told({ leaves, nameOf }: { readonly leaves: readonly Leaf[]; readonly nameOf: NameOf }) {
  if (leaves.length === 0) return <span class="quiet">{said().nothing}</span>;
  return (
    <dl class="small">
      {leaves.map(({ path, value }) => (
        <div key={path}>
          <dt>{path}</dt>
          <dd dir="auto">{valueOf(value, nameOf)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** `Shop, DE`: the names of what a row's key points at; what has none is told as it is. */
function whichOf(key: Difference['key'], nameOf: NameOf): string {
  const parts = Object.entries(key).filter(([, value]) => value !== '' && value !== null);
  return parts.map(([name, value]) => (name.endsWith('_id') ? (nameOf(String(value)) ?? `${said().gone} (${String(value)})`) : `${name} ${String(value)}`)).join(', ');
}

/** Before this numbers are no instants. ms since epoch */
const SINCE_MS = Date.UTC(2000, 0, 1);

function valueOf(value: unknown, nameOf: NameOf): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'number') return value >= SINCE_MS ? precisely(value) : String(value);
  if (typeof value === 'string') return nameOf(value) ?? value.slice(0, MAX_VALUE);
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

function useNames(): NameOf {
  const agents = usePolled(() => adminList<AgentView>('/agents', 'agents'), Infinity);
  const groups = usePolled(() => adminList<GroupView>('/groups', 'groups'), Infinity);
  const sites = usePolled(() => adminList<SiteView>('/sites', 'sites'), Infinity);
  const names = useMemo(
    () => new Map([...(agents.value ?? []), ...(groups.value ?? []), ...(sites.value ?? [])].map(({ id, name }) => [id, name])),
    [agents.value, groups.value, sites.value],
  );
  return (id) => names.get(id);
}
