import type { AccountRecord, SettingsStore } from '../../ports/stores.js';

export class MemorySettingsStore implements SettingsStore {
  #account: AccountRecord | undefined;
  readonly #values = new Map<string, string>();
  readonly #counters = new Map<string, number>();

  async account(): Promise<AccountRecord | undefined> {
    return Promise.resolve(this.#account);
  }

  async setAccount(account: AccountRecord): Promise<void> {
    this.#account = { ...account };
    return Promise.resolve();
  }

  async increment(counter: string): Promise<number> {
    const value = (this.#counters.get(counter) ?? 0) + 1;
    this.#counters.set(counter, value);
    return Promise.resolve(value);
  }

  async get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.#values.get(key));
  }

  async set(key: string, value: string): Promise<void> {
    this.#values.set(key, value);
    return Promise.resolve();
  }
}
