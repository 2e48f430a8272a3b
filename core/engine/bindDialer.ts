import { createActor, type Actor } from 'xstate';
import type { ErrorCode } from '../base/errors.js';
import { dialerMachine, type Candidates } from '../machines/dialer/dialer.machine.js';
import type { Clock } from '../ports/clock.js';
import { Bindings, BOUND, type Bound } from './Bindings.js';

/** What the dialer machine makes happen. */
export interface DialerEffects extends Bound {
  announce(code: ErrorCode, retryInMs: number): void;
  lookUp(): Candidates;
  dial(index: number, signal: AbortSignal): Promise<void>;
  greet(signal: AbortSignal): Promise<void>;
}

const bindings = new Bindings<DialerEffects>();

const bound = dialerMachine.provide({
  actions: {
    announce: bindings.action((effects, { code, retryInMs }) => effects.announce(code, retryInMs)),
  },
  actors: {
    lookUp: bindings.ask((effects) => Promise.resolve(effects.lookUp())),
    dial: bindings.ask((effects, { index }, signal) => effects.dial(index, signal)),
    greet: bindings.ask((effects, _, signal) => effects.greet(signal)),
  },
});

/** A dialer machine over those effects, not started yet. */
export function bindDialer(effects: DialerEffects, clock: Clock): Actor<typeof dialerMachine> {
  const actor = createActor(bound, { systemId: BOUND, clock });
  bindings.bind(actor, effects);
  return actor;
}
