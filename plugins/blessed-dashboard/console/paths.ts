import { join, resolve } from 'node:path';
import type { Tools } from './Verb.js';

/** Absolute: `~` is the home of the person, anything else begins in the folder of the shell. */
export function pathOf(text: string, { home, folder }: Pick<Tools, 'home' | 'folder'>): string {
  if (text === '~' || text.startsWith('~/')) return join(home, text.slice(1));
  return resolve(folder, text);
}
