import { remembered } from '../remembered.js';
import type { Scene } from '../state/Scene.js';
import { conversationEntries, placeOf, STOP_ROWS, stopKeys, textLines, type Entry } from './conversationEntries.js';
import { textColumns } from './messageLines.js';
import { placesOf } from './placesOf.js';

/** The keys of what can be under the cursor in the open conversation, oldest first: ids, and more places of long messages. */
export function conversationKeys(scene: Scene): readonly string[] {
  const place = placesOf(scene).conversation;
  return keysOf(conversationEntries(scene), textColumns(scene, place ? place.columns - 2 : scene.size.columns - 2));
}

const keysOf = remembered((entries: readonly Entry[], columns: number): readonly string[] =>
  entries.flatMap((entry): readonly string[] => {
    if (entry.kind === 'transfer') return [entry.key];
    if (entry.kind !== 'message') return [];
    // Most are short, and need not be wrapped for this.
    const { text } = entry.message;
    const short = text.length < columns * 2 && !text.includes('\n');
    return short ? [entry.key] : stopKeys(entry.key, textLines(entry.message, columns).length);
  }),
);

/** Of a file: its name, how far it is, and why it waits. */
const FILE_ROWS = 3;
/** The border, and what is written below the messages. */
const OTHER_ROWS = 4;

/** How many of the keys, from one on upwards or downwards, there is room for at once. */
export function keysInPage(scene: Scene, keys: readonly string[], from: number, by: -1 | 1): number {
  const place = placesOf(scene).conversation;
  const columns = textColumns(scene, place ? place.columns - 2 : scene.size.columns - 2);
  const messages = new Map(conversationEntries(scene).flatMap((entry) => (entry.kind === 'message' ? [[entry.key, entry.message] as const] : [])));
  let rows = (place?.rows ?? scene.size.rows) - OTHER_ROWS;
  let count = 0;
  for (let index = from; index >= 0 && index < keys.length; index += by) {
    const message = messages.get(idOfKey(keys[index] ?? ''));
    rows -= message ? Math.min(STOP_ROWS, textLines(message, columns).length) : FILE_ROWS;
    if (rows < 0) break;
    count++;
  }
  return count;
}

/** The id of the message or transfer a key of the conversation is about. */
export const idOfKey = (key: string): string => placeOf(key).id;
