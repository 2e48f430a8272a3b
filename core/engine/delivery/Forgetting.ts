import { SansfilError } from '../../base/errors.js';
import type { PeerId } from '../../base/ids.js';
import { STORE_RETRY_MS } from '../../base/limits.js';
import type { Timer } from '../../ports/clock.js';
import type { DeliveryPorts } from './ports.js';

/** Empties the outboxes of people who are no friends any more, also when the disk refuses that at first. */
export class Forgetting {
  readonly #left = new Set<PeerId>();
  #retry: Timer;
  #stopped = false;

  constructor(private readonly ports: Pick<DeliveryPorts, 'store' | 'facts' | 'clock'>) {}

  /** Now, and again until it is done; the next start looks whose outbox is left. */
  begin(peer: PeerId): void {
    if (this.#stopped) return;
    this.#left.add(peer);
    this.#empty(peer).catch((error: unknown) => {
      // Done meanwhile by somebody else, or stopped.
      if (!this.#left.has(peer)) return;
      const { code, message } = SansfilError.from(error, 'STORE_FAILED');
      this.ports.facts.publish({ type: 'fault', where: 'messages', code, detail: message });
      this.#retry ??= this.ports.clock.setTimeout(() => {
        this.#retry = undefined;
        for (const left of this.#left) this.begin(left);
      }, STORE_RETRY_MS);
    });
  }

  /** Before anything new is written for that peer, who is a friend again. @throws SansfilError DISK_FULL | STORE_FAILED */
  async finish(peer: PeerId): Promise<void> {
    if (this.#left.has(peer)) await this.#empty(peer);
  }

  stop(): void {
    this.#stopped = true;
    this.#left.clear();
    this.ports.clock.clearTimeout(this.#retry);
  }

  async #empty(peer: PeerId): Promise<void> {
    await this.ports.store.forget(peer);
    this.#left.delete(peer);
  }
}
