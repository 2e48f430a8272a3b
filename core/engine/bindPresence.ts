import { createActor, type Actor } from 'xstate';
import { presenceMachine } from '../machines/presence/presence.machine.js';
import type { Clock } from '../ports/clock.js';
import type { PresenceState } from '../protocol/presence.js';
import { Bindings, BOUND, type Bound } from './Bindings.js';

/** What the presence machine makes happen. */
export interface PresenceEffects extends Bound {
  publish(state: PresenceState): void;
  announce(state: PresenceState): void;
}

const bindings = new Bindings<PresenceEffects>();

const bound = presenceMachine.provide({
  actions: {
    publish: bindings.action((effects, { state }) => effects.publish(state)),
    announce: bindings.action((effects, { state }) => effects.announce(state)),
  },
});

/** A presence machine over those effects, not started yet. */
export function bindPresence(effects: PresenceEffects, clock: Clock): Actor<typeof presenceMachine> {
  const actor = createActor(bound, { systemId: BOUND, clock });
  bindings.bind(actor, effects);
  return actor;
}
