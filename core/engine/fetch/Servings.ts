import { toHex } from '../../base/bytes.js';
import { HAVE_MS_MIN, SEEKS_PENDING_MAX, SERVED_PER_PEER_MAX, SERVINGS_PER_PEER_MAX } from '../../base/limits.js';
import type { Clock, Timer } from '../../ports/clock.js';
import type { FileCipher } from '../../ports/fileCipher.js';
import type { FileSource } from '../../ports/files.js';
import type { Primitives } from '../../ports/primitives.js';
import type { Record } from '../../protocol/frames.js';
import type { Contents } from '../catalogue/contents.js';
import type { BufferPool } from '../dataPlane/BufferPool.js';
import type { BulkLane } from '../dataPlane/BulkLane.js';
import { sharedContent, type HeldContent } from './HeldContent.js';
import { Serving } from './Serving.js';

export interface ServingsPorts {
  readonly contents: Pick<Contents, 'find'>;
  readonly source: FileSource;
  readonly cipher: FileCipher;
  readonly primitives: Primitives;
  readonly clock: Clock;
  readonly pool: BufferPool;
  readonly contentChunkBytes: number;
  /** What fetches under way on this device have of it. */
  readonly fetching: (root: Uint8Array) => HeldContent | undefined;
  readonly fault: (error: unknown) => void;
}

type Asking = Extract<Record, { readonly type: 'seek' | 'want' | 'hashesWant' }>;

/** All that friends fetch from this device. Each is served over its own link, chunk by chunk, so that none waits for another. */
export class Servings {
  readonly #byLane = new Map<BulkLane, Map<string, Serving>>();
  /** SEEK records that are being looked up, of each friend. */
  readonly #seeking = new WeakMap<BulkLane, number>();
  /** Fetches of this device that have more than was told. */
  readonly #grown = new Set<object>();
  #telling: Timer;

  constructor(private readonly ports: ServingsPorts) {}

  /** @throws SansfilError RECORD_MALFORMED */
  take(lane: BulkLane, record: Asking): void {
    const id = toHex(record.transferId);
    const serving = this.#byLane.get(lane)?.get(id) ?? (record.type === 'seek' ? this.#make(lane, id, record) : undefined);
    if (!serving) return void lane.session.send({ type: 'cancel', transferId: record.transferId, reason: record.type === 'seek' ? 'limit' : 'gone' });
    if (record.type === 'seek') return serving.seek(record, record.items);
    if (record.type === 'want') return serving.want(record.ranges);
    serving.hashesWanted(record.item, record.from);
  }

  /** A CANCEL: whether it was about one of these. */
  cancelled(lane: BulkLane, transferId: Uint8Array): boolean {
    const serving = this.#byLane.get(lane)?.get(toHex(transferId));
    if (serving) this.#end(serving);
    return serving !== undefined;
  }

  closed(lane: BulkLane): void {
    for (const serving of this.#byLane.get(lane)?.values() ?? []) this.#end(serving);
    this.#byLane.delete(lane);
  }

  /** A fetch of this device has more: who asked for it is told, in a moment. */
  grew(fetch: object): void {
    if (this.#byLane.size === 0) return;
    this.#grown.add(fetch);
    this.#telling ??= this.ports.clock.setTimeout(() => {
      this.#telling = undefined;
      const grown = [...this.#grown];
      this.#grown.clear();
      for (const serving of this.#all()) for (const each of grown) serving.tellMore(each);
    }, HAVE_MS_MIN);
  }

  /** A fetch of this device is over, and its parts with it. */
  async lost(fetch: object): Promise<void> {
    this.#grown.delete(fetch);
    await Promise.all(this.#all().map((serving) => serving.withdraw((_root, content) => Promise.resolve(content.from === fetch))));
  }

  /** Something is shared no longer: it is looked at again what is. */
  async recheck(): Promise<void> {
    const isGone = async (root: Uint8Array, { from }: HeldContent): Promise<boolean> => from === undefined && !(await this.ports.contents.find(root));
    await Promise.all(this.#all().map((serving) => serving.withdraw(isGone)));
  }

  async stop(): Promise<void> {
    this.ports.clock.clearTimeout(this.#telling);
    const all = this.#all();
    this.#byLane.clear();
    await Promise.all(all.map((serving) => serving.end()));
  }

  #make(lane: BulkLane, id: string, { transferId, aead, chunkBytes, fileKey }: Extract<Asking, { readonly type: 'seek' }>): Serving | undefined {
    const servings = this.#byLane.get(lane) ?? new Map<string, Serving>();
    if (servings.size >= SERVINGS_PER_PEER_MAX) return undefined;
    const { cipher, primitives, pool, fault } = this.ports;
    const fits = chunkBytes === this.ports.contentChunkBytes;
    const serving: Serving = new Serving(
      { transferId: transferId.slice(), aead, chunkBytes, fileKey: fileKey.slice() },
      {
        lane,
        cipher,
        primitives,
        pool,
        fault,
        find: (root) => (fits ? this.#find(root) : Promise.resolve(undefined)),
        room: () => SERVED_PER_PEER_MAX - [...servings.values()].reduce((sum, { weight }) => sum + weight, 0),
        seeking: (change) => this.#seeks(lane, change),
        ended: () => servings.get(id) === serving && servings.delete(id),
      },
    );
    this.#byLane.set(lane, servings.set(id, serving));
    return serving;
  }

  /** Who seeks faster than it can be looked up is not read meanwhile. */
  #seeks(lane: BulkLane, change: 1 | -1): void {
    const before = this.#seeking.get(lane) ?? 0;
    this.#seeking.set(lane, before + change);
    if (change > 0 && before + 1 === SEEKS_PENDING_MAX) lane.session.pause();
    if (change < 0 && before === SEEKS_PENDING_MAX) lane.session.resume();
  }

  async #find(root: Uint8Array): Promise<HeldContent | undefined> {
    const shared = await this.ports.contents.find(root);
    return shared ? sharedContent(this.ports.source, shared, this.ports.contentChunkBytes) : this.ports.fetching(root);
  }

  #all(): Serving[] {
    return [...this.#byLane.values()].flatMap((servings) => [...servings.values()]);
  }

  #end(serving: Serving): void {
    serving.end().catch(this.ports.fault);
  }
}
