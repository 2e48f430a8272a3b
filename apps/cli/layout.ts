import { clusters, textWidth } from '../../core/base/textWidth.js';

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
