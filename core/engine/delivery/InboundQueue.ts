import { SansfilError } from '../../base/errors.js';
import type { MessageId } from '../../base/ids.js';
import { UNCOMMITTED_BYTES_MAX, UNCOMMITTED_RECORDS_MAX } from '../../base/limits.js';
import type { NewMessage } from '../../ports/stores.js';
import type { OpenSession } from '../contracts.js';

/** A record of a friend, decoded, that the store does not know yet. */
export type Arrival =
  | { readonly type: 'text'; readonly bytes: number; readonly message: NewMessage }
  | { readonly type: 'receipt'; readonly bytes: number; readonly id: MessageId; readonly ids: readonly MessageId[] }
  | { readonly type: 'ack'; readonly bytes: number; readonly id: MessageId };

interface Queued {
  readonly session: OpenSession;
  readonly arrival: Arrival;
}

/**
 * What one friend sent, committed in the order of arrival, everything that came during one commit together in the
 * next. Bounded: while too much is uncommitted the session is not read, so that the friend feels our disk.
 */
export class InboundQueue {
  #queue: Queued[] = [];
  #records = 0;
  #bytes = 0;
  #paused: OpenSession | undefined;
  #running: Promise<void> | undefined;

  /** `commit` rejects when not all of its batch is stored; `failed` then drops what else that session brought. */
  constructor(
    private readonly commit: (session: OpenSession, batch: readonly Arrival[]) => Promise<void>,
    private readonly failed: (session: OpenSession, error: SansfilError) => void,
  ) {}

  push(session: OpenSession, arrival: Arrival): void {
    this.#queue.push({ session, arrival });
    this.#records += 1;
    this.#bytes += arrival.bytes;
    if (this.#paused !== session && (this.#records >= UNCOMMITTED_RECORDS_MAX || this.#bytes >= UNCOMMITTED_BYTES_MAX)) {
      this.#paused?.resume();
      this.#paused = session;
      session.pause();
    }
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Forgets what came over that session and is not being committed. The peer sends it again. */
  drop(session: OpenSession): void {
    const kept = this.#queue.filter((queued) => queued.session !== session);
    const dropped = this.#queue.filter((queued) => queued.session === session);
    this.#queue = kept;
    this.#count(dropped);
  }

  closed(session: OpenSession): void {
    if (this.#paused === session) this.#paused = undefined;
  }

  async #run(): Promise<void> {
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) {
      const session = batch[0]?.session;
      if (!session) break;
      try {
        await this.commit(
          session,
          batch.map(({ arrival }) => arrival),
        );
      } catch (error) {
        this.failed(session, SansfilError.from(error, 'STORE_FAILED'));
      }
      this.#count(batch);
    }
    this.#running = undefined;
  }

  /** The longest beginning of the queue that came over one session. */
  #next(): readonly Queued[] {
    const session = this.#queue[0]?.session;
    const end = this.#queue.findIndex((queued) => queued.session !== session);
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end);
  }

  #count(gone: readonly Queued[]): void {
    this.#records -= gone.length;
    for (const { arrival } of gone) this.#bytes -= arrival.bytes;
    if (this.#paused && this.#records <= UNCOMMITTED_RECORDS_MAX / 2 && this.#bytes <= UNCOMMITTED_BYTES_MAX / 2) {
      const session = this.#paused;
      this.#paused = undefined;
      session.resume();
    }
  }
}
