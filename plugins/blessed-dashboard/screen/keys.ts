import { Readable } from 'node:stream';
import type { Key } from '../state/Input.js';

/** What blessed tells of a key. */
export interface BlessedKey {
  readonly name?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
}

/** The shapes of sequences blessed knows; of any other it would make letters nobody typed. */
const KNOWN = /^\u001b(?:O|\[\[?)(?:\d+(?:;\d+)?[~^$]|(?:1;)?\d*[a-zA-Z])$/;
const RENAMED: Readonly<Record<string, string>> = { pageup: 'page-up', pagedown: 'page-down' };
const NAMED = /^(?:f\d+|up|down|left|right|home|end|insert|delete|tab|page-up|page-down)$/;

/** What blessed reads from instead of the terminal: one whole sequence at a time. Raw mode goes through to the terminal. */
export class KeyInput extends Readable {
  readonly #terminal: { readonly isRaw?: boolean; setRawMode?(raw: boolean): unknown };

  constructor(terminal: { readonly isRaw?: boolean; setRawMode?(raw: boolean): unknown }) {
    super({ read: () => undefined });
    this.#terminal = terminal;
  }

  get isRaw(): boolean {
    return this.#terminal.isRaw ?? false;
  }

  setRawMode(raw: boolean): void {
    this.#terminal.setRawMode?.(raw);
  }

  offer(sequence: string): void {
    if (KNOWN.test(sequence)) this.emit('data', Buffer.from(sequence));
  }
}

/** A key by our name for it; undefined: none that means anything. */
export function namedKey(key: BlessedKey, alt: boolean): Key | undefined {
  const base = key.name === undefined ? '' : (RENAMED[key.name] ?? key.name);
  if (!NAMED.test(base)) return undefined;
  return { type: 'key', name: `${key.ctrl ? 'ctrl-' : ''}${alt || key.meta ? 'alt-' : ''}${key.shift ? 'shift-' : ''}${base}` };
}

const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
  '\u0000': 'ctrl-space',
  '\u001b': 'esc',
};

/** The key of one control character: Ctrl and what stands 64 places further. */
export function controlKey(character: string, alt: boolean): Key {
  const name = CONTROLS[character] ?? `ctrl-${String.fromCharCode(character.charCodeAt(0) + 64).toLowerCase()}`;
  if (!alt) return { type: 'key', name };
  return { type: 'key', name: name.startsWith('ctrl-') ? `ctrl-alt-${name.slice(5)}` : `alt-${name}` };
}

/** The key that writes a character. */
export function textKey(text: string, alt: boolean): Key {
  const name = text === ' ' ? 'space' : text;
  return alt ? { type: 'key', name: `alt-${name}` } : { type: 'key', name, text };
}
