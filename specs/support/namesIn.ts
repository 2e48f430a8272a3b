import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

/** What a folder holds: nothing when it was not made yet. */
export const namesIn = async (folder: string): Promise<string[]> => (existsSync(folder) ? readdir(folder) : []);
