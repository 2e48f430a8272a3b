import { createActor, type Actor } from 'xstate';
import type { ErrorCode } from '../base/errors.js';
import { directoryClientMachine, pauseMs, type ClientState, type Purpose } from '../machines/directoryClient/directoryClient.machine.js';
import type { Clock } from '../ports/clock.js';
import { Bindings, BOUND, type Bound } from './Bindings.js';

/** What the directory client makes happen. */
export interface DirectoryClientEffects extends Bound {
  announce(state: ClientState, code: ErrorCode | null): void;
  hangUp(): void;
  enter(): void;
  leave(): Promise<void>;
  greet(signal: AbortSignal): Promise<void>;
  askChallenge(purpose: Purpose): Promise<void>;
  prove(purpose: Purpose): Promise<void>;
  connect(signal: AbortSignal): Promise<void>;
  /** 0…1 */
  jitter(): number;
}

const bindings = new Bindings<DirectoryClientEffects>();

const bound = directoryClientMachine.provide({
  actions: {
    announce: bindings.action((effects, { state, code }) => effects.announce(state, code)),
    hangUp: bindings.action((effects) => effects.hangUp()),
    enter: bindings.action((effects) => effects.enter()),
    leave: bindings.action((effects) => effects.leave()),
  },
  actors: {
    greet: bindings.ask((effects, _, signal) => effects.greet(signal)),
    askChallenge: bindings.ask((effects, { purpose }) => effects.askChallenge(purpose)),
    prove: bindings.ask((effects, { purpose }) => effects.prove(purpose)),
    connect: bindings.ask((effects, _, signal) => effects.connect(signal)),
  },
  delays: { BACKOFF: ({ context, self }) => pauseMs(context, bindings.of(self).jitter()) },
});

/** A directory client over those effects, not started yet. */
export function bindDirectoryClient(effects: DirectoryClientEffects, clock: Clock): Actor<typeof directoryClientMachine> {
  const actor = createActor(bound, { systemId: BOUND, clock });
  bindings.bind(actor, effects);
  return actor;
}
