import { SansfilError, type ErrorCode } from '../base/errors.js';

/**
 * Ids are long; the first four or more digits are enough when only one begins so. `ids` is asked for those there are.
 * @throws SansfilError ID_INVALID, with `ambiguous` when several begin so; `unknown` when none does
 */
export async function wholeId(start: string, ids: () => Promise<readonly string[]>, unknown: ErrorCode, ambiguous: string): Promise<string> {
  if (/^[0-9a-f]{32}$/.test(start)) return start;
  if (!/^[0-9a-f]{4,31}$/.test(start)) throw new SansfilError('ID_INVALID');
  const found = (await ids()).filter((id) => id.startsWith(start));
  if (found.length > 1) throw new SansfilError('ID_INVALID', ambiguous);
  if (found[0] === undefined) throw new SansfilError(unknown);
  return found[0];
}
