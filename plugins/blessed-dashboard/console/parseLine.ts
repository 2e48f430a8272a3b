import type { Language } from '../../../core/index.js';
import { refuse } from './refuse.js';
import { splitLine, textFrom, type Word } from './splitLine.js';
import { usageOf } from './usage.js';
import type { Given, Verb, VerbName } from './Verb.js';
import { ALIASES, VERBS } from './verbs.js';

export interface Parsed {
  readonly name: VerbName;
  readonly given: Given;
}

/** A line as a verb and what it is given; undefined when it says nothing. @throws LineRefused with what to write instead */
export function parseLine(line: string, language: Language): Parsed | undefined {
  const typed = line.trim();
  if (typed === '') return undefined;
  const direct = /^@(\S+)\s+(\S.*)$/s.exec(typed);
  if (direct) return { name: 'message', given: { args: [direct[1] ?? '', textFrom(direct[2] ?? '', 0)], flags: new Map() } };
  const words = splitLine(typed);
  const found = findVerb(words);
  if (found === undefined) return refuse(language.console.noVerb(words[0]?.text ?? typed));
  const { name, rest } = found;
  const verb = VERBS[name];
  const textAt = verb.args.findIndex(({ kind }) => kind === 'text');
  // A text is taken as it is written: an apostrophe in it opens nothing.
  const split = textAt < 0 ? rest : rest.slice(0, textAt);
  if (split.some(({ open }) => open !== undefined)) return refuse(language.console.openQuote);
  const { args, flags } = textAt < 0 ? takeFlags(name, verb, split, language) : { args: split.map(({ text }) => text), flags: new Map<string, string>() };
  const text = textAt < 0 ? undefined : rest[textAt];
  const all = text === undefined ? args : [...args, textFrom(typed, text.start)];
  if (verb.args.length === 0 && all[0] !== undefined) return refuse(language.console.noVerb(`${name} ${all[0]}`));
  if (!isEnough(verb, all)) return refuse(language.console.usage(usageOf(name, verb, language)));
  return { name, given: { args: all, flags } };
}

/** The verb a line begins with, the longest there is, and the words behind it. */
export function findVerb(words: readonly Word[]): { readonly name: VerbName; readonly rest: readonly Word[] } | undefined {
  for (const length of [2, 1]) {
    const said = words
      .slice(0, length)
      .map(({ text }) => text)
      .join(' ');
    const name = ALIASES.get(said) ?? (Object.hasOwn(VERBS, said) ? (said as VerbName) : undefined);
    if (name !== undefined) return { name, rest: words.slice(length) };
  }
  return undefined;
}

/** What begins with two dashes is a flag, until `--` says that nothing is any more. */
function takeFlags(name: VerbName, verb: Verb, words: readonly Word[], language: Language): { args: readonly string[]; flags: ReadonlyMap<string, string> } {
  const usage = usageOf(name, verb, language);
  const args: string[] = [];
  const flags = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const text = words[at]?.text ?? '';
    if (text === '--') return { args: [...args, ...words.slice(at + 1).map((word) => word.text)], flags };
    if (!text.startsWith('--')) {
      args.push(text);
      continue;
    }
    const [, flag = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
    const kind = verb.flags !== undefined && Object.hasOwn(verb.flags, flag) ? verb.flags[flag] : undefined;
    if (kind === undefined || (kind === 'alone' && value !== undefined)) return refuse(language.console.noFlag(text, usage));
    const given = kind === 'alone' ? '' : (value ?? words[++at]?.text);
    if (given === undefined) return refuse(language.console.usage(usage));
    flags.set(flag, given);
  }
  return { args, flags };
}

function isEnough({ args }: Verb, given: readonly string[]): boolean {
  const least = args.filter(({ optional }) => optional !== true).length;
  const isOpen = args.at(-1)?.many === true;
  return given.length >= least && (isOpen || given.length <= args.length) && given.every((text) => text !== '');
}
