import type { Row } from './rows.js';

/** So many rows of noise in a row are still shown one by one. */
const NOISE_ROWS_MAX = 3;
/** Longest story that is recognised when it repeats itself: a dial, its failure, the wait before the next one. */
const PERIOD_MAX = 8;

/** What comes again and again is counted. What the world did is always shown. */
export const fold = (rows: readonly Row[]): readonly Row[] => foldRepeats(foldNoise(rows));

function foldNoise(rows: readonly Row[]): readonly Row[] {
  const folded: Row[] = [];
  let noise: Row[] = [];
  const flush = (): void => {
    folded.push(...(noise.length > NOISE_ROWS_MAX ? counted(noise) : noise));
    noise = [];
  };
  for (const row of rows) {
    if (row.noise) noise.push(row);
    else {
      flush();
      folded.push(row);
    }
  }
  flush();
  return folded;
}

/** One row for each kind, where the first of it stood; for signs of life one for all of them. */
function counted(rows: readonly Row[]): readonly Row[] {
  const kinds = new Map<string, Row>();
  const alive = rows.filter(isSignOfLife);
  for (const row of rows) {
    if (row === alive[0] && alive.length > NOISE_ROWS_MAX) kinds.set('alive', signsOfLife(alive));
    if (alive.length > NOISE_ROWS_MAX && isSignOfLife(row)) continue;
    const first = kinds.get(row.key);
    kinds.set(row.key, first ? { ...spanning(first, row), times: (first.times ?? 1) + 1, untilMs: row.atMs } : row);
  }
  return [...kinds.values()];
}

const isSignOfLife = (row: Row): boolean => row.kind === 'arrow' && /^p[io]ng\b/i.test(row.label);

function signsOfLife(rows: readonly Row[]): Row {
  const text = `PING and PONG, ${rows.length} of them`;
  return { kind: 'remark', atMs: rows[0]?.atMs ?? 0, key: 'alive', noise: true, text, untilMs: rows.at(-1)?.atMs ?? 0 };
}

/** Numbered frames are named by the first and the last; how long one of them took says nothing about the others. */
function spanning(first: Row, last: Row): Row {
  if (first.kind !== 'arrow' || last.kind !== 'arrow') return first;
  const [from = '', to = ''] = [first, last].map(({ label }) => label.replace(/ \([^)]*\)$/, ''));
  const begin = from.split(' … ', 1)[0] ?? from;
  return { ...first, label: begin === to ? begin : `${begin} … ${to}` };
}

function foldRepeats(rows: readonly Row[]): readonly Row[] {
  const folded: Row[] = [];
  for (let at = 0; at < rows.length;) {
    const first = rows[at];
    if (!first) break;
    const { period, times } = repetitionAt(rows, at);
    const last = rows[at + period * times - 1];
    if (times === 1 || !last) {
      folded.push(first);
      at++;
    } else if (period === 1) {
      folded.push({ ...first, times: (first.times ?? 1) * times, untilMs: last.atMs });
      at += times;
    } else {
      folded.push(...rows.slice(at, at + period));
      const { atMs } = rows[at + period] ?? last;
      const text = `↻ these ${period} lines ${times - 1} times more`;
      folded.push({ kind: 'remark', atMs, key: text, noise: false, text, untilMs: last.atMs });
      at += period * times;
    }
  }
  return folded;
}

/** The shortest story from here on that is told again at once; two rows need a third telling to be worth it. */
function repetitionAt(rows: readonly Row[], at: number): { readonly period: number; readonly times: number } {
  for (let period = 1; period <= PERIOD_MAX; period++) {
    let times = 1;
    while (sameStory(rows, at, at + period * times, period)) times++;
    if (times >= (period === 1 ? 2 : 3)) return { period, times };
  }
  return { period: 1, times: 1 };
}

function sameStory(rows: readonly Row[], a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    const [one, other] = [rows[a + i], rows[b + i]];
    if (!one || !other || one.key !== other.key || one.kind === 'band' || other.kind === 'band') return false;
    if (one.times !== undefined || other.times !== undefined) return length > 1 && one.times === other.times;
  }
  return true;
}
