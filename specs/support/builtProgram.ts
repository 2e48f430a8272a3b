import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.js';

/** A file or folder of the program that was built below `folder`. @throws Error when it was not */
export function builtAt(path: string, folder = ROOT): string {
  const built = join(folder, 'dist', path);
  if (!existsSync(built)) throw new Error('these specs run the built program: npm run build');
  return built;
}
