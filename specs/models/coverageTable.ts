/** Rows with their columns aligned, the first one the heading; numbers to the right. */
function textTable(rows: readonly (readonly (string | number)[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const cell = (value: string | number, column: number): string =>
    typeof value === 'number' || column > 0 ? String(value).padStart(widths[column] ?? 0) : value.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

/** `7 of 7`. */
export const share = (some: number, all: number): string => `${some} of ${all}`;

/** Once, at the end of a spec: what it covered is worth reading also when nothing failed. */
export const printTable = (title: string, rows: readonly (readonly (string | number)[])[]): void =>
  void process.stdout.write(`\n${title}\n${textTable(rows)}\n`);
