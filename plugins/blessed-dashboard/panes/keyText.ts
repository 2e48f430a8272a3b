import type { Language } from '../../../core/index.js';
import type { ActionName } from '../state/actionNames.js';
import { keysOf, type KeyContext } from '../state/Keymap.js';
import type { Scene } from '../state/Scene.js';
import type { PaneName } from '../state/paneNames.js';

const NAMES: Readonly<Record<string, keyof Language['panes']['keys']>> = {
  enter: 'enter',
  space: 'space',
  esc: 'esc',
  tab: 'tab',
  up: 'up',
  down: 'down',
  left: 'left',
  right: 'right',
  'page-up': 'pageUp',
  'page-down': 'pageDown',
  home: 'home',
  end: 'end',
  delete: 'delete',
  backspace: 'backspace',
};

/** A key as it is written on keyboards: `ctrl-k` is `Ctrl-K`. */
export function keyText(key: string, { panes }: Language): string {
  const [, modifiers = '', name = key] = /^((?:ctrl-|alt-|shift-)*)(.+)$/.exec(key) ?? [];
  const word = NAMES[name];
  const shown = word ? panes.keys[word] : modifiers !== '' || /^f\d+$/.test(name) ? name.toUpperCase() : name;
  return modifiers.replaceAll(/[a-z]+/g, (modifier) => modifier.charAt(0).toUpperCase() + modifier.slice(1)) + shown;
}

/** The key to name for an action in a pane; undefined: it has none there. While a message is written, letters come after Esc. */
export function keyFor(scene: Scene, action: ActionName, pane?: PaneName): string | undefined {
  const direct = directKeyFor(scene, action, pane);
  if (direct !== undefined || !scene.ui.composing) return direct;
  const key = directKeyFor({ ...scene, ui: { ...scene.ui, composing: false } }, action, pane);
  const leave = directKeyFor(scene, 'back');
  return key === undefined || leave === undefined ? undefined : `${leave} ${key}`;
}

/** Only one that works at once. */
export function directKeyFor({ keymap, language, ui }: Scene, action: ActionName, pane?: PaneName): string | undefined {
  const contexts: KeyContext[] = ui.composing ? ['composer', 'everywhere'] : pane ? [pane, 'list', 'everywhere'] : ['everywhere', 'list'];
  // What every keyboard has a word for is known at once.
  if (!ui.composing && contexts.includes('list') && keysOf(keymap, action, ['list']).includes('enter')) return keyText('enter', language);
  for (const context of contexts) {
    const key = keysOf(keymap, action, [context]).find((one) => !ui.composing || !writes(one));
    if (key !== undefined) return keyText(key, language);
  }
  return undefined;
}

const writes = (key: string): boolean => Array.from(key).length === 1 || key === 'space';
