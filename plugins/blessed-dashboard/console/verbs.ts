import { login, register, status, whoami } from './accountVerbs.js';
import { send, transfers, transfersAccept, transfersCancel, transfersDecline, transfersPause, transfersResume, transfersShow } from './fileVerbs.js';
import { history, message, read } from './messageVerbs.js';
import { friends, friendsAccept, friendsAdd, friendsDecline, friendsRemove, friendsTrust, verify } from './peopleVerbs.js';
import { refuse } from './refuse.js';
import { browse, fetch, share, shareAdd, shareRemove } from './shareVerbs.js';
import { usageOf } from './usage.js';
import type { Verb, VerbName } from './Verb.js';

const help: Verb = {
  args: [{ kind: 'verb', optional: true, many: true }],
  run: ({ args }, { language }) => {
    const named = VERB_NAMES.filter((name) => args.length === 0 || name === args.join(' ') || name.startsWith(`${args.join(' ')} `));
    if (named.length === 0) return refuse(language.console.noVerb(args.join(' ')));
    return Promise.resolve(named.map((name) => `${usageOf(name, VERBS[name], language)}: ${language.console.about[name]}`));
  },
};

const quit: Verb = {
  args: [],
  run: (_, { quit: leave }) => {
    leave();
    return Promise.resolve([]);
  },
};

/** All there are, in the order in which the help lists them. */
export const VERBS: Readonly<Record<VerbName, Verb>> = {
  message,
  read,
  history,
  send,
  transfers,
  'transfers accept': transfersAccept,
  'transfers decline': transfersDecline,
  'transfers pause': transfersPause,
  'transfers resume': transfersResume,
  'transfers cancel': transfersCancel,
  'transfers show': transfersShow,
  friends,
  'friends add': friendsAdd,
  'friends accept': friendsAccept,
  'friends decline': friendsDecline,
  'friends remove': friendsRemove,
  'friends trust': friendsTrust,
  verify,
  status,
  share,
  'share add': shareAdd,
  'share remove': shareRemove,
  browse,
  fetch,
  register,
  login,
  whoami,
  help,
  quit,
};

export const VERB_NAMES = Object.keys(VERBS) as readonly VerbName[];

/** What the command line calls otherwise, or people type out of habit. */
export const ALIASES: ReadonlyMap<string, VerbName> = new Map<string, VerbName>([
  ['friends list', 'friends'],
  ['transfers list', 'transfers'],
  ['share list', 'share'],
  ['q', 'quit'],
  ['exit', 'quit'],
  ['?', 'help'],
]);
