import type { SansfilError } from '../base/errors.js';
import { sessionMachine } from '../machines/session/session.machine.js';
import type { CloseReason } from '../protocol/frames.js';
import type { SessionOutput } from '../machines/session/session.machine.js';
import { guardEffect } from './guardEffect.js';

/** What the session machine makes happen. */
export interface SessionEffects {
  sendReady(): void;
  sendPing(): void;
  answerPing(): void;
  arbitrate(): void;
  claim(): void;
  renew(): void;
  end(ending: SessionOutput & { readonly farewell: CloseReason | null }): void;
}

/** The session machine over those effects; what one of them throws becomes an event, not a dead actor. */
export function bindSession(effects: SessionEffects, onFault: (error: SansfilError) => void): typeof sessionMachine {
  const guard = (effect: () => void) => guardEffect(effect, onFault);
  const end = guardEffect((ending: SessionOutput & { readonly farewell: CloseReason | null }) => effects.end(ending), onFault);
  return sessionMachine.provide({
    actions: {
      sendReady: guard(() => effects.sendReady()),
      sendPing: guard(() => effects.sendPing()),
      answerPing: guard(() => effects.answerPing()),
      arbitrate: guard(() => effects.arbitrate()),
      claim: guard(() => effects.claim()),
      renew: guard(() => effects.renew()),
      end: (_, ending) => end(ending),
    },
  });
}
