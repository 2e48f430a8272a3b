import type { Language } from '../../../core/index.js';
import type { ActionName } from './actionNames.js';

export interface ActionText {
  /** One to three words, for hints. */
  readonly name: string;
  /** A sentence, for the help. */
  readonly about: string;
}

/** What an action is called. An action the catalogue has no words for does not compile here. */
export function actionText({ actions }: Language, action: ActionName): ActionText {
  return actions[action];
}
