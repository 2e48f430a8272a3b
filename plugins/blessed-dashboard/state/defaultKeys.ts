import type { ActionName } from './actionNames.js';
import type { Binding, KeyContext } from './Keymap.js';

/*
 * Keys are named by what they write, not by where they are, and none needs AltGr: the same on QWERTY, QWERTZ and AZERTY.
 * Alt with a digit needs Shift on AZERTY, so what those keys write without it is bound as well.
 */
const KEYS: Readonly<Record<KeyContext, Readonly<Partial<Record<ActionName, readonly string[]>>>>> = {
  everywhere: {
    help: ['f1', '?'],
    jump: ['ctrl-k'],
    command: [':'],
    filter: ['/'],
    quit: ['q', 'ctrl-c', 'ctrl-q'],
    redraw: ['ctrl-l'],
    'next-pane': ['tab'],
    'previous-pane': ['shift-tab'],
    'next-unread': ['alt-a'],
    answer: ['alt-o', 'o'],
    'person-1': ['alt-1', 'alt-&'],
    'person-2': ['alt-2', 'alt-é'],
    'person-3': ['alt-3', 'alt-"'],
    'person-4': ['alt-4', "alt-'"],
    'person-5': ['alt-5', 'alt-('],
    'person-6': ['alt-6', 'alt--'],
    'person-7': ['alt-7', 'alt-è'],
    'person-8': ['alt-8', 'alt-_'],
    'person-9': ['alt-9', 'alt-ç'],
    presence: ['p', 'alt-p'],
    settings: ['f2'],
    account: ['f3'],
    language: ['f4'],
    'add-friend': ['a'],
    search: ['s', 'ctrl-f'],
    shares: ['S'],
    'send-file': ['ctrl-s'],
    back: ['esc'],
  },
  list: {
    up: ['up', 'k'],
    down: ['down', 'j'],
    'page-up': ['page-up', 'ctrl-b'],
    'page-down': ['page-down', 'ctrl-d'],
    first: ['home', 'g'],
    last: ['end', 'G'],
    open: ['enter'],
    mark: ['space'],
  },
  people: {
    open: ['right', 'l'],
    write: ['i', 'm'],
    verify: ['v'],
    browse: ['b'],
    'accept-friend': ['y'],
    'decline-friend': ['n'],
    'remove-friend': ['D', 'delete'],
  },
  conversation: {
    write: ['i', 'm', 'r'],
    back: ['left', 'h'],
    verify: ['v'],
    browse: ['b'],
    pause: ['P'],
    resume: ['R'],
    cancel: ['X'],
    'accept-file': ['y'],
    'decline-file': ['n'],
  },
  transfers: {
    'accept-file': ['y'],
    'decline-file': ['n'],
    pause: ['P'],
    resume: ['R'],
    cancel: ['X', 'delete'],
    'show-transfer': ['d'],
  },
  events: {},
  /** Here keys write: only what writes nothing is bound. */
  composer: {
    'page-up': ['page-up'],
    'page-down': ['page-down'],
  },
};

export const DEFAULT_BINDINGS: readonly Binding[] = Object.entries(KEYS).flatMap(([context, actions]) =>
  Object.entries(actions).flatMap(([action, keys]) => keys.map((key) => ({ context: context as KeyContext, key, action: action as ActionName }))),
);
