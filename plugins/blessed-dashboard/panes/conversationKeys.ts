import type { Scene } from '../state/Scene.js';

/** The keys of what can be under the cursor in the open conversation, oldest first. */
export function conversationKeys({ view, ui }: Scene): readonly string[] {
  const messages = ui.person === undefined ? [] : (view.conversations.get(ui.person)?.messages ?? []);
  return messages.map(({ id }) => id);
}
