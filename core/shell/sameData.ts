/** Whether two plain values, as JSON has them, say the same. */
function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameData((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

/** `after`, but what says the same as before is the very same value as before: who draws sees what has changed. */
export function keepSame<T>(before: T, after: T): T {
  return sameData(before, after) ? before : after;
}

/** As `keepSame`, row by row. */
export function keepSameRows<T>(before: readonly T[], after: readonly T[], keyOf: (row: T) => string): readonly T[] {
  if (before === after) return before;
  const known = new Map(before.map((row) => [keyOf(row), row]));
  const rows = after.map((row) => keepSame(known.get(keyOf(row)) ?? row, row));
  return rows.length === before.length && rows.every((row, index) => row === before[index]) ? before : rows;
}
