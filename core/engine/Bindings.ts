import { assert } from '../base/assert.js';
import type { SansfilError } from '../base/errors.js';
import { guardEffect } from './guardEffect.js';

/** What one actor makes happen, and whom to tell when that fails. */
export interface Bound {
  failed(error: SansfilError): void;
}

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

  /** An action of the machine: what it throws is told to the actor's own effects. */
  action<P>(effect: (effects: E, params: P) => void): (args: { readonly self: object }, params: P) => void {
    return ({ self }, params) => {
      const effects = this.of(self);
      guardEffect(
        () => effect(effects, params),
        (error) => effects.failed(error),
      )();
    };
  }
}
