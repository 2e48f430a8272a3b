import { createActor, type Actor } from 'xstate';
import { initiatorMachine } from '../machines/handshake/initiator.machine.js';
import { responderMachine, type Caller } from '../machines/handshake/responder.machine.js';
import type { Clock } from '../ports/clock.js';
import { Bindings, BOUND, type Bound } from './Bindings.js';

/** What the initiator machine makes happen. */
export interface InitiatorEffects extends Bound {
  sendHello(): void;
  sendHelloAgain(): void;
  handOver(): void;
  verifySecond(): Promise<void>;
  prove(): Promise<void>;
}

/** What the responder machine makes happen. */
export interface ResponderEffects extends Bound {
  sendRetry(): void;
  sendSecond(): void;
  handOver(): void;
  prove(): Promise<void>;
  verifyThird(): Promise<Caller>;
}

const initiators = new Bindings<InitiatorEffects>();
const responders = new Bindings<ResponderEffects>();

const boundInitiator = initiatorMachine.provide({
  actions: {
    sendHello: initiators.action((effects) => effects.sendHello()),
    sendHelloAgain: initiators.action((effects) => effects.sendHelloAgain()),
    handOver: initiators.action((effects) => effects.handOver()),
  },
  actors: {
    verifySecond: initiators.ask((effects) => effects.verifySecond()),
    prove: initiators.ask((effects) => effects.prove()),
  },
});

const boundResponder = responderMachine.provide({
  actions: {
    sendRetry: responders.action((effects) => effects.sendRetry()),
    sendSecond: responders.action((effects) => effects.sendSecond()),
    handOver: responders.action((effects) => effects.handOver()),
  },
  actors: {
    prove: responders.ask((effects) => effects.prove()),
    verifyThird: responders.ask((effects) => effects.verifyThird()),
  },
});

export function bindInitiator(effects: InitiatorEffects, clock: Clock): Actor<typeof initiatorMachine> {
  const actor = createActor(boundInitiator, { systemId: BOUND, clock });
  initiators.bind(actor, effects);
  return actor;
}

export function bindResponder(effects: ResponderEffects, clock: Clock): Actor<typeof responderMachine> {
  const actor = createActor(boundResponder, { systemId: BOUND, clock });
  responders.bind(actor, effects);
  return actor;
}
