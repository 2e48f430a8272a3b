import type { Actor } from 'xstate';
import { SansfilError } from '../../base/errors.js';
import type { Presence } from '../../events/domainEvents.js';
import type { presenceMachine } from '../../machines/presence/presence.machine.js';
import type { Clock } from '../../ports/clock.js';
import { isPresenceAddress } from '../../protocol/presence.js';
import { bindPresence, type PresenceEffects } from '../bindPresence.js';
import type { Census } from '../Census.js';
import type { Facts } from '../contracts.js';
import type { OwnPresence } from './OwnPresence.js';

export interface AppearanceHost {
  readonly own: OwnPresence;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly census: Census;
  publish(record: Uint8Array): Promise<void>;
  /** This connection cannot say anything new that friends would believe: another one is due. */
  spent(): void;
  trouble(where: string, error: unknown): void;
}

/** How this device shows itself to its friends: the presence machine, and the records it makes. */
export class Appearance {
  readonly #actor: Actor<typeof presenceMachine>;
  #shown: Presence = 'offline';
  /** Publications in the order of their numbers. */
  #publishing: Promise<void> = Promise.resolve();

  constructor(private readonly host: AppearanceHost) {
    this.#actor = bindPresence(this.#effects(), host.clock);
  }

  /** What friends see. */
  get shown(): Presence {
    return this.#shown;
  }

  start(): void {
    this.host.census.start(this.#actor, { failed: (error) => this.host.trouble('presence', error) });
  }

  /** Kept while the directory is out of reach; resolves when it was told, if it could be. */
  async wish(state: Presence): Promise<void> {
    this.#actor.send({ type: 'wished', state });
    await this.#publishing;
  }

  entered(): void {
    this.#actor.send({ type: 'directory.entered' });
  }

  left(): void {
    this.host.own.end();
    this.#actor.send({ type: 'directory.left' });
  }

  moved(addresses: readonly string[]): void {
    this.host.own.addresses = addresses.filter(isPresenceAddress);
    this.#actor.send({ type: 'addresses.changed' });
  }

  /** What stands on our own topic. */
  hear(record: Uint8Array): void {
    const { own } = this.host;
    own.judge(record).then(
      (verdict) => {
        if (verdict === 'repair') own.repairSoon(() => this.#actor.send({ type: 'record.lost' }));
        if (verdict === 'surpassed') this.host.spent();
      },
      (error: unknown) => this.host.trouble('presence', error),
    );
  }

  stop(): void {
    this.host.own.end();
    this.#actor.send({ type: 'stopped' });
  }

  #effects(): PresenceEffects {
    return {
      publish: (state) => this.#publish(state),
      announce: (state) => {
        if (state === this.#shown) return;
        this.#shown = state;
        this.host.facts.publish({ type: 'presence.own', state });
      },
      failed: (error) => {
        this.host.trouble('presence', error);
        this.#actor.send({ type: 'fault' });
      },
    };
  }

  #publish(state: Presence): void {
    const work = async (): Promise<void> => {
      const record = await this.host.own.next(state);
      if (record) await this.host.publish(record);
      else this.host.spent();
    };
    // A publication that fails means a connection that ends: the next one publishes anew.
    this.#publishing = this.#publishing.then(work).catch((error: unknown) => this.host.trouble('presence.unpublished', SansfilError.from(error)));
  }
}
