/** A column of a table: its heading, and whether it holds numbers, which stand on the right. */
export interface Column {
  readonly heading: string;
  readonly isNumber?: boolean;
}

/** A Markdown table with aligned columns. A bar in a cell is escaped. */
export function markdownTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = columns.map(({ heading }, i) =>
    Math.max(3, heading.length, ...cells.map((row) => (row[i] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, i) => padded(row[i] ?? '', width, columns[i]!)).join(' | ')} |`;
  const rule = columns.map(({ isNumber }, i) =>
    isNumber ? `${'-'.repeat(widths[i]! - 1)}:` : '-'.repeat(widths[i]!),
  );
  return [line(columns.map(({ heading }) => heading)), line(rule), ...cells.map(line), ''].join(
    '\n',
  );
}

function padded(cell: string, width: number, { isNumber }: Column): string {
  return isNumber ? cell.padStart(width) : cell.padEnd(width);
}
