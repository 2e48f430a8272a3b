import { createActor, type Actor } from 'xstate';
import type { MessageId } from '../base/ids.js';
import { messagingMachine, type LoadedWindow, type WindowAsk } from '../machines/messaging/messaging.machine.js';
import type { Clock } from '../ports/clock.js';
import { Bindings, BOUND, type Bound } from './Bindings.js';

/** What the messaging machine makes happen. */
export interface MessagingEffects extends Bound {
  transmit(id: MessageId | undefined): void;
  outboxDrained(): void;
  loadWindow(ask: WindowAsk): Promise<LoadedWindow>;
}

const bindings = new Bindings<MessagingEffects>();

const bound = messagingMachine.provide({
  actions: {
    transmit: bindings.action((effects, { id }) => effects.transmit(id)),
    outboxDrained: bindings.action((effects) => effects.outboxDrained()),
  },
  actors: {
    loadWindow: bindings.ask((effects, ask) => effects.loadWindow(ask)),
  },
});

/** A messaging machine over those effects, not started yet. */
export function bindMessaging(effects: MessagingEffects, clock: Clock): Actor<typeof messagingMachine> {
  const actor = createActor(bound, { systemId: BOUND, clock });
  bindings.bind(actor, effects);
  return actor;
}
