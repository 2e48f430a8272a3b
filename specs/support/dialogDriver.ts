import { textWidth } from '../../core/index.js';
import type { Dialog, DialogStep, Panel } from '../../plugins/blessed-dashboard/dialogs/Dialog.js';
import type { Effect } from '../../plugins/blessed-dashboard/state/Effect.js';
import type { Input, Key } from '../../plugins/blessed-dashboard/state/Input.js';
import type { Scene } from '../../plugins/blessed-dashboard/state/Scene.js';

/** What a dialog has on a screen of 80×24. */
export const ROOM = { rows: 18, columns: 68 } as const;
const ID = 7;

/** A key by its name; one of a single character, or a space, also writes. */
export function key(name: string): Key {
  const text = name === 'space' ? ' ' : Array.from(name).length === 1 ? name : undefined;
  return text === undefined ? { type: 'key', name } : { type: 'key', name, text };
}

/** One dialog by itself, driven step by step: what it asks of the world is kept, and what it shows must fit. */
export class DialogDriver<S> {
  state: S;
  /** What it asked for and was not taken yet, oldest first. */
  readonly effects: Effect[];
  last: DialogStep<S> | undefined;
  closed = false;

  constructor(
    private readonly dialog: Dialog<S>,
    public scene: Scene,
    about?: string,
    private readonly room: { readonly rows: number; readonly columns: number } = ROOM,
  ) {
    const { state, effects = [] } = dialog.open(scene, about, ID);
    this.state = state;
    this.effects = [...effects];
  }

  give(input: Input): this {
    const step = this.dialog.step(this.state, input, this.scene, ID);
    this.last = step;
    if (step && 'state' in step) this.state = step.state;
    this.effects.push(...(step?.effects ?? []));
    if (step?.close === true || (!step && input.type === 'key' && input.name === 'esc')) this.closed = true;
    return this;
  }

  press(...names: readonly string[]): this {
    for (const name of names) this.give(key(name));
    return this;
  }

  /** Letter by letter. */
  write(text: string): this {
    return this.press(...Array.from(text, (character) => (character === ' ' ? 'space' : character)));
  }

  choose(choice: string): this {
    return this.give({ type: 'chosen', choice });
  }

  /** Takes the oldest effect it asked for and answers it. */
  answer(result: unknown): this {
    const { tag } = this.take();
    return this.give({ type: 'answer', to: ID, tag, result });
  }

  refuse(code: 'PEER_OFFLINE' | 'PASSPHRASE_WRONG' | 'FILE_UNREADABLE' | 'SHARE_UNKNOWN', detail = ''): this {
    const { tag } = this.take();
    return this.give({ type: 'refused', to: ID, tag, failure: { code, detail } });
  }

  take(): Effect & { readonly tag: string } {
    const effect = this.effects.shift();
    if (!effect) throw new Error('the dialog asked for nothing');
    return { tag: '', ...effect };
  }

  /** What it asked of the device that was not taken yet. */
  get commands(): readonly unknown[] {
    return this.effects.flatMap((effect) => (effect.do === 'dispatch' ? [effect.command] : []));
  }

  panel(): Panel {
    return this.dialog.draw(this.state, this.scene, this.room);
  }

  /** What is seen, as text. Throws when it does not fit, or when the caret is nowhere. */
  text(): string {
    const { title, lines, caret, hints } = this.panel();
    if (lines.length > this.room.rows) throw new Error(`${lines.length} lines do not fit`);
    const rows = lines.map((line) => line.map(({ text }) => text).join(''));
    const wide = rows.find((row) => textWidth(row) > this.room.columns);
    if (wide !== undefined) throw new Error(`too wide: ${wide}`);
    if (caret && (caret.row >= lines.length || caret.column >= this.room.columns)) throw new Error('the caret is outside');
    const hintLine = hints.map(({ key: name, text }) => `[${name}] ${text}`).join('  ');
    return [`== ${title} ==`, ...rows.map((row) => row.trimEnd()), hintLine, caret ? `caret ${caret.row},${caret.column}` : 'no caret'].join('\n');
  }

  /** All that a click can choose. */
  choices(): readonly string[] {
    const { lines, hints } = this.panel();
    const hits = lines.flatMap((line) => line.flatMap(({ hit }) => (hit && 'choose' in hit ? [hit.choose] : [])));
    return [...new Set([...hits, ...hints.flatMap(({ choose }) => (choose === undefined ? [] : [choose]))])];
  }
}
