import { foldedName } from '../../protocol/fileNames.js';

/** Those taken so far: none may meet another in one file, and none may be the folder of another (PROTOCOL [P-6.3]). */
export class Names {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  /** False, and nothing is taken, when it does. */
  take(name: string): boolean {
    const folded = foldedName(name);
    const folders: string[] = [];
    for (let slash = folded.indexOf('/'); slash >= 0; slash = folded.indexOf('/', slash + 1)) folders.push(folded.slice(0, slash));
    if (this.#files.has(folded) || this.#folders.has(folded) || folders.some((folder) => this.#files.has(folder))) return false;
    this.#files.add(folded);
    for (const folder of folders) this.#folders.add(folder);
    return true;
  }
}
