import { ACTION_NAMES, type ActionName } from '../state/actionNames.js';
import { KEY_CONTEXTS, type Binding, type KeyContext } from '../state/Keymap.js';
import type { Found } from './Found.js';

const MODIFIED = /^(?:ctrl-)?(?:alt-)?(?:shift-)?(.+)$/;
const NAMED = new Set(
  'space enter esc tab backspace delete insert home end up down left right page-up page-down f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12'.split(' '),
);

/** As Input names keys: one character, or a name, with what is held down before it. */
export function isKeyName(key: string): boolean {
  const [, base = ''] = MODIFIED.exec(key) ?? [];
  return NAMED.has(base) || (Array.from(base).length === 1 && !/[\p{C}\s]/u.test(base));
}

const isContext = (name: string): name is KeyContext => (KEY_CONTEXTS as readonly string[]).includes(name);
const isAction = (name: string): name is ActionName => (ACTION_NAMES as readonly string[]).includes(name);

/**
 * The bindings a person wrote: `{ "everywhere": { "ctrl-t": "jump", "q": null } }`, where null takes a key away. What is
 * not said stays as it is; one line that is wrong leaves the others in force.
 */
export function readKeys(document: unknown, usual: readonly Binding[]): Found<readonly Binding[]> {
  if (!isRecord(document)) return { value: usual, problem: 'it is not an object of contexts' };
  let bindings = [...usual];
  let problem: string | undefined;
  for (const [context, keys] of Object.entries(document)) {
    if (!isContext(context) || !isRecord(keys)) {
      problem ??= `there is no context '${context}' (${KEY_CONTEXTS.join(', ')})`;
      continue;
    }
    for (const [key, action] of Object.entries(keys)) {
      const wrong = problemOf(key, action);
      if (wrong !== undefined) problem ??= `${context}: ${wrong}`;
      else {
        bindings = bindings.filter((one) => one.context !== context || one.key !== key);
        // What a person chose comes first: it is the key that is shown.
        if (typeof action === 'string' && isAction(action)) bindings.unshift({ context, key, action });
      }
    }
  }
  if (!bindings.some(({ action }) => action === 'quit' || action === 'command' || action === 'help')) {
    return { value: usual, problem: 'no key would be left for help, commands or quitting' };
  }
  return problem === undefined ? { value: bindings } : { value: bindings, problem };
}

function problemOf(key: string, action: unknown): string | undefined {
  if (!isKeyName(key)) return `'${key}' is no key`;
  if (action === null) return undefined;
  return typeof action === 'string' && isAction(action) ? undefined : `'${key}' is bound to no action there is`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
