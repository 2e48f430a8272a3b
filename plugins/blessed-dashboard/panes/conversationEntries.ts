import { itemsOf, type AccountName, type Conversation, type MessageId, type MessageView, type TransferView } from '../../../core/index.js';
import { wrapText } from '../lines/layout.js';
import type { Line } from '../lines/Line.js';
import { remembered } from '../remembered.js';
import { searching } from '../state/lists.js';
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

/** All of the open conversation, oldest first: made once for as long as nothing of it changes. */
export function conversationEntries({ view, ui }: Scene): readonly Entry[] {
  const conversation = ui.person === undefined ? undefined : view.conversations.get(ui.person);
  if (ui.person === undefined || !conversation) return [];
  const visited = ui.visit?.with === ui.person ? ui.visit.firstNew : undefined;
  return entriesOf(conversation, ui.person, view.transfers, ui.sending, ui.filters.conversation, visited);
}

const entriesOf = remembered(
  (
    conversation: Conversation,
    person: AccountName,
    transfers: readonly TransferView[],
    sending: readonly Sending[],
    filter: string,
    visited: MessageId | undefined,
  ): readonly Entry[] => {
    const contains = searching(filter);
    const from = conversation.messages.findIndex((message) => (visited === undefined ? isUnread(message) : message.id === visited));
    const fresh = from < 0 ? [] : conversation.messages.slice(from).filter(({ direction }) => direction === 'in');
    const [first] = fresh;
    const entries: Entry[] = [{ kind: conversation.complete ? 'beginning' : 'older' }];
    let day: Entry | undefined;
    const add = (added: Entry): void => {
      // A day of which nothing is shown is not named either.
      if (day) entries.push(day);
      day = undefined;
      entries.push(added);
    };
    for (const item of itemsOf(conversation, transfers, person)) {
      if (item.kind === 'day') day = item;
      else if (item.kind === 'transfer') {
        if (item.transfer.items.some(({ name }) => contains(name))) add({ ...item, key: item.transfer.id });
      } else if (contains(item.message.text)) {
        const { message, atMs } = item;
        if (message === first) add({ kind: 'unread', count: fresh.length });
        add({ kind: 'message', key: message.id, message, atMs });
      }
    }
    for (const one of sending) if (one.to === person) add({ kind: 'sending', sending: one });
    return entries;
  },
);

const isUnread = ({ direction, state }: MessageView): boolean => direction === 'in' && state === 'received';

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

/** The text of a message in lines: wrapped once for as long as it and the width stay the same. */
export const textLines = remembered((message: MessageView, columns: number): readonly Line[] => wrapText(message.text, columns));
