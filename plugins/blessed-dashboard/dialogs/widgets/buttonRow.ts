import { span, type Line } from '../../lines/Line.js';

export interface Button {
  readonly text: string;
  /** What a click on it sends to the dialog. */
  readonly choose: string;
}

/** Buttons beside each other; the one with the cursor is marked by a sign too. */
export function buttonRow(buttons: readonly Button[], index: number): Line {
  return buttons.flatMap(({ text, choose }, i) => {
    const chosen = i === index;
    const button = span(chosen ? `[» ${text} «]` : `[  ${text}  ]`, chosen ? 'cursor' : 'plain', { choose });
    return i === 0 ? [button] : [span('  '), button];
  });
}

/** The button a key moves to; undefined: the key does not move between buttons. */
export function moveButton(index: number, count: number, key: string): number | undefined {
  if (key === 'left' || key === 'shift-tab' || key === 'up') return (index - 1 + count) % count;
  if (key === 'right' || key === 'tab' || key === 'down') return (index + 1) % count;
  return undefined;
}
