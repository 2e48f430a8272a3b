import type { ActionName } from './actionNames.js';

/** Where the cursor of a list goes; the same place when the action does not move it. -1 when there is nothing. */
export function moveIndex(index: number, count: number, action: ActionName, pageRows: number): number {
  const wanted = (): number => {
    switch (action) {
      case 'up':
        return index - 1;
      case 'down':
        return index + 1;
      case 'page-up':
        return index - Math.max(1, pageRows - 1);
      case 'page-down':
        return index + Math.max(1, pageRows - 1);
      case 'first':
        return 0;
      case 'last':
        return count - 1;
      default:
        return index;
    }
  };
  return Math.min(Math.max(wanted(), 0), count - 1);
}

/** The first row to show of a list, so that the cursor is seen, in the middle where there is more on both sides. */
export function windowOf(count: number, index: number, rows: number): number {
  return Math.max(0, Math.min(index - Math.floor(rows / 2), count - rows));
}

/** The movement a key means in every list, also in dialogs where letters are written: no letters among them. */
const MOVES: ReadonlyMap<string, ActionName> = new Map<string, ActionName>([
  ['up', 'up'],
  ['down', 'down'],
  ['page-up', 'page-up'],
  ['page-down', 'page-down'],
  ['ctrl-p', 'up'],
  ['ctrl-n', 'down'],
]);

export const moveOf = (key: string): ActionName | undefined => MOVES.get(key);
