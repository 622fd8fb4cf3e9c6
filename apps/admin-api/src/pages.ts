import { decodeCursor, pageOfRows, type CursorValue } from '#http-kit';

/** Where a page of a list ended. The name keeps a cursor of one list from being taken for one of another. */
interface Place extends CursorValue {
  readonly of: string;
  readonly after: string;
}

const ID = /^[\x21-\x7e]{1,100}$/;

/** The part of the directory's list that a query asks for: one row more than the page, to know whether another page follows. */
export function pageAsked(list: string, query: { limit: number; cursor?: string | undefined }): { after: string | null; limit: number } {
  const isPlace = (value: CursorValue): value is Place => {
    const { of, after } = value;
    return of === list && typeof after === 'string' && ID.test(after);
  };
  return { after: query.cursor === undefined ? null : decodeCursor(query.cursor, isPlace).after, limit: query.limit + 1 };
}

/** The page as answered: `{ <list>: [...], nextCursor }`. */
export function pageAnswer<Row extends { readonly id: string }, View>(
  list: string,
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => View,
): Record<string, View[] | string | null> {
  const page = pageOfRows(rows, limit, (last) => ({ of: list, after: last.id }));
  return { [list]: page.rows.map(view), nextCursor: page.nextCursor };
}
