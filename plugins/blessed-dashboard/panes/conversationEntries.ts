import { itemsOf, searchKey, type AccountName, type Conversation, type MessageView, type TransferView } from '../../../core/index.js';
import { wrapText } from '../lines/layout.js';
import type { Line } from '../lines/Line.js';
import type { Scene } from '../state/Scene.js';
import type { Sending } from '../state/Ui.js';

/** What a conversation shows below each other. Those with a key can be under the cursor. */
export type Entry =
  | { readonly kind: 'beginning' | 'older' }
  | { readonly kind: 'day'; readonly atMs: number }
  | { readonly kind: 'unread'; readonly count: number }
  | { readonly kind: 'message'; readonly key: string; readonly message: MessageView; readonly atMs: number }
  | { readonly kind: 'transfer'; readonly key: string; readonly transfer: TransferView; readonly atMs: number }
  | { readonly kind: 'sending'; readonly sending: Sending };

interface Made {
  readonly transfers: Scene['view']['transfers'];
  readonly sending: readonly Sending[];
  readonly filter: string;
  readonly entries: readonly Entry[];
}
const made = new WeakMap<Conversation, Made>();

/** All of the open conversation, oldest first: made once for as long as nothing of it changes. */
export function conversationEntries(scene: Scene): readonly Entry[] {
  const { view, ui } = scene;
  const conversation = ui.person === undefined ? undefined : view.conversations.get(ui.person);
  if (ui.person === undefined || !conversation) return [];
  const before = made.get(conversation);
  const filter = ui.filters.conversation;
  if (before?.transfers === view.transfers && before.sending === ui.sending && before.filter === filter) return before.entries;
  const entries = entriesOf(scene, ui.person, conversation);
  made.set(conversation, { transfers: view.transfers, sending: ui.sending, filter, entries });
  return entries;
}

function entriesOf({ view, ui }: Scene, person: AccountName, conversation: Conversation): readonly Entry[] {
  const contains = searching(ui.filters.conversation);
  const unread = conversation.messages.filter(isUnread);
  const [first] = unread;
  const entries: Entry[] = [{ kind: conversation.complete ? 'beginning' : 'older' }];
  let day: Entry | undefined;
  const add = (added: Entry): void => {
    // A day of which nothing is shown is not named either.
    if (day) entries.push(day);
    day = undefined;
    entries.push(added);
  };
  for (const item of itemsOf(view, person)) {
    if (item.kind === 'day') day = item;
    else if (item.kind === 'transfer') {
      if (item.transfer.items.some(({ name }) => contains(name))) add({ ...item, key: item.transfer.id });
    } else if (contains(item.message.text)) {
      const { message, atMs } = item;
      const entry: Entry = { kind: 'message', key: message.id, message, atMs };
      if (message === first) add({ kind: 'unread', count: unread.length });
      add(entry);
    }
  }
  for (const sending of ui.sending) if (sending.to === person) add({ kind: 'sending', sending });
  return entries;
}

const isUnread = ({ direction, state }: MessageView): boolean => direction === 'in' && state === 'received';

function searching(filter: string): (text: string) => boolean {
  if (filter === '') return () => true;
  const part = searchKey(filter);
  return (text) => searchKey(text).includes(part);
}

/** The cursor stops so many rows after each other in a message that is longer than that. */
export const STOP_ROWS = 8;
const AFTER_ID = '/';

/** Of a long text the cursor stops in several places, so that all of it can be read. */
export function stopKeys(id: string, rows: number): readonly string[] {
  const stops = Math.max(1, Math.ceil(rows / STOP_ROWS) - 1);
  return Array.from({ length: stops }, (_, stop) => (stop === 0 ? id : `${id}${AFTER_ID}${stop}`));
}

/** What a key is about, and which of its rows. */
export function placeOf(key: string): { readonly id: string; readonly row: number } {
  const [id = key, stop = '0'] = key.split(AFTER_ID);
  return { id, row: Number(stop) * STOP_ROWS };
}

interface Wrapped {
  readonly columns: number;
  readonly lines: readonly Line[];
}
const wrapped = new WeakMap<MessageView, Wrapped>();

/** The text of a message in lines: wrapped once for as long as it and the width stay the same. */
export function textLines(message: MessageView, columns: number): readonly Line[] {
  const before = wrapped.get(message);
  if (before?.columns === columns) return before.lines;
  const lines = wrapText(message.text, columns);
  wrapped.set(message, { columns, lines });
  return lines;
}
