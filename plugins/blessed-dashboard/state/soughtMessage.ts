import { CONVERSATION_MESSAGES_MAX, type AccountName, type MessageView } from '../../../core/index.js';
import type { Effect } from './Effect.js';
import type { Scene } from './Scene.js';
import { step, type Step } from './Step.js';
import type { Ui } from './Ui.js';

export function choosePerson(ui: Ui, name: AccountName): Ui {
  if (ui.person === name) return ui.unchosen ? { ...ui, unchosen: false } : ui;
  return {
    ...ui,
    person: name,
    unchosen: false,
    cursor: { ...ui.cursor, people: name, conversation: undefined },
    filters: { ...ui.filters, conversation: '' },
  };
}

/** The conversation of a message, with the cursor on it as soon as it is loaded. */
export function showMessage({ ui }: Scene, { with: name, id, position }: MessageView): Step {
  const open = choosePerson(ui, name);
  const filters = { ...open.filters, conversation: '' };
  const sought = { with: name, id, position, asked: false };
  return step({ ...open, filters, focus: 'conversation', composing: false, filtering: undefined, sought }, { do: 'load', name });
}

/** The cursor on what is sought, once it is there; the pages back to it until then. */
export function seek({ view, ui, language }: Scene, effects: Effect[]): Ui {
  const { sought } = ui;
  const conversation = sought && view.conversations.get(sought.with);
  if (!conversation || ui.person !== sought.with) return ui;
  const { messages, complete } = conversation;
  if (messages.some(({ id }) => id === sought.id)) return { ...ui, sought: undefined, cursor: { ...ui.cursor, conversation: sought.id } };
  if (complete || messages.length >= CONVERSATION_MESSAGES_MAX) {
    return { ...ui, sought: undefined, notice: { text: language.dashboard.notices.tooOld, tone: 'plain' } };
  }
  if (sought.asked) return ui;
  effects.push({ do: 'load-older', name: sought.with, backTo: sought.position });
  return { ...ui, sought: { ...sought, asked: true } };
}
