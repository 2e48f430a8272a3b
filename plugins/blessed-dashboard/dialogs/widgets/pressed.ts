import type { Input } from '../../state/Input.js';

/** What was pressed, by the name of a key; a click on a hint or a button means the key of that name. */
export function pressed(input: Input): string | undefined {
  if (input.type === 'key') return input.name;
  if (input.type === 'chosen') return input.choice;
  if (input.type === 'mouse' && input.button !== 'left') return input.button === 'wheel-up' ? 'up' : 'down';
  return undefined;
}
