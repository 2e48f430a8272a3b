import type { TransferId } from '../base/ids.js';
import type { Rng } from './Rng.js';
import type { SimulatedDevice } from './SimulatedDevice.js';

/** What people do now and then, whether it makes sense at that moment or not. */
export class Whims {
  constructor(
    private readonly rng: Rng,
    private readonly isRegistered: (name: string) => boolean,
  ) {}

  follow(device: SimulatedDevice, friend: string): void {
    const whims = [
      () => device.attempt({ type: 'account.login' }),
      () => device.attempt({ type: 'friend.verify', name: friend }),
      () => device.attempt({ type: 'friend.verify', name: friend, confirmed: this.rng.chance(0.5) }),
      () => device.attempt({ type: 'friend.list' }),
      () => device.attempt({ type: 'message.history', with: friend, search: 'pi', limit: 3 }),
      () => this.#showMessage(device, friend),
      () => this.#register(device, friend),
      () => this.#toTransfer(device, 'transfer.decline'),
      () => this.#toTransfer(device, 'transfer.accept'),
      () => device.attempt({ type: 'file.send', to: friend, paths: ['no such file'] }),
    ];
    whims[this.rng.between(0, whims.length - 1)]?.();
  }

  /** Any transfer it ever heard of, in whatever state it is. */
  cancel(device: SimulatedDevice): void {
    this.#toTransfer(device, 'transfer.cancel');
  }

  /** Takes back what it offered last, perhaps while the other side cannot hear of it. */
  losePatience(device: SimulatedDevice, probability: number): void {
    if (!this.rng.chance(probability)) return;
    const offer = device.of('transfer.offered').findLast(({ direction }) => direction === 'out');
    if (offer) device.attempt({ type: 'transfer.cancel', id: offer.id });
  }

  /** Any transfer, whether it can be held in its state or not. */
  hold(device: SimulatedDevice): void {
    this.#toTransfer(device, this.rng.chance(0.5) ? 'transfer.pause' : 'transfer.resume');
  }

  #toTransfer(device: SimulatedDevice, type: `transfer.${'accept' | 'decline' | 'pause' | 'resume' | 'cancel'}`): void {
    const id = this.#one<TransferId>(device.of('transfer.offered').map((fact) => fact.id));
    if (id !== undefined) device.attempt({ type, id });
  }

  #showMessage(device: SimulatedDevice, friend: string): void {
    const id = this.#one(device.of('message.queued').map((fact) => fact.id));
    if (id !== undefined) device.attempt({ type: 'message.show', to: friend, id });
  }

  /** A name that has been taken; one that is still free could be lost to its owner. */
  #register(device: SimulatedDevice, name: string): void {
    if (this.isRegistered(device.name) && this.isRegistered(name)) device.attempt({ type: 'account.register', name });
  }

  #one<T>(all: readonly T[]): T | undefined {
    return all[this.rng.between(0, all.length - 1)];
  }
}
