import type { TransferView, View } from '../../../core/index.js';
import { shortId } from '../../../core/index.js';
import { findVerb } from './parseLine.js';
import { quoted, splitLine } from './splitLine.js';
import type { Arg, VerbName } from './Verb.js';
import { VERB_NAMES, VERBS } from './verbs.js';

export interface Completion {
  /** With as much added as there is no doubt about. */
  readonly line: string;
  /** What the last word can be, when it can be several things; else empty. */
  readonly choices: readonly string[];
}

type Known = Pick<View, 'people' | 'transfers' | 'shares'>;

/** What Tab makes of a line that is being written, with the cursor at its end. */
export function complete(line: string, known: Known): Completion {
  const words = splitLine(line);
  const last = words.at(-1);
  const isNew = last === undefined || (last.end === line.trimEnd().length && line !== line.trimEnd() && last.open === undefined);
  const partial = isNew ? '' : last.text;
  const before = (isNew ? words : words.slice(0, -1)).map(({ text }) => text);
  const found = candidates(before, partial, known).filter((one) => one.toLowerCase().startsWith(partial.toLowerCase()));
  const choices = [...new Set(found)].sort();
  const [only, second] = choices;
  if (only === undefined) return { line, choices };
  const head = line.slice(0, isNew ? line.length : last.start);
  if (second === undefined) return { line: `${head}${quoted(only)} `, choices: [] };
  const shared = sharedStart(choices);
  return { line: shared.length > partial.length ? `${head}${quoted(shared)}` : line, choices };
}

function candidates(before: readonly string[], partial: string, known: Known): readonly string[] {
  if (before.length === 0) return partial.startsWith('@') ? known.people.map(({ name }) => `@${name}`) : VERB_NAMES.map((name) => firstWord(name));
  const found = findVerb(before.map((text) => ({ text, start: 0, end: 0 })));
  if (found === undefined) return [];
  const { name, rest } = found;
  const further = rest.length === 0 ? secondWords(before.join(' ')) : [];
  const { args, flags = {} } = VERBS[name];
  if (partial.startsWith('--')) return Object.keys(flags).map((flag) => `--${flag}`);
  const given = rest.filter(({ text }) => !text.startsWith('--')).length;
  const arg = args[given] ?? (args.at(-1)?.many === true ? args.at(-1) : undefined);
  return [...further, ...(arg === undefined ? [] : valuesOf(arg, name, known, rest.at(-1)?.text))];
}

function valuesOf({ kind }: Arg, verb: VerbName, { people, transfers, shares }: Known, previous: string | undefined): readonly string[] {
  switch (kind) {
    case 'friend':
      return people.filter(({ state }) => !isAnswer(verb) || state === 'incoming').map(({ name }) => name);
    case 'transfer':
      return transfers.filter((view) => isFor(verb, view)).map(({ id }) => shortId(id));
    case 'ownShare':
      return shares.map(({ id }) => shortId(id));
    case 'presence':
      return ['online', 'busy', 'away', 'offline'];
    case 'verb':
      return previous === undefined ? VERB_NAMES.map((name) => firstWord(name)) : secondWords(previous);
    default:
      return [];
  }
}

const isAnswer = (verb: VerbName): boolean => verb === 'friends accept' || verb === 'friends decline';

function isFor(verb: VerbName, { state, direction, pausedBy }: TransferView): boolean {
  switch (verb) {
    case 'transfers accept':
    case 'transfers decline':
      return state === 'offered' && direction === 'in';
    case 'transfers pause':
      return (state === 'active' || state === 'paused') && pausedBy !== 'me' && pausedBy !== 'both';
    case 'transfers resume':
      return pausedBy === 'me' || pausedBy === 'both';
    case 'transfers cancel':
      return state === 'offered' || state === 'active' || state === 'paused';
    default:
      return true;
  }
}

const firstWord = (name: string): string => name.split(' ', 1)[0] ?? '';
const secondWords = (first: string): readonly string[] => VERB_NAMES.filter((name) => name.startsWith(`${first} `)).map((name) => name.slice(first.length + 1));

/** As all of them begin, whatever the case of their letters; never half a character. */
function sharedStart([first = '', ...others]: readonly string[]): string {
  let shared = '';
  for (const character of first) {
    const longer = `${shared}${character}`;
    if (!others.every((other) => other.toLowerCase().startsWith(longer.toLowerCase()))) break;
    shared = longer;
  }
  return shared;
}
