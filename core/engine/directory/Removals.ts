import { SansfilError } from '../../base/errors.js';
import { accountKey, parseAccountName, type AccountName } from '../../base/ids.js';
import type { SettingsStore } from '../../ports/stores.js';

const KEY = 'friends.removed';

/** Friends whom a person here removed and of whom the directory has not been told yet; outlives the process. */
export class Removals {
  /** By `accountKey`; what is on the disk. */
  #names: ReadonlyMap<string, AccountName> = new Map();
  #last: Promise<void> = Promise.resolve();

  constructor(private readonly settings: SettingsStore) {}

  get names(): readonly AccountName[] {
    return [...this.#names.values()];
  }

  /** @throws SansfilError STORE_… */
  async load(): Promise<void> {
    this.#names = new Map(namesIn(await this.settings.get(KEY)).map((name) => [accountKey(name), name]));
  }

  has(name: AccountName): boolean {
    return this.#names.has(accountKey(name));
  }

  /** On the disk when it resolves. @throws SansfilError STORE_… | DISK_FULL */
  add(name: AccountName): Promise<void> {
    return this.#change((names) => names.set(accountKey(name), name));
  }

  /** The directory knows. @throws SansfilError STORE_… | DISK_FULL: then it is told again, and not only after a restart */
  settle(name: AccountName): Promise<void> {
    return this.#change((names) => names.delete(accountKey(name)));
  }

  /** One after the other, and nothing counts here that a restart would not find. */
  #change(change: (names: Map<string, AccountName>) => void): Promise<void> {
    const changed = this.#last.then(async () => {
      const names = new Map(this.#names);
      change(names);
      await this.settings.set(KEY, JSON.stringify([...names.values()]));
      this.#names = names;
    });
    const ended = (): void => undefined;
    this.#last = changed.then(ended, ended);
    return changed;
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
