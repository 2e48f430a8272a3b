/** A sentence of the catalogue in both languages, as it comes out in one way of asking for it. */
export interface Pair {
  readonly where: string;
  readonly en: string;
  readonly fr: string;
}

/** How a sentence with things to be filled in is asked for: each of them must be found again in what comes out. */
const FILLINGS: readonly ((at: number) => unknown)[] = [
  // A text, which may also be asked for what is asked of lists.
  (at) => Object.assign(new String(`‹${at}›`), { join: () => `‹${at}›` }),
  // A number, greater than any the sentences begin to count from.
  (at) => 7_000 + at,
  () => 1,
  () => 0,
];

type Say = (...args: readonly unknown[]) => unknown;

/** Every sentence below a section. @throws Error where the two languages are not of one shape */
export function pairsOf(where: string, en: unknown, fr: unknown): readonly Pair[] {
  if (typeof en !== typeof fr || Array.isArray(en) !== Array.isArray(fr)) throw new Error(`${where} is a ${typeof en} in English, a ${typeof fr} in French`);
  if (typeof en === 'string' && typeof fr === 'string') return [{ where, en, fr }];
  if (typeof en === 'function') return pairsOfFunction(where, en as Say, fr as Say);
  if (typeof en !== 'object' || en === null || fr === null) return [];
  const [inEnglish, inFrench] = [Object.entries(en), new Map(Object.entries(fr as object))];
  if (inEnglish.length !== inFrench.size) throw new Error(`${where} has ${inEnglish.length} entries in English, ${inFrench.size} in French`);
  return inEnglish.flatMap(([name, value]) => pairsOf(`${where}.${name}`, value, inFrench.get(name)));
}

function pairsOfFunction(where: string, en: Say, fr: Say): readonly Pair[] {
  const pairs = FILLINGS.flatMap((filling, at) => {
    const args = Array.from({ length: Math.max(en.length, fr.length) }, (_, place) => filling(place));
    const [english, french] = [asked(en, args), asked(fr, args)];
    return english === undefined || french === undefined ? [] : [{ where: `${where}(${at})`, en: english, fr: french }];
  });
  if (pairs.length === 0) throw new Error(`${where} cannot be asked for`);
  return pairs;
}

/** Undefined: that is not what it is to be filled with. */
function asked(say: Say, args: readonly unknown[]): string | undefined {
  try {
    return String(say(...args));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** What was filled in, as it is found in a sentence. */
export const filledIn = (text: string): readonly string[] => [...new Set(text.match(/‹\d›|700\d/g))].sort();

/** Without what was filled in and what has no language: figures, signs, ids and ways to write them. */
export const hasWords = (text: string): boolean => /\p{L}{2}/u.test(text.replaceAll(/‹\d›|700\d/g, ''));
