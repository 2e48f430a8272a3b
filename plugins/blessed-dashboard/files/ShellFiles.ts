import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SansfilError, type AccountName, type LanguageCode } from '../../../core/index.js';
import type { Binding } from '../state/Keymap.js';
import { DEFAULT_BINDINGS } from '../state/defaultKeys.js';
import type { Settings } from '../state/Settings.js';
import { fieldOf, type TextField } from '../state/TextField.js';
import type { Found } from './Found.js';
import { readKeys } from './keyFile.js';

const settingsSchema = z.strictObject({
  language: z.enum(['en', 'fr']).optional(),
  mouse: z.boolean().optional(),
  bell: z.boolean().optional(),
});
const draftsSchema = z.record(z.string(), z.string());

export const FILE_NAMES = { settings: 'dashboard.json', drafts: 'drafts.json', keys: 'keys.json' } as const;

/** What this shell keeps in the data folder: settings, drafts, and the keys a person wrote down. Each file is replaced as a whole or not at all. */
export class ShellFiles {
  #writing: Promise<unknown> = Promise.resolve();
  /** The drafts as this shell read or wrote them last. */
  #drafts: ReadonlyMap<string, string> = new Map();

  constructor(private readonly folder: string) {}

  /** The settings a person changed; what was never changed is as `usual` says. */
  async settings(usual: LanguageCode): Promise<Found<Settings>> {
    const defaults: Settings = { language: usual, mouse: true, bell: true };
    const { value, problem } = await this.#read(FILE_NAMES.settings, settingsSchema);
    const known = Object.fromEntries(Object.entries(value ?? {}).filter(([, one]) => one !== undefined));
    return found({ ...defaults, ...known }, problem);
  }

  async bindings(): Promise<Found<readonly Binding[]>> {
    const { value, problem } = await this.#read(FILE_NAMES.keys, z.unknown());
    if (problem !== undefined || value === undefined) return found(DEFAULT_BINDINGS, problem);
    return readKeys(value, DEFAULT_BINDINGS);
  }

  /** Drafts that cannot be read are set aside, for a person to look at: nothing of them is written over. */
  async drafts(): Promise<Found<ReadonlyMap<AccountName, TextField>>> {
    const { value, problem } = await this.#read(FILE_NAMES.drafts, draftsSchema);
    if (problem !== undefined) await rename(this.#path(FILE_NAMES.drafts), `${this.#path(FILE_NAMES.drafts)}.damaged`);
    this.#drafts = new Map(Object.entries(value ?? {}));
    return found(new Map(Array.from(this.#drafts, ([name, text]) => [name as AccountName, fieldOf(text)])), problem);
  }

  saveSettings(settings: Settings): Promise<void> {
    return this.#write(() => this.#replace(FILE_NAMES.settings, settings));
  }

  /** What another shell of the same device has written down meanwhile stays, but for drafts that were changed here. */
  saveDrafts(drafts: ReadonlyMap<AccountName, string>): Promise<void> {
    return this.#write(async () => {
      const { value } = await this.#read(FILE_NAMES.drafts, draftsSchema);
      const all = new Map<string, string>(Object.entries(value ?? {}));
      for (const name of this.#drafts.keys()) if (!drafts.has(name as AccountName)) all.delete(name);
      for (const [name, text] of drafts) if (value === undefined || this.#drafts.get(name) !== text) all.set(name, text);
      await this.#replace(FILE_NAMES.drafts, Object.fromEntries(all));
      this.#drafts = drafts;
    });
  }

  #path(name: string): string {
    return join(this.folder, name);
  }

  async #read<T>(name: string, schema: z.ZodType<T>): Promise<{ readonly value?: T; readonly problem?: string }> {
    let text: string;
    try {
      text = await readFile(this.#path(name), 'utf8');
    } catch (error) {
      if (isCode(error, 'ENOENT')) return {};
      return { problem: error instanceof Error ? error.message : String(error) };
    }
    let document: unknown;
    try {
      document = JSON.parse(text);
    } catch (error) {
      return { problem: `not JSON${placeIn(error)}` };
    }
    const parsed = schema.safeParse(document);
    return parsed.success ? { value: parsed.data } : { problem: z.prettifyError(parsed.error).slice(0, 300).replaceAll('\n', ' ') };
  }

  /** What was asked to be written has been, or could not be. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** One after the other: the last one is what stays. @throws SansfilError DATA_UNWRITABLE */
  #write(write: () => Promise<void>): Promise<void> {
    const written = this.#writing.then(write);
    this.#writing = Promise.allSettled([written]);
    return written;
  }

  async #replace(name: string, document: unknown): Promise<void> {
    const path = this.#path(name);
    // Another shell of the same device writes the same file.
    const beside = `${path}.${process.pid}.new`;
    try {
      await writeFile(beside, `${JSON.stringify(document, undefined, 2)}\n`, { mode: 0o600, flush: true });
      await rename(beside, path);
    } catch (error) {
      throw SansfilError.from(error, 'DATA_UNWRITABLE');
    }
  }
}

/** Where in it; nothing of what stands there, which is nobody's but the writer's. */
const placeIn = (error: unknown): string => (error instanceof SyntaxError ? (/ at position .*$/.exec(error.message)?.[0] ?? '') : '');

const found = <T>(value: T, problem: string | undefined): Found<T> => (problem === undefined ? { value } : { value, problem });

const isCode = (error: unknown, code: string): boolean => typeof error === 'object' && error !== null && 'code' in error && error.code === code;
