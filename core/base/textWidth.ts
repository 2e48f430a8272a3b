/** What a reader sees as one character, and the columns it takes on a terminal. */
export interface Cluster {
  readonly text: string;
  readonly columns: number;
}

/** Scripts whose characters fill a square (East Asian width W and F); emoji shown as pictures by themselves are added below. */
const SQUARE =
  '\\u1100-\\u115f\\u2329\\u232a\\u2e80-\\u303e\\u3041-\\ua4cf\\ua960-\\ua97c\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe10-\\ufe19\\ufe30-\\ufe6f' +
  '\\uff00-\\uff60\\uffe0-\\uffe6\\u{16fe0}-\\u{18d08}\\u{1aff0}-\\u{1b2ff}\\u{1d300}-\\u{1d376}\\u{1f200}-\\u{1f265}\\u{20000}-\\u{3fffd}';
const WIDE = new RegExp(`^[\\p{Emoji_Presentation}${SQUARE}]`, 'u');
/** Drawn on the character before, or never: marks, variation selectors, joiners, tags. */
const NO_WIDTH = /^[\p{Mn}\p{Me}\u200b-\u200f\u2060-\u2064\ufeff\u{e0000}-\u{e0fff}]/u;
/** Vowels and finals of Hangul: part of the square their first consonant opened. */
const JAMO_REST = /^[\u1160-\u11ff\ud7b0-\ud7fb]/;
/** Becomes one picture: a pair of flag letters, a variation selector 16, pictures joined or with a skin tone. */
const PICTURE = /^(?:\p{Emoji}\ufe0f|\p{RI}\p{RI}|\p{Extended_Pictographic}[^]*(?:\u200d.|[\u{1f3fb}-\u{1f3ff}]))/u;

const ASCII = /^[ -~]*$/;
/** Each character is a cluster of one column: Latin, the dashes, quotes and boxes of a terminal. */
const NARROW = /^[ -~\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2500-\u25cf]*$/;

const HIGH_SURROGATE = /[\ud800-\udbff]/;

/** Of all texts that are kept, in UTF-16 units: several screens of them; each takes some 60 bytes. */
const KEPT_CHARS_MAX = 65_536;
const KEPT_TEXT_CHARS_MAX = 512;
const WINDOW_CHARS = 256;

/** Made for the first text that needs it: most commands say none, and would start a tenth slower. */
let segmenter: Intl.Segmenter | undefined;
const narrow = new Map<string, Cluster>();
/** Texts cut before: the same names and messages are drawn ten times a second. */
const kept = new Map<string, readonly Cluster[]>();
let keptChars = 0;

/** A text without control characters, cut into what a reader sees as characters. */
export function clusters(text: string): readonly Cluster[] {
  if (NARROW.test(text)) return Array.from(text, narrowCluster);
  const before = kept.get(text);
  if (before) return before;
  const cut = graphemes(text).map((segment) => ({ text: segment, columns: columnsOf(segment) }));
  if (text.length > KEPT_TEXT_CHARS_MAX) return cut;
  if ((keptChars += text.length) > KEPT_CHARS_MAX) {
    kept.clear();
    keptChars = text.length;
  }
  kept.set(text, cut);
  return cut;
}

/** What a reader sees as one character each. In windows: the time the segmenter takes for one step grows with the text it is given. */
export function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const segments: string[] = [];
  let window = WINDOW_CHARS;
  for (let from = 0; from < text.length;) {
    let end = Math.min(from + window, text.length);
    if (end < text.length && HIGH_SURROGATE.test(text.charAt(end - 1))) end -= 1;
    const found = Array.from(segmenter.segment(text.slice(from, end)), ({ segment }) => segment);
    // The last one may go on behind the window.
    const open = end < text.length ? (found.pop() ?? '') : '';
    window = found.length > 0 ? WINDOW_CHARS : 2 * window;
    from = end - open.length;
    for (const segment of found) segments.push(segment);
  }
  return segments;
}

/** Columns a terminal takes for a text without control characters. */
export function textWidth(text: string): number {
  if (ASCII.test(text) || NARROW.test(text)) return text.length;
  return clusters(text).reduce((columns, cluster) => columns + cluster.columns, 0);
}

function narrowCluster(character: string): Cluster {
  let cluster = narrow.get(character);
  if (!cluster) narrow.set(character, (cluster = { text: character, columns: 1 }));
  return cluster;
}

function columnsOf(cluster: string): number {
  if (PICTURE.test(cluster)) return 2;
  let columns = 0;
  for (const character of cluster) {
    if (NO_WIDTH.test(character) || (columns > 0 && JAMO_REST.test(character))) continue;
    columns += WIDE.test(character) ? 2 : 1;
  }
  return columns;
}
