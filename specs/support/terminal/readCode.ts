/** Rows of half blocks in a window on the screen. */
const BLOCKS = /[█▀▄ ]{21,}/g;

/**
 * The QR code on a screen: true where it is dark. It is drawn with two modules above each other in one cell, and may be
 * drawn light on dark; the finder patterns tell. Undefined: there is none.
 */
export function readCode(screen: string): boolean[][] | undefined {
  const rows = screen.split('\n');
  const first = rows.findIndex((row) => finderAt(row) !== undefined);
  if (first < 0) return undefined;
  const begin = finderAt(rows[first] ?? '') ?? 0;
  const width = (/^█▀▀▀▀▀█(?:[█▀▄ ]*)█▀▀▀▀▀█/.exec((rows[first] ?? '').slice(begin))?.[0] ?? '').length;
  const modules: boolean[][] = [];
  for (const row of rows.slice(first)) {
    const cells = Array.from(row.slice(begin, begin + width).padEnd(width));
    if (modules.length >= width) break;
    modules.push(cells.map((cell) => cell === '█' || cell === '▀'));
    modules.push(cells.map((cell) => cell === '█' || cell === '▄'));
  }
  return modules.slice(0, width);
}

/** Where the first row of a code begins. */
function finderAt(row: string): number | undefined {
  for (const { 0: blocks, index } of row.matchAll(BLOCKS)) {
    const at = /█▀▀▀▀▀█[█▀▄ ]*█▀▀▀▀▀█/.exec(blocks)?.index;
    if (at !== undefined) return index + at;
  }
  return undefined;
}
