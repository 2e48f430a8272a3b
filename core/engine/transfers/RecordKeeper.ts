import { SansfilError } from '../../base/errors.js';
import { STORE_RETRY_MS } from '../../base/limits.js';
import type { Clock, Timer } from '../../ports/clock.js';
import type { FinishedItem, TransferRecord, TransferStore } from '../../ports/stores.js';

export type RecordChange = Partial<Pick<TransferRecord, 'state' | 'code' | 'item' | 'into' | 'fileKey' | 'heldHere' | 'heldThere'>>;

export interface RecordKeeperPorts {
  readonly store: Pick<TransferStore, 'put' | 'finished'>;
  readonly clock: Clock;
  /** The store refused; told once until it takes something again. */
  readonly refused: (error: SansfilError) => void;
}

/** The record of one transfer as it stands, and its way into the store, which may fail for a while. */
export class RecordKeeper {
  #current: TransferRecord;
  /** Those of the record: never copied, there may be very many. */
  readonly #paths: string[];
  /** What the store has; undefined: nothing that is known of. */
  #stored: TransferRecord | undefined;
  #keeping: Promise<void> | undefined;
  #trouble: SansfilError | undefined;
  #resting: Timer;
  #stopped = false;

  constructor(
    record: TransferRecord,
    private readonly ports: RecordKeeperPorts,
  ) {
    this.#paths = [...record.paths];
    this.#current = { ...record, paths: this.#paths };
  }

  get current(): TransferRecord {
    return this.#current;
  }

  /** Why what is to be kept is not in the store yet. */
  get trouble(): SansfilError | undefined {
    return this.#trouble;
  }

  change(change: RecordChange): void {
    const fields = Object.keys(change) as (keyof RecordChange)[];
    if (fields.some((field) => change[field] !== this.#current[field])) this.#current = { ...this.#current, ...change };
  }

  /** Tries once. @throws SansfilError DISK_FULL | STORE_FAILED */
  async save(): Promise<void> {
    const record = this.#current;
    if (record === this.#stored) return;
    await this.ports.store.put(record);
    this.#stored = record;
  }

  /** Items of a record that is stored have their final paths. @throws SansfilError DISK_FULL | STORE_FAILED */
  async finished(items: readonly FinishedItem[]): Promise<void> {
    await this.ports.store.finished(this.#current.id, items);
    for (const { item, path } of items) this.#paths[item] = path;
  }

  /** Stores the change before it is made: one that the store refuses is none. @throws SansfilError DISK_FULL | STORE_FAILED */
  async saveChange(change: RecordChange): Promise<void> {
    const before = this.#current;
    const asked = { ...before, ...change };
    await this.ports.store.put(asked);
    if (this.#current === before) {
      this.#current = this.#stored = asked;
      return;
    }
    // A newer state stands; whatever else changed meanwhile may have been stored over this change.
    const { state: _older, ...rest } = change;
    this.change(this.#current.state === before.state ? change : rest);
    await this.save();
  }

  /** Resolves when what is current is in the store, however often it must be tried; never when the device stops before that. */
  keep(): Promise<void> {
    if (this.#stored === this.#current) return Promise.resolve();
    return (this.#keeping ??= this.#keepTrying());
  }

  /** The device stops: what the store did not take is lost, as in a crash. */
  stop(): void {
    this.#stopped = true;
    this.ports.clock.clearTimeout(this.#resting);
  }

  async #keepTrying(): Promise<void> {
    while (this.#stored !== this.#current) {
      try {
        await this.save();
        this.#trouble = undefined;
      } catch (error) {
        const isNews = this.#trouble === undefined;
        this.#trouble = SansfilError.from(error, 'STORE_FAILED');
        if (isNews) this.ports.refused(this.#trouble);
        await this.#rest();
      }
    }
    // At once: whoever changes it after this look must not be told that it is kept.
    this.#keeping = undefined;
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#stopped) this.#resting = this.ports.clock.setTimeout(() => resolve(), STORE_RETRY_MS);
    });
  }
}
