export type Cleanup = () => void | Promise<void>;

/** Cleanups in the reverse order of their registration, each run once, all run even if one fails. */
export class Disposables implements AsyncDisposable {
  #cleanups: Cleanup[] = [];

  defer(cleanup: Cleanup): void {
    this.#cleanups.push(cleanup);
  }

  /** @throws AggregateError with what the failing cleanups threw, after all have run. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (let cleanup = this.#cleanups.pop(); cleanup; cleanup = this.#cleanups.pop()) {
      try {
        await cleanup();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'cleanup failed');
  }
}
