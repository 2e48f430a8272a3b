import type { DomainEvent } from '../../../core/index.js';

type Progress = Extract<DomainEvent, { readonly type: 'transfer.progressed' | 'share.progressed' }>;

/** What is under way is worth a line at every quarter, not ten times a second. The first is its start, the last its end. */
export class Quarters {
  readonly #told = new Map<string, number>();

  /** Whether this step reaches a quarter that was not told yet. */
  reaches({ id, bytes, total }: Progress): boolean {
    const quarter = total === 0 ? 4 : Math.floor((4 * bytes) / total);
    if (quarter <= (this.#told.get(id) ?? 0) || quarter >= 4) return false;
    this.#told.set(id, quarter);
    return true;
  }

  /** It is over, or begins anew. */
  forget(id: string): void {
    this.#told.delete(id);
  }
}
