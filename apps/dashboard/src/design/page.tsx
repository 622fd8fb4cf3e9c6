import type { ComponentChildren } from 'preact';
import { mayChange } from '../session/rights.js';
import type { Polled } from '../session/use-polled.js';
import { common } from './common-words.js';
import { Confirmation } from './confirm.js';
import './page.css';

interface PageProps {
  readonly title: string;
  /** One sentence: what this screen is for. */
  readonly intro?: string;
  /** Buttons beside the title; shown only to those who may change things. */
  readonly actions?: ComponentChildren;
  /** A link back to the list that this page is one of. */
  readonly back?: { readonly href: string; readonly title: string };
  readonly children: ComponentChildren;
}

/** The frame of every screen of the console: title, what it is for, its actions. */
export function Page({ title, intro, actions, back, children }: PageProps) {
  const words = common();
  return (
    <div class="page">
      <header class="page-head">
        <div class="page-title">
          {back && (
            <a class="small" href={back.href}>
              ‹ {back.title}
            </a>
          )}
          <h1 dir="auto">
            {title}
            {!mayChange() && (
              <span class="tag" title={words.readOnlyHint}>
                {words.readOnly}
              </span>
            )}
          </h1>
          {intro !== undefined && <p class="quiet">{intro}</p>}
        </div>
        {mayChange() && actions !== undefined && <div class="page-actions">{actions}</div>}
      </header>
      {children}
      <Confirmation />
    </div>
  );
}

/** A card with a heading; `aside` stands beside it. */
export function Card({ title, aside, children }: { readonly title: string; readonly aside?: ComponentChildren; readonly children: ComponentChildren }) {
  return (
    <section class="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

/**
 * What is polled, in all its states: a skeleton until it is there, a way out where it cannot be had, a note while it is old. `rows`: how many
 * lines the skeleton has.
 */
export function Shown<T>({ of, rows = 4, children }: { readonly of: Polled<T>; readonly rows?: number; readonly children: (value: T) => ComponentChildren }) {
  const words = common();
  if (of.value !== null) {
    return (
      <>
        {of.fault !== null && (
          <p class="note warning" role="status">
            {words.stale}
          </p>
        )}
        {children(of.value)}
      </>
    );
  }
  if (of.fault === null) return <Skeleton rows={rows} />;
  const forbidden = of.refusal?.status === 403;
  return (
    <div class="card">
      <Empty title={forbidden ? words.notAllowed : words.notLoaded} hint={forbidden ? words.notAllowedHint : undefined}>
        {!forbidden && (
          <button type="button" class="button" onClick={() => void of.again()}>
            {words.again}
          </button>
        )}
      </Empty>
    </div>
  );
}

interface ShownRowsProps<T> {
  readonly of: Polled<readonly T[]>;
  readonly empty: ComponentChildren;
  readonly row: (one: T) => ComponentChildren;
}

/** What is polled as a card of rows, `empty` where there are none yet. `row` gives a keyed list item. */
export function ShownRows<T>({ of, empty, row }: ShownRowsProps<T>) {
  return (
    <Shown of={of} rows={3}>
      {(all) => (
        <div class="card">
          {all.length === 0 && empty}
          <ul class="rows">{all.map(row)}</ul>
        </div>
      )}
    </Shown>
  );
}

/** As tall as a list of so many rows, so that nothing jumps. */
export function Skeleton({ rows }: { readonly rows: number }) {
  return (
    <div class="card" aria-busy="true">
      <span class="unseen" role="status">
        {common().loading}
      </span>
      <ul class="rows" aria-hidden="true">
        {Array.from({ length: rows }, (_, row) => (
          <li key={row} class="skeleton-row">
            <span class="skeleton" style={{ width: `${[11, 8, 13, 9][row % 4]}rem` }} />
            <span class="skeleton" style={{ width: '60%' }} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Nothing here yet, or nothing found: why, and what to do next. */
export function Empty({ title, hint, children }: { readonly title: string; readonly hint?: string | undefined; readonly children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p>
        <b>{title}</b>
      </p>
      {hint !== undefined && <p class="small">{hint}</p>}
      {children}
    </div>
  );
}
