import type { Input } from '../../state/Input.js';

/** The name of the key that was pressed; a click on a hint or a button means the key of that name. '': neither. */
export const keyOf = (input: Input): string => (input.type === 'key' ? input.name : input.type === 'chosen' ? input.choice : '');

/** The same, and the wheel as the arrows. Undefined: nothing was pressed. */
export function pressed(input: Input): string | undefined {
  if (input.type === 'key' || input.type === 'chosen') return keyOf(input);
  if (input.type === 'mouse' && input.button !== 'left') return input.button === 'wheel-up' ? 'up' : 'down';
  return undefined;
}
