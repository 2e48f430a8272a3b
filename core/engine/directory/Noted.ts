import { SansfilError } from '../../base/errors.js';
import type { SettingsStore } from '../../ports/stores.js';

export interface NotedOptions<T extends string> {
  readonly settings: SettingsStore;
  /** The setting they are kept under. */
  readonly key: string;
  /** @throws SansfilError when it is none */
  readonly parse: (text: string) => T;
  /** What tells one from another. */
  readonly identify: (value: T) => string;
}

/** What a person here decided and the directory may not have been told of; outlives the process. */
export class Noted<T extends string> {
  /** By what identifies them; what is on the disk. */
  #values: ReadonlyMap<string, T> = new Map();
  #last: Promise<void> = Promise.resolve();

  constructor(private readonly options: NotedOptions<T>) {}

  get values(): readonly T[] {
    return [...this.#values.values()];
  }

  /** @throws SansfilError STORE_… */
  async load(): Promise<void> {
    const { settings, key, identify } = this.options;
    this.#values = new Map(this.#valuesIn(await settings.get(key)).map((value) => [identify(value), value]));
  }

  has(value: T): boolean {
    return this.#values.has(this.options.identify(value));
  }

  /** On the disk when it resolves. @throws SansfilError STORE_… | DISK_FULL */
  add(value: T): Promise<void> {
    return this.#change((values) => values.set(this.options.identify(value), value));
  }

  /** Nothing is left to do. @throws SansfilError STORE_… | DISK_FULL: then it is done again, and not only after a restart */
  async settle(value: T): Promise<void> {
    if (this.has(value)) await this.#change((values) => values.delete(this.options.identify(value)));
  }

  /** One after the other, and nothing counts here that a restart would not find. */
  #change(change: (values: Map<string, T>) => void): Promise<void> {
    const { settings, key } = this.options;
    const changed = this.#last.then(async () => {
      const values = new Map(this.#values);
      change(values);
      await settings.set(key, JSON.stringify([...values.values()]));
      this.#values = values;
    });
    const ended = (): void => undefined;
    this.#last = changed.then(ended, ended);
    return changed;
  }

  #valuesIn(text: string | undefined): readonly T[] {
    if (text === undefined) return [];
    try {
      return (JSON.parse(text) as string[]).map(this.options.parse);
    } catch (error) {
      throw new SansfilError('STORE_CORRUPT', `the list '${this.options.key}' holds what it cannot`, { cause: error });
    }
  }
}
