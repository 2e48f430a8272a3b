import { remembered } from '../remembered.js';
import type { Scene } from '../state/Scene.js';
import { conversationEntries, placeOf, stopKeys, textLines, type Entry } from './conversationEntries.js';
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

/** The id of the message or transfer a key of the conversation is about. */
export const idOfKey = (key: string): string => placeOf(key).id;
