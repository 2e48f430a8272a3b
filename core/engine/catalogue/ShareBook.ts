import { SansfilError } from '../../base/errors.js';
import type { ShareId } from '../../base/ids.js';
import { SHARE_PROBLEMS_SHOWN } from '../../base/limits.js';
import type { ShareView } from '../../events/commands.js';
import type { ItemStage, ReadItem, ShareRecord, ShareStore, StageCount } from '../../ports/shareStore.js';

type Counts = { readonly [S in ItemStage]: StageCount };

/** A share as it stands: its record as stored, and how many of its items are how far. */
export interface Share {
  readonly record: ShareRecord;
  readonly counts: Counts;
  /** Its place in the list, above 0 and rising; of this run only. */
  readonly place: number;
}

const NONE: StageCount = { items: 0, bytes: 0 };
const NO_COUNTS: Counts = { hashed: NONE, waiting: NONE, refused: NONE };

/** The shares of this device, mirrored in memory: what friends ask again and again costs the store nothing. */
export class ShareBook {
  readonly #shares = new Map<ShareId, Share>();
  #places = 0;

  constructor(private readonly store: ShareStore) {}

  /** @throws SansfilError STORE_FAILED | STORE_CORRUPT */
  async restore(): Promise<void> {
    for (const record of await this.store.all()) {
      this.#shares.set(record.id, { record, counts: await this.store.counts(record.id), place: ++this.#places });
    }
  }

  get all(): readonly Share[] {
    return [...this.#shares.values()];
  }

  get size(): number {
    return this.#shares.size;
  }

  get(id: ShareId): Share | undefined {
    return this.#shares.get(id);
  }

  at(path: string): Share | undefined {
    return this.all.find(({ record }) => record.path === path);
  }

  /** @throws SansfilError STORE_… and then it is not there */
  async add(record: ShareRecord): Promise<void> {
    await this.store.put(record);
    this.#shares.set(record.id, { record, counts: NO_COUNTS, place: ++this.#places });
  }

  /** Nobody sees it from this moment on. @throws SansfilError SHARE_UNKNOWN, or STORE_… and then it is there as before */
  async remove(id: ShareId): Promise<void> {
    const share = this.#shares.get(id);
    if (!share) throw new SansfilError('SHARE_UNKNOWN');
    this.#shares.delete(id);
    try {
      await this.store.remove(id);
    } catch (error) {
      this.#shares.set(id, share);
      throw error;
    }
  }

  /** Does nothing for one that was removed meanwhile. */
  async change(id: ShareId, change: Partial<ShareRecord>): Promise<void> {
    const share = this.#shares.get(id);
    if (!share) return;
    const { code: _code, ...rest } = share.record;
    const record = { ...rest, ...change };
    await this.store.put(record);
    this.#replace(id, { record });
  }

  /** Counts again what the store holds of it. */
  async count(id: ShareId): Promise<Counts> {
    const counts = await this.store.counts(id);
    this.#replace(id, { counts });
    return counts;
  }

  /** So many bytes of what waited have been read; counted exactly when all is done, because that costs the store a look at all items. */
  advance(id: ShareId, read: readonly ReadItem[], bytes: number): void {
    const counts = this.#shares.get(id)?.counts;
    if (!counts) return;
    const refused = read.filter((item) => 'code' in item).length;
    const hashed = read.reduce((sum, item) => sum + ('code' in item ? 0 : item.bytes), 0);
    this.#replace(id, {
      counts: {
        hashed: plus(counts.hashed, read.length - refused, hashed),
        waiting: plus(counts.waiting, -read.length, -bytes),
        refused: plus(counts.refused, refused, 0),
      },
    });
  }

  /** @throws SansfilError STORE_FAILED */
  async view({ record, counts }: Share): Promise<ShareView> {
    const { id, path, name, folder, state, code } = record;
    const problems = counts.refused.items === 0 ? [] : await this.store.items(id, 'refused', 0, SHARE_PROBLEMS_SHOWN);
    return {
      id,
      path,
      name,
      folder,
      state,
      items: counts.hashed.items,
      bytes: counts.hashed.bytes,
      waiting: counts.waiting,
      refused: counts.refused.items,
      problems: problems.map((item) => ({ name: item.name, code: item.code ?? 'FILE_UNREADABLE' })),
      ...(code === undefined ? {} : { code }),
    };
  }

  #replace(id: ShareId, change: Partial<Share>): void {
    const share = this.#shares.get(id);
    if (share) this.#shares.set(id, { ...share, ...change });
  }
}

const within = (value: number): number => Math.min(Math.max(0, value), Number.MAX_SAFE_INTEGER);
const plus = (count: StageCount, items: number, bytes: number): StageCount => ({ items: within(count.items + items), bytes: within(count.bytes + bytes) });
