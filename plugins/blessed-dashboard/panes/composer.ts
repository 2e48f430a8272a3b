import { MESSAGE_TEXT_BYTES_MAX, type FriendView } from '../../../core/index.js';
import { clipLine } from '../lines/layout.js';
import { span, type Line } from '../lines/Line.js';
import { draftOf } from '../state/actions.js';
import { windowOf } from '../state/choice.js';
import type { Size } from '../state/Input.js';
import type { Scene } from '../state/Scene.js';
import { keyFor } from './keyText.js';
import { wrapField } from './wrapField.js';

/** From so many bytes before the end on it is said how many are left. */
const NEAR_BYTES = 2_000;
const PROMPT = '> ';
const PROMPT_REST = '  ';

export interface Composer {
  readonly lines: readonly Line[];
  readonly caret?: { readonly row: number; readonly column: number };
  /** On the border above it. */
  readonly aside: Line;
}

/** What is being written to a friend, in at most so many rows. */
export function composer(scene: Scene, friend: FriendView, { rows, columns }: Size): Composer {
  const { ui, language } = scene;
  const words = language.panes.composer;
  const draft = draftOf(ui, friend.name);
  const hit = { go: 'conversation' } as const;
  const prompt = span(PROMPT, ui.composing ? 'accent' : 'faint', hit);
  if (draft.text === '') {
    const key = keyFor(scene, 'write', ui.focus);
    const hint = span(ui.composing ? words.writing(friend.name) : key === undefined ? '' : words.hint(friend.name, key), 'faint', hit);
    const line = clipLine([span(' '), prompt, hint], columns);
    return { lines: [line], aside: [], ...(ui.composing ? { caret: { row: 0, column: PROMPT.length + 1 } } : {}) };
  }
  const field = wrapField(draft, columns - PROMPT.length - 2);
  const first = windowOf(field.rows.length, field.caret.row, rows);
  const lines = field.rows.slice(first, first + rows).map((text, index): Line => {
    const start = first + index === 0 ? prompt : span(PROMPT_REST, 'plain', hit);
    return [span(' '), start, span(text, ui.composing ? 'plain' : 'faint', hit)];
  });
  const caret = { row: field.caret.row - first, column: field.caret.column + PROMPT.length + 1 };
  return { lines, aside: asideOf(scene, draft.text), ...(ui.composing ? { caret } : {}) };
}

function asideOf({ ui, language }: Scene, text: string): Line {
  const { composer: words } = language.panes;
  const left = MESSAGE_TEXT_BYTES_MAX - Buffer.byteLength(text);
  if (left < 0) return [span(`! ${words.over(-left)}`, 'bad')];
  if (left < NEAR_BYTES) return [span(words.left(left), 'warning')];
  return ui.composing ? [] : [span(words.draft, 'faint')];
}
