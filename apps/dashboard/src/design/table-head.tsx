interface TableHeadProps<Column extends string> {
  /** From the first to the last. */
  readonly columns: readonly Column[];
  readonly names: Readonly<Record<Column, string>>;
}

/** The head of a table whose columns have a name each. */
export function TableHead<Column extends string>({ columns, names }: TableHeadProps<Column>) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column} scope="col">
            {names[column]}
          </th>
        ))}
      </tr>
    </thead>
  );
}
