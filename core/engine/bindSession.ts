import { createActor, type Actor } from 'xstate';
import { sessionMachine, type SessionOutput } from '../machines/session/session.machine.js';
import type { Clock } from '../ports/clock.js';
import type { CloseReason } from '../protocol/frames.js';
import { Bindings, BOUND, type Bound } from './Bindings.js';

/** What the session machine makes happen. */
export interface SessionEffects extends Bound {
  sendReady(): void;
  sendPing(): void;
  answerPing(): void;
  arbitrate(): void;
  claim(): void;
  renew(): void;
  end(ending: SessionOutput & { readonly farewell: CloseReason | null }): void;
}

const bindings = new Bindings<SessionEffects>();

const bound = sessionMachine.provide({
  actions: {
    sendReady: bindings.action((effects) => effects.sendReady()),
    sendPing: bindings.action((effects) => effects.sendPing()),
    answerPing: bindings.action((effects) => effects.answerPing()),
    arbitrate: bindings.action((effects) => effects.arbitrate()),
    claim: bindings.action((effects) => effects.claim()),
    renew: bindings.action((effects) => effects.renew()),
    end: bindings.action((effects, ending) => effects.end(ending)),
  },
});

/** A session machine over those effects, not started yet: its own root, so that one peer's trouble stays its own. */
export function bindSession(effects: SessionEffects, clock: Clock, confirmMs: number): Actor<typeof sessionMachine> {
  const actor = createActor(bound, { systemId: BOUND, clock, input: { confirmMs } });
  bindings.bind(actor, effects);
  return actor;
}
