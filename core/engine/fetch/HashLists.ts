import { constantTimeEqual } from '../../base/bytes.js';
import { HASHES_AHEAD_BYTES, HASHES_MS_MAX, HASHES_PER_RECORD } from '../../base/limits.js';
import type { Primitives } from '../../ports/primitives.js';
import { makesRoot } from '../../protocol/contentRoot.js';
import type { ChunkLedger } from '../dataPlane/ChunkLedger.js';
import type { ChunkPlan } from './ChunkPlan.js';
import type { Holder } from './Holder.js';

export interface HashListsParts {
  readonly ledger: ChunkLedger;
  readonly plan: ChunkPlan<Holder>;
  readonly primitives: Pick<Primitives, 'hash'>;
  /** Root of each item. */
  readonly roots: readonly Uint8Array[];
  readonly holders: () => Iterable<Holder>;
  readonly ask: (holder: Holder, item: number, from: number) => void;
  /** What that holder said cannot be the content. */
  readonly lied: (holder: Holder, detail: string) => void;
  /** The chunks of the item may be asked for from here on. */
  readonly known: (item: number) => void;
  /** Not any more. */
  readonly unknown: (item: number) => void;
}

interface Asking {
  readonly holder: Holder;
  readonly hashes: Uint8Array;
  filled: number;
  askedMs: number;
}

/** Lists asked for at the same time. */
const LISTS_ASKED_MAX = 8;

/**
 * The chunk hashes of items, fetched from a holder and believed only when the root of the content says the same; before
 * that no chunk of the item is asked for. An item of one chunk needs none: its hash is the root's.
 */
export class HashLists {
  readonly #asking = new Map<number, Asking>();
  /** Items whose hashes are known and right. */
  readonly #known = new Set<number>();
  /** Who did not answer in time, of each item. */
  readonly #silent = new Map<number, Set<Holder>>();
  /** All items before this one are known, or need no chunk. */
  #next = 0;

  constructor(private readonly parts: HashListsParts) {}

  /** Of an item of several chunks, from an earlier run: whether they are there and right. */
  async recall(item: number): Promise<boolean> {
    const { ledger } = this.parts;
    await ledger.loadHashes(item);
    if (this.#isRight(item, ledger.hashes(item))) {
      this.#known.add(item);
      this.parts.known(item);
      return true;
    }
    if (this.#known.delete(item)) this.parts.unknown(item);
    this.#next = 0;
    return false;
  }

  /** Whether a chunk with that hash is part of the content. */
  fits(item: number, index: number, hash: Uint8Array): boolean {
    const { ledger } = this.parts;
    if (ledger.count(item) === 1) return this.#isRight(item, hash);
    const known = this.#known.has(item) ? ledger.hash(item, index) : undefined;
    return known !== undefined && constantTimeEqual(known, hash);
  }

  /** Asks for what is needed soon, and again elsewhere when nobody answers; `news`: items of which somebody has more. */
  look(nowMs: number, news?: readonly number[]): void {
    for (const [item, { holder, askedMs }] of [...this.#asking]) {
      if (nowMs - askedMs < HASHES_MS_MAX) continue;
      this.#asking.delete(item);
      this.#silent.set(item, (this.#silent.get(item) ?? new Set()).add(holder));
    }
    const { ledger, plan } = this.parts;
    const { items, chunkBytes } = ledger.manifest;
    while (this.#next < items.length && !this.#isNeeded(this.#next)) this.#next++;
    let ahead = plan.free * chunkBytes;
    const count = news?.length ?? items.length;
    for (let at = news ? 0 : this.#next; at < count && this.#asking.size < LISTS_ASKED_MAX && ahead < HASHES_AHEAD_BYTES; at++) {
      const item = news?.[at] ?? at;
      if (!this.#isNeeded(item)) continue;
      if (this.#asking.has(item) || this.#ask(item, nowMs)) ahead += items[item]?.bytes ?? 0;
    }
  }

  /** A HASHES; one that nobody waits for any more is passed over. */
  take(holder: Holder, item: number, from: number, hashes: Uint8Array, nowMs: number): void {
    const asking = this.#asking.get(item);
    if (asking?.holder !== holder || from !== asking.filled / 32) return;
    const expected = Math.min(HASHES_PER_RECORD, this.parts.ledger.count(item) - from);
    if (hashes.length !== 32 * expected) return this.#refuse(item, holder, 'an answer of another length than asked for');
    asking.hashes.set(hashes, asking.filled);
    asking.filled += hashes.length;
    asking.askedMs = nowMs;
    if (asking.filled < asking.hashes.length) return this.parts.ask(holder, item, asking.filled / 32);
    if (!this.#isRight(item, asking.hashes)) return this.#refuse(item, holder, 'hashes of another content');
    this.#asking.delete(item);
    this.#silent.delete(item);
    this.#keep(item, asking.hashes);
    this.look(nowMs);
  }

  left(holder: Holder): void {
    for (const [item, asking] of [...this.#asking]) if (asking.holder === holder) this.#asking.delete(item);
    for (const silent of this.#silent.values()) silent.delete(holder);
  }

  #ask(item: number, nowMs: number): boolean {
    const holder = this.#whom(item, nowMs);
    if (!holder) return false;
    const { ledger } = this.parts;
    this.#asking.set(item, { holder, hashes: new Uint8Array(32 * ledger.count(item)), filled: 0, askedMs: nowMs });
    this.parts.ask(holder, item, 0);
    return true;
  }

  /** The fastest of those who have something of it; who was silent comes last. */
  #whom(item: number, nowMs: number): Holder | undefined {
    const { plan, ledger, holders } = this.parts;
    const silent = this.#silent.get(item);
    let best: Holder | undefined;
    let most = -1;
    let isSilent = true;
    for (const holder of holders()) {
      if (!plan.hasSome(holder, ledger.first(item), ledger.count(item))) continue;
      if (silent?.has(holder)) best ??= holder;
      else if (plan.bytesPerSecond(holder, nowMs) > most) {
        best = holder;
        most = plan.bytesPerSecond(holder, nowMs);
        isSilent = false;
      }
    }
    if (isSilent) silent?.clear();
    return best;
  }

  #isNeeded(item: number): boolean {
    const { ledger } = this.parts;
    return ledger.count(item) > 1 && ledger.missing(item) > 0 && !this.#known.has(item);
  }

  #keep(item: number, hashes: Uint8Array): void {
    const { ledger } = this.parts;
    ledger.putHashes(item, hashes);
    this.#known.add(item);
    this.parts.known(item);
  }

  #refuse(item: number, holder: Holder, detail: string): void {
    this.#asking.delete(item);
    this.parts.lied(holder, detail);
  }

  #isRight(item: number, hashes: Uint8Array): boolean {
    const root = this.parts.roots[item];
    const { items, chunkBytes } = this.parts.ledger.manifest;
    const hash: Primitives['hash'] = (...parts) => this.parts.primitives.hash(...parts);
    return root !== undefined && makesRoot(hash, items[item]?.bytes ?? 0, hashes, root, chunkBytes);
  }
}
