import type { AccountName, TransferId } from '../../../core/index.js';
import { wrapText } from '../lines/layout.js';
import { EMPTY_LINE, type Line } from '../lines/Line.js';
import type { Effect } from '../state/Effect.js';
import type { Scene } from '../state/Scene.js';
import type { Dialog } from './Dialog.js';
import { buttonRow, moveButton } from './widgets/buttonRow.js';
import { pressed } from './widgets/pressed.js';
import { fitted, proseColumns } from './widgets/prose.js';
import { isOpen } from '../state/lists.js';

/** `about`: `quit`, `remove-friend:` and a name, or `cancel:` and ids of transfers with commas between. */
export interface ConfirmState {
  readonly about: string;
  /** 0: the safe answer. */
  readonly index: number;
}

interface Question {
  readonly title: string;
  /** What it is about: the names of others among it. */
  readonly question: string;
  readonly happens: string;
  readonly yes: string;
  readonly no: string;
  readonly effects: readonly Effect[];
}

/** Asks before what cannot be taken back. */
export const confirmDialog: Dialog<ConfirmState> = {
  kind: 'confirm',

  open: (_scene, about = 'quit') => ({ state: { about, index: 0 } }),

  draw({ about, index }, scene, room) {
    const columns = proseColumns(room);
    const { title, question, happens, yes, no, effects } = questionOf(about, scene);
    const buttons = [{ text: no, choose: 'n' }, ...(effects.length > 0 ? [{ text: yes, choose: 'y' }] : [])];
    const text: Line[] = [...wrapText(question, columns, 'strong'), ...wrapText(happens, columns)];
    // The answers are there however little room there is.
    const lines = [...text.slice(0, Math.max(0, room.rows - 2)), EMPTY_LINE, buttonRow(buttons, Math.min(index, buttons.length - 1))];
    return {
      title,
      lines: fitted(lines.slice(-room.rows), room),
      hints:
        effects.length > 0
          ? [
              { key: 'y', text: yes, choose: 'y' },
              { key: 'n', text: no, choose: 'n' },
            ]
          : [{ key: 'esc', text: no, choose: 'esc' }],
    };
  },

  step({ about, index }, input, scene) {
    const key = pressed(input);
    if (key === undefined) return undefined;
    const { effects } = questionOf(about, scene);
    const yes = key === 'y' || key === 'o' || ((key === 'enter' || key === 'space') && index === 1);
    if (yes) return { close: true, effects };
    if (key === 'n' || key === 'esc' || key === 'enter' || key === 'space') return { close: true };
    const moved = moveButton(index, 2, key);
    return moved === undefined ? undefined : { state: { about, index: moved } };
  },
};

function questionOf(about: string, scene: Scene): Question {
  const at = about.indexOf(':');
  const [what, rest] = at < 0 ? [about, ''] : [about.slice(0, at), about.slice(at + 1)];
  if (what === 'remove-friend') return removal(rest as AccountName, scene);
  return what === 'cancel' ? cancellation(rest.split(','), scene) : leaving(scene);
}

function leaving({ view, language }: Scene): Question {
  const words = language.peopleDialogs.confirm.quit;
  const running = view.transfers.filter(isOpen).length;
  return { ...words, question: words.question(running), effects: [{ do: 'quit' }] };
}

function removal(name: AccountName, { language }: Scene): Question {
  const { title, happens, yes, no, told } = language.peopleDialogs.confirm.remove;
  return {
    title: title(name),
    question: '',
    happens: happens(name),
    yes,
    no,
    effects: [{ do: 'dispatch', command: { type: 'friend.remove', name }, told: told(name) }],
  };
}

function cancellation(ids: readonly string[], { view, language }: Scene): Question {
  const words = language.peopleDialogs.confirm.cancel;
  const meant = view.transfers.filter((one) => ids.includes(one.id) && isOpen(one));
  const [first] = meant;
  if (!first) return { title: words.title, question: words.over, happens: '', yes: words.yes, no: words.back, effects: [] };
  const items = first.items[0]?.name ?? '';
  const more = first.items.length - 1 + (first.moreItems ?? 0);
  const question = meant.length > 1 ? words.several(meant.length) : words.one(more > 0 ? words.andMore(items, more) : items, first.with);
  const cancel = (id: TransferId): Effect => ({ do: 'dispatch', command: { type: 'transfer.cancel', id }, told: words.told });
  return { title: words.title, question, happens: words.happens(meant.length), yes: words.yes, no: words.no, effects: meant.map(({ id }) => cancel(id)) };
}
