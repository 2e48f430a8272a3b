import { clusters, textWidth } from '../../core/base/textWidth.js';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `8.0 MiB`; whole bytes below 1 KiB. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 100 ? 1 : 0)} ${UNITS[unit] ?? ''}`;
}

/** `850 ms`, `4.2 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(seconds / 3_600)} h ${String(Math.floor((seconds % 3_600) / 60)).padStart(2, '0')} min`;
}

/** The reader's own clock: `14:03` today, `2027-03-01 14:03` else. */
export function formatTime(ms: number, nowMs: number): string {
  const at = new Date(ms);
  if (Number.isNaN(at.getTime())) return '?';
  const day = dayOf(at);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return day === dayOf(new Date(nowMs)) ? clock : `${day} ${clock}`;
}

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

const two = (value: number): string => String(value).padStart(2, '0');

function dayOf(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
