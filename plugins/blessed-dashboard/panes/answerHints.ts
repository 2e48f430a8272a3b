import { span, type Line } from '../lines/Line.js';
import type { ActionName } from '../state/actionNames.js';
import { actionText } from '../state/actionText.js';
import type { Hit } from '../state/Hit.js';
import type { Scene } from '../state/Scene.js';
import type { PaneName } from '../state/paneNames.js';
import { directKeyFor } from './keyText.js';

const BETWEEN = span('  ');

/** What can be answered in a pane, with the keys of that pane; while others have the keys, the one that answers from anywhere. */
export function answerHints(scene: Scene, pane: PaneName, actions: readonly ActionName[], on: string): Line {
  const keys = scene.ui.focus === pane && !scene.ui.composing ? actions.map((action) => directKeyFor(scene, action, pane)) : [];
  const [first] = actions;
  if (keys.length > 0 && keys.every((key) => key !== undefined)) {
    return actions.flatMap((action, index) => {
      const hint = hintOf(scene, keys[index] ?? '', action, { action, on });
      return index === 0 ? hint : [BETWEEN, ...hint];
    });
  }
  const key = directKeyFor(scene, 'answer');
  return key === undefined || first === undefined ? [] : hintOf(scene, key, 'answer', { action: first, on });
}

const hintOf = ({ language }: Scene, key: string, action: ActionName, hit: Hit): Line => [
  span(key, 'key', hit),
  span(` ${actionText(language, action).name}`, 'plain', hit),
];
