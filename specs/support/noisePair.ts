import type { Primitives } from '../../core/ports/primitives.js';
import { HandshakeState, type HandshakeRole, type SplitResult } from '../../core/crypto/noise/handshakeState.js';

const filled = (value: number): Uint8Array => new Uint8Array(32).fill(value);

/** One side of a handshake with keys of constant bytes. */
export function noiseState(primitives: Primitives, suite: number, role: HandshakeRole, prologue: Uint8Array = new Uint8Array(0)): HandshakeState {
  const [staticPrivate, ephemeralPrivate] = role === 'initiator' ? [filled(0x11), filled(0x12)] : [filled(0x21), filled(0x22)];
  return new HandshakeState({ primitives, suite, role, prologue, staticPrivate, ephemeralPrivate });
}

/** Runs the three messages of XX with empty payloads. */
export function noisePair(primitives: Primitives, suite: number): { readonly initiator: SplitResult; readonly responder: SplitResult } {
  const [initiator, responder] = [noiseState(primitives, suite, 'initiator'), noiseState(primitives, suite, 'responder')];
  for (const [from, to] of [
    [initiator, responder],
    [responder, initiator],
    [initiator, responder],
  ] as const) {
    from.writeTokens();
    to.readMessage(from.writePayload(new Uint8Array(0)));
  }
  return { initiator: initiator.split(), responder: responder.split() };
}
