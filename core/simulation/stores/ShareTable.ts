import { constantTimeEqual } from '../../base/bytes.js';
import type { ShareId } from '../../base/ids.js';
import type { FoundItem, ItemStage, ReadItem, ShareItem, ShareRecord, ShareStore, StageCount } from '../../ports/shareStore.js';
import type { Immediate } from './passage.js';

interface Row {
  item: ShareItem;
  scan: number;
  hashes: Uint8Array;
}

interface Held {
  record: ShareRecord;
  /** By name, in the order of their positions. */
  readonly rows: Map<string, Row>;
}

const NO_HASHES = new Uint8Array(0);
const stageOf = ({ root, code }: ShareItem): ItemStage => (code !== undefined ? 'refused' : root === undefined ? 'waiting' : 'hashed');
const copyOf = (item: ShareItem): ShareItem => (item.root === undefined ? { ...item } : { ...item, root: item.root.slice() });

/** What it is given is its own; what it gives is the reader's. */
export class ShareTable implements Immediate<ShareStore> {
  readonly #shares = new Map<ShareId, Held>();
  readonly #rows = new Map<number, Row>();
  #positions = 0;

  all(): readonly ShareRecord[] {
    return [...this.#shares.values()].map(({ record }) => ({ ...record }));
  }

  put(record: ShareRecord): void {
    const held = this.#shares.get(record.id);
    if (held) held.record = record;
    else this.#shares.set(record.id, { record, rows: new Map() });
  }

  remove(id: ShareId): void {
    for (const { item } of this.#rowsOf(id)) this.#rows.delete(item.position);
    this.#shares.delete(id);
  }

  note(id: ShareId, scan: number, items: readonly FoundItem[]): void {
    const held = this.#shares.get(id);
    if (held) for (const found of items) this.#note(held, scan, found);
  }

  prune(id: ShareId, scan: number): void {
    for (const row of [...this.#rowsOf(id)]) {
      if (row.scan === scan) continue;
      this.#rows.delete(row.item.position);
      this.#shares.get(id)?.rows.delete(row.item.name);
    }
  }

  counts(id: ShareId): { readonly [S in ItemStage]: StageCount } {
    const counts = { hashed: { items: 0, bytes: 0 }, waiting: { items: 0, bytes: 0 }, refused: { items: 0, bytes: 0 } };
    for (const { item } of this.#rowsOf(id)) {
      const count = counts[stageOf(item)];
      count.items += 1;
      count.bytes = Math.min(count.bytes + item.bytes, Number.MAX_SAFE_INTEGER);
    }
    return counts;
  }

  items(id: ShareId, stage: ItemStage, after: number, limit: number): readonly ShareItem[] {
    const found: ShareItem[] = [];
    for (const { item } of this.#rowsOf(id)) {
      if (found.length === limit) break;
      if (item.position > after && stageOf(item) === stage) found.push(copyOf(item));
    }
    return found;
  }

  find(root: Uint8Array, limit: number): readonly ShareItem[] {
    const found: ShareItem[] = [];
    for (const { item } of this.#rows.values()) {
      if (found.length === limit) break;
      if (item.root !== undefined && constantTimeEqual(item.root, root)) found.push(copyOf(item));
    }
    return found;
  }

  hashes(position: number): Uint8Array {
    return this.#rows.get(position)?.hashes.slice() ?? NO_HASHES;
  }

  setHashes(position: number, hashes: Uint8Array): void {
    const row = this.#rows.get(position);
    if (row) row.hashes = hashes;
  }

  finish(read: readonly ReadItem[]): void {
    for (const one of read) {
      const row = this.#rows.get(one.position);
      if (!row) continue;
      const { root: _root, code: _code, ...rest } = row.item;
      if ('code' in one) {
        row.item = { ...rest, code: one.code };
        row.hashes = NO_HASHES;
      } else {
        row.item = { ...rest, bytes: one.bytes, modifiedMs: one.modifiedMs, root: one.root };
        row.hashes = one.hashes;
      }
    }
  }

  #note({ record, rows }: Held, scan: number, found: FoundItem): void {
    const known = rows.get(found.name);
    const same = known?.item.bytes === found.bytes && known.item.modifiedMs === found.modifiedMs && found.code === undefined;
    if (known) {
      const root = same ? known.item.root : undefined;
      known.item = { ...found, share: record.id, position: known.item.position, ...(root === undefined ? {} : { root }) };
      known.scan = scan;
      if (!same) known.hashes = NO_HASHES;
      return;
    }
    const row: Row = { item: { ...found, share: record.id, position: ++this.#positions }, scan, hashes: NO_HASHES };
    rows.set(found.name, row);
    this.#rows.set(row.item.position, row);
  }

  #rowsOf(id: ShareId): Iterable<Row> {
    return this.#shares.get(id)?.rows.values() ?? [];
  }
}
