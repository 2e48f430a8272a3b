import { clusters, textWidth } from '../../core/base/textWidth.js';

/** Columns padded to their widest cell, two spaces between; nothing after the last. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return formatRows([head, ...rows]);
}

/** The same without a head. */
export function formatRows(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => rows.reduce((widest, row) => Math.max(widest, textWidth(row[column] ?? '')), 0));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - textWidth(cell))))
      .join('  ')
      .trimEnd(),
  );
}

/** At most so many columns wide; what does not fit ends in `…`. */
export function clip(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = '';
  let width = 1;
  for (const cluster of clusters(text)) {
    width += cluster.columns;
    if (width > columns) break;
    kept += cluster.text;
  }
  return `${kept}…`;
}

/** `[#####.....]` of `columns` characters between the brackets; full only when all is done. */
export function formatBar(share: number, columns: number): string {
  const full = Math.floor(Math.min(1, Math.max(0, share)) * columns);
  return `[${'#'.repeat(full)}${'.'.repeat(columns - full)}]`;
}
