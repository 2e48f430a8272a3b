import { basename } from 'node:path';
import type { TransferView } from '../../core/events/commands.js';
import type { DyingPair, Mortal } from './dyingPair.js';
import type { Doom } from './processes.js';

/** Files and folders sent between two devices of which one dies on the way. Each is known by its name, which is used once. */
export class DeadlyTransfers {
  constructor(private readonly pair: DyingPair) {}

  /** Sends and accepts, as far as it comes. @throws Error when the one that is doomed does not die there */
  async sendUntilDead(doom: Doom, dying: Mortal, path: string): Promise<void> {
    const { ended } = dying.running;
    const offering = this.#send(path).catch(dead);
    const accepting = this.#accept(path, ended).catch(dead);
    await dying.died(doom);
    await Promise.all([offering, accepting]);
  }

  /** Both run again: what was not accepted by a device before it died, its person asks for again. Until both know that all is there. */
  async goOn(path: string): Promise<void> {
    const { sender, receiver } = this.pair;
    if (!(await this.#find(sender, path))) await this.#send(path);
    await this.#accept(path);
    await Promise.all(
      [sender, receiver].map((side) => side.until('the end of the transfer', async () => (await this.#find(side, path))?.state === 'done' || undefined)),
    );
  }

  #send(path: string): Promise<TransferView> {
    return this.pair.sender.ask({ type: 'file.send', to: 'board', paths: [path] });
  }

  /** As a person at the receiver would: accepts what is offered, as soon as it is. */
  async #accept(path: string, giveUp?: Promise<unknown>): Promise<void> {
    const { receiver } = this.pair;
    const offer = await receiver.until('the offer', () => this.#find(receiver, path), giveUp);
    if (offer?.state === 'offered') await receiver.ask({ type: 'transfer.accept', id: offer.id });
  }

  async #find(side: Mortal, path: string): Promise<TransferView | undefined> {
    return (await side.ask({ type: 'transfer.list' })).find(({ items }) => items[0]?.name.split('/')[0] === basename(path));
  }
}

function dead(error: unknown): void {
  if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== 'NOT_RUNNING') throw error;
}
