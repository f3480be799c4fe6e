import type { ReactNode } from 'react';

interface Props {
  readonly caption: string;
  /** The first names the rows; the others are of numbers. */
  readonly columns: readonly string[];
  readonly children: ReactNode;
}

/** A small table of numbers under its name. */
export function FigureTable({ caption, columns, children }: Props) {
  return (
    <table className="benchmark-table numbers">
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

interface RowProps {
  readonly name: string;
  readonly figures: readonly string[];
}

/** A row of it. */
export function FigureRow({ name, figures }: RowProps) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {figures.map((figure, column) => (
        // Figures have no name of their own but their column.
        // oxlint-disable-next-line react/no-array-index-key
        <td key={column}>{figure}</td>
      ))}
    </tr>
  );
}
