import { toHex } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import { parseTransferId, type PeerId } from '../../base/ids.js';
import { FETCHES_MAX, TRANSFER_CHUNKS_MAX } from '../../base/limits.js';
import type { TransferRecord } from '../../ports/stores.js';
import type { RemoteItem } from '../../protocol/cataloguePages.js';
import { joinRoots } from '../../protocol/contentRoot.js';
import type { Record } from '../../protocol/frames.js';
import { chunkCount, encodeManifest, TRANSFER_ID_BYTES, type Manifest } from '../../protocol/manifest.js';
import type { BulkLane } from '../dataPlane/BulkLane.js';
import type { LiveTransfer, TransferParts } from '../transfers/LiveTransfer.js';
import { shownOf } from '../transfers/transferView.js';
import type { TransferBook } from '../transfers/TransferBook.js';
import type { PeerTransfer } from '../views.js';
import { Company } from './Company.js';
import { FetchTransfer, type FetchParts } from './FetchTransfer.js';
import type { HeldContent } from './HeldContent.js';
import { Servings } from './Servings.js';

/** What is fetched from friends, and what friends fetch from here. */
export class Fetches {
  readonly #parts: FetchParts;
  readonly #servings: Servings;
  readonly #lanes = new Set<BulkLane>();
  #stopped = false;
  readonly #company: Company;

  constructor(
    parts: TransferParts,
    private readonly book: TransferBook,
    private readonly fault: (error: unknown) => void,
  ) {
    this.#servings = new Servings({ ...parts, fault, fetching: (root) => this.#fetching(root) });
    this.#company = new Company(parts);
    this.#parts = {
      ...parts,
      lanes: () => this.#lanes,
      grew: (fetch) => this.#servings.grew(fetch),
      sought: () => this.lookForCompany(),
      lost: (fetch) => void this.#servings.lost(fetch).catch(fault),
    };
  }

  /** One of an earlier run, or a new one. */
  make(record: TransferRecord, manifest: Manifest): FetchTransfer {
    const fetch = new FetchTransfer(this.#parts, record, manifest);
    this.book.add(fetch);
    return fetch;
  }

  /**
   * Fetches these items of that friend's share, and of whoever else has them.
   * @throws SansfilError TRANSFER_LIMIT | TRANSFER_TOO_LARGE | FOLDER_UNUSABLE | STORE_FAILED | STOPPED
   */
  async begin(peer: PeerId, items: readonly RemoteItem[], into?: string): Promise<PeerTransfer> {
    this.#mustHaveRoom();
    const { random, cipher, clock, store, facts, contentChunkBytes: chunkBytes } = this.#parts;
    if (items.reduce((sum, { bytes }) => sum + chunkCount(bytes, chunkBytes), 0) > TRANSFER_CHUNKS_MAX) throw new SansfilError('TRANSFER_TOO_LARGE');
    if (into !== undefined) {
      await this.#parts.sink.prepare(into);
      this.#mustHaveRoom();
    }
    const manifest: Manifest = {
      transferId: random.bytes(TRANSFER_ID_BYTES),
      aead: cipher.aead,
      chunkBytes,
      key: { kind: 'sent', fileKey: random.bytes(32) },
      items: items.map(({ name, bytes, modifiedMs, mode }) => ({ name, bytes, modifiedMs, mode })),
    };
    const id = parseTransferId(toHex(manifest.transferId));
    const fetch = this.make(
      {
        id,
        peer,
        direction: 'in',
        state: 'paused',
        manifest: encodeManifest(manifest),
        roots: joinRoots(items.map(({ root }) => root)),
        paths: items.map(() => ''),
        createdMs: clock.now(),
        ...(into === undefined ? {} : { into }),
      },
      manifest,
    );
    try {
      await store.put(fetch.record);
    } catch (error) {
      this.book.drop(id);
      throw error;
    }
    // It is in the store for the next start.
    if (this.#stopped) throw new SansfilError('STOPPED');
    facts.publish({ type: 'transfer.fetching', peer, id, ...shownOf(manifest.items), bytes: fetch.bytesLeft });
    fetch.start();
    return fetch.view;
  }

  opened(lane: BulkLane): void {
    this.#lanes.add(lane);
    for (const fetch of this.#live) fetch.opened(lane);
  }

  closed(lane: BulkLane): void {
    this.#lanes.delete(lane);
    this.#servings.closed(lane);
    for (const fetch of this.#live) fetch.left(lane);
  }

  /** Whether the record was about a fetch, of this device or from it. @throws SansfilError RECORD_MALFORMED */
  take(lane: BulkLane, record: Record): boolean {
    switch (record.type) {
      case 'seek':
        this.#sought(lane, record);
        this.#servings.take(lane, record);
        return true;
      case 'want':
      case 'hashesWant':
        this.#servings.take(lane, record);
        return true;
      case 'have':
      case 'hashes':
        // Who serves a fetch that is over here may forget it.
        if (!this.#hear(lane, record)) lane.session.send({ type: 'cancel', transferId: record.transferId, reason: 'cancelled' });
        return true;
      case 'chunk':
        return this.#hear(lane, record);
      case 'cancel':
        return this.#hear(lane, record) || this.#servings.cancelled(lane, record.transferId);
      default:
        return false;
    }
  }

  /** What is fetched, or who is there, is not what it was. */
  lookForCompany(): void {
    this.#company.look(this.#live.some(({ isSeeking }) => isSeeking));
  }

  /** Something is shared no longer. */
  recheck(): void {
    this.#servings.recheck().catch(this.fault);
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#lanes.clear();
    return this.#servings.stop();
  }

  #mustHaveRoom(): void {
    if (this.#stopped) throw new SansfilError('STOPPED');
    if (this.#live.length >= FETCHES_MAX) throw new SansfilError('TRANSFER_LIMIT');
  }

  get #live(): readonly FetchTransfer[] {
    return this.book.live.filter((transfer): transfer is FetchTransfer => transfer instanceof FetchTransfer);
  }

  #hear(lane: BulkLane, record: Extract<Record, { readonly transferId: Uint8Array }>): boolean {
    const fetch: LiveTransfer | undefined = this.book.open(parseTransferId(toHex(record.transferId)));
    if (!(fetch instanceof FetchTransfer)) return false;
    fetch.hear(lane, record);
    return true;
  }

  #sought(lane: BulkLane, { items }: Extract<Record, { readonly type: 'seek' }>): void {
    const roots = items.map(({ root }) => root);
    for (const fetch of this.#live) fetch.soughtBy(lane, roots);
  }

  #fetching(root: Uint8Array): HeldContent | undefined {
    for (const fetch of this.#live) {
      const content = fetch.contentOf(root);
      if (content) return content;
    }
    return undefined;
  }
}
