import { SansfilError } from '../../base/errors.js';
import { accountKey, parseAccountName, type AccountName } from '../../base/ids.js';
import type { SettingsStore } from '../../ports/stores.js';

const KEY = 'friends.removed';

/** Friends whom a person here removed and of whom the directory has not been told yet; outlives the process. */
export class Removals {
  /** By `accountKey`. */
  readonly #names = new Map<string, AccountName>();

  constructor(private readonly settings: SettingsStore) {}

  get names(): readonly AccountName[] {
    return [...this.#names.values()];
  }

  /** @throws SansfilError STORE_… */
  async load(): Promise<void> {
    for (const name of namesIn(await this.settings.get(KEY))) this.#names.set(accountKey(name), name);
  }

  has(name: AccountName): boolean {
    return this.#names.has(accountKey(name));
  }

  /** On the disk when it resolves. @throws SansfilError STORE_… | DISK_FULL */
  async add(name: AccountName): Promise<void> {
    this.#names.set(accountKey(name), name);
    await this.#save();
  }

  /** The directory knows. */
  async settle(name: AccountName): Promise<void> {
    if (this.#names.delete(accountKey(name))) await this.#save();
  }

  #save(): Promise<void> {
    return this.settings.set(KEY, JSON.stringify(this.names));
  }
}

function namesIn(text: string | undefined): readonly AccountName[] {
  if (text === undefined) return [];
  try {
    return (JSON.parse(text) as string[]).map(parseAccountName);
  } catch (error) {
    throw new SansfilError('STORE_CORRUPT', 'the list of removed friends holds what it cannot', { cause: error });
  }
}
