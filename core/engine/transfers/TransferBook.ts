import { SansfilError } from '../../base/errors.js';
import type { PeerId, TransferId } from '../../base/ids.js';
import type { Direction, TransferRecord, TransferStore } from '../../ports/stores.js';
import { isOver } from '../../ports/stores.js';
import { isKept } from '../resume.js';
import type { LiveTransfer } from './LiveTransfer.js';
import type { Remains } from './Remains.js';

/** What is known of a transfer, be it over or not. */
export type KnownTransfer = Pick<TransferRecord, 'peer' | 'direction' | 'state' | 'code'>;

/** Which transfers there are: those under way, and a bounded number of those that are over. */
export class TransferBook {
  readonly #live = new Map<TransferId, LiveTransfer>();
  readonly #ended = new Map<TransferId, KnownTransfer>();
  /** Of each peer those that are over, oldest first, with the bytes of their manifests. */
  readonly #endedOf = new Map<PeerId, Map<TransferId, number>>();

  constructor(
    private readonly store: TransferStore,
    private readonly remains: Pick<Remains, 'has'>,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** A copy: transfers end while one goes through them. */
  get live(): readonly LiveTransfer[] {
    return [...this.#live.values()];
  }

  get(id: TransferId): LiveTransfer | undefined {
    return this.#live.get(id);
  }

  /** One that is not over, whether the store knows that yet or not. */
  open(id: TransferId): LiveTransfer | undefined {
    const transfer = this.#live.get(id);
    return transfer && !isOver(transfer.record.state) ? transfer : undefined;
  }

  known(id: TransferId): KnownTransfer | undefined {
    return this.#live.get(id)?.record ?? this.#ended.get(id);
  }

  /** One that is under way. @throws SansfilError TRANSFER_UNKNOWN | TRANSFER_STATE */
  find(id: TransferId): LiveTransfer {
    const transfer = this.open(id);
    if (transfer) return transfer;
    throw new SansfilError(this.known(id) ? 'TRANSFER_STATE' : 'TRANSFER_UNKNOWN');
  }

  /** Of offers of theirs, or to them, that are not over; what is fetched has a limit of its own. */
  count(peer: PeerId, direction: Direction): number {
    return this.live.filter((transfer) => transfer.peer === peer && transfer.record.direction === direction && !transfer.record.roots).length;
  }

  add(transfer: LiveTransfer): void {
    this.#live.set(transfer.id, transfer);
  }

  /** It never came to be. */
  drop(id: TransferId): void {
    this.#live.delete(id);
  }

  /** It is over; the oldest with that peer that are over make room. */
  end({ id, peer, direction, state, code, manifest }: TransferRecord): void {
    this.#live.delete(id);
    this.#ended.set(id, { peer, direction, state, ...(code === undefined ? {} : { code }) });
    const theirs = this.#endedOf.get(peer) ?? new Map<TransferId, number>();
    this.#endedOf.set(peer, theirs.set(id, manifest.length));
    let bytes = [...theirs.values()].reduce((sum, each) => sum + each, 0);
    for (const [oldest, length] of theirs) {
      if (isKept(theirs.size, bytes)) break;
      // Its record is needed to clear away what it left.
      if (this.remains.has(oldest)) continue;
      bytes -= length;
      theirs.delete(oldest);
      this.#ended.delete(oldest);
      this.store.remove(oldest).catch(this.onFault);
    }
  }

  clear(): void {
    this.#live.clear();
  }
}
