import type { AccountRecord, SettingsStore } from '../../ports/stores.js';
import type { Immediate } from './passage.js';

export class SettingsTable implements Immediate<SettingsStore> {
  #account: AccountRecord | undefined;
  readonly #values = new Map<string, string>();
  readonly #counters = new Map<string, number>();

  account(): AccountRecord | undefined {
    return this.#account;
  }

  setAccount(account: AccountRecord): void {
    this.#account = account;
  }

  increment(counter: string): number {
    const value = (this.#counters.get(counter) ?? 0) + 1;
    this.#counters.set(counter, value);
    return value;
  }

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: string): void {
    this.#values.set(key, value);
  }
}
