import { fromPromise, type PromiseActorLogic } from 'xstate';
import { assert } from '../base/assert.js';
import { SansfilError } from '../base/errors.js';

/** What one actor makes happen, and whom to tell when that fails. */
export interface Bound {
  failed(error: SansfilError): void;
}

/** Under this name an actor is found by the asks it makes; it is the root of a system of its own. */
export const BOUND = 'bound';

/**
 * The effects of each actor of one kind, found by the actor. Binding a machine anew for every actor (`provide`) takes
 * ten times as long as making the actor: 0.3 ms, four times for one handshake; so the machine is bound once.
 */
export class Bindings<E extends Bound> {
  readonly #effects = new WeakMap<object, E>();

  /** Before the actor is started. */
  bind(actor: object, effects: E): void {
    this.#effects.set(actor, effects);
  }

  of(actor: object): E {
    const effects = this.#effects.get(actor);
    assert(effects, 'the actor is bound before it is started');
    return effects;
  }

  /**
   * An action of the machine: what it throws, or what its promise rejects with, is told to the actor's own effects, for an
   * exception in an action stops an XState actor for good.
   */
  action<P>(effect: (effects: E, params: P) => void | Promise<void>): (args: { readonly self: object }, params: P) => void {
    return ({ self }, params) => {
      const effects = this.of(self);
      try {
        effect(effects, params)?.catch((error: unknown) => effects.failed(SansfilError.from(error)));
      } catch (error) {
        effects.failed(SansfilError.from(error));
      }
    };
  }

  /** Something the machine asks for and waits for; the signal is aborted when it waits no longer. */
  ask<O, I = undefined>(effect: (effects: E, input: I, signal: AbortSignal) => Promise<O>): PromiseActorLogic<O, I> {
    return fromPromise<O, I>(({ input, system, signal }) => effect(this.of(system.get(BOUND) as object), input, signal));
  }
}
