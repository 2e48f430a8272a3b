import { searchKey } from '../../../core/index.js';

const MARKS = /\p{Mn}/gu;
/** Better ways to match come first, whatever the lengths of the texts are. */
const RANK = { whole: 5, start: 4, word: 3, inside: 2, letters: 1 } as const;
const RANK_STEP = 10_000;
const PLACE_MAX = RANK_STEP - 1;
/** Letters of a word lie at most so many times its length apart: farther they are found in nearly every sentence. */
const SPREAD_MAX = 3;
const INSIDE_WORD = /[\p{L}\p{N}]$/u;

/** What texts are compared by here: as `searchKey` has it, without accents. */
export const looseKey = (text: string): string => searchKey(text).normalize('NFD').replaceAll(MARKS, '');

/**
 * How well a text answers what was typed; undefined: it does not. Every word typed must be found: as the start of the text, of
 * a word in it, anywhere in it, or at least its letters in order.
 */
export function fuzzyScore(typed: string, text: string): number | undefined {
  const key = looseKey(text);
  let score = 0;
  for (const word of looseKey(typed).split(/\s+/).filter(Boolean)) {
    const found = scoreOf(word, key);
    if (found === undefined) return undefined;
    score += found;
  }
  return score;
}

/** Those that match, best first; equal ones stay in their order. With nothing typed: all of them. */
export function fuzzyFilter<T>(typed: string, all: readonly T[], textOf: (one: T) => string): readonly T[] {
  if (typed.trim() === '') return all;
  return all
    .flatMap((one) => {
      const score = fuzzyScore(typed, textOf(one));
      return score === undefined ? [] : [{ one, score }];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ one }) => one);
}

function scoreOf(word: string, key: string): number | undefined {
  if (key === word) return RANK.whole * RANK_STEP;
  if (key.startsWith(word)) return ranked(RANK.start, key.length);
  const wordStart = wordStartOf(word, key);
  if (wordStart !== undefined) return ranked(RANK.word, wordStart);
  const inside = key.indexOf(word);
  if (inside >= 0) return ranked(RANK.inside, inside);
  const spread = spreadOf(word, key);
  return spread === undefined ? undefined : ranked(RANK.letters, spread);
}

const ranked = (rank: number, place: number): number => rank * RANK_STEP - Math.min(place, PLACE_MAX);

function wordStartOf(word: string, key: string): number | undefined {
  for (let place = key.indexOf(word); place >= 0; place = key.indexOf(word, place + 1)) {
    if (!INSIDE_WORD.test(key.slice(0, place))) return place;
  }
  return undefined;
}

/** Over how many units the letters of a word lie in a text, in order; undefined: they are not there, or too far from each other. */
function spreadOf(word: string, key: string): number | undefined {
  for (let first = key.indexOf(word.charAt(0)); first >= 0; first = key.indexOf(word.charAt(0), first + 1)) {
    let place = first;
    for (const letter of word.slice(1)) {
      place = key.indexOf(letter, place + 1);
      if (place < 0) return undefined;
    }
    if (place - first <= word.length * SPREAD_MAX) return place - first;
  }
  return undefined;
}
