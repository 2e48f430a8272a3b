import type { PeerId } from '../../base/ids.js';
import type { RecordCipher } from '../../crypto/recordCipher.js';
import type { HandshakeRole } from '../../crypto/noise/handshakeState.js';
import type { Clock } from '../../ports/clock.js';
import type { Primitives } from '../../ports/primitives.js';
import type { Random } from '../../ports/random.js';
import type { Signer, Verifier } from '../../ports/signer.js';
import type { StaticKey } from './StaticKey.js';

/** What either side of a handshake is computed with. */
export interface HandshakeParts {
  readonly primitives: Primitives;
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly random: Random;
  /** Own suites in order of preference. */
  readonly suites: readonly number[];
  readonly staticKey: StaticKey;
}

/** What a handshake leaves to the session. */
export interface SessionKeys {
  readonly peer: PeerId;
  readonly role: HandshakeRole;
  readonly suite: number;
  readonly send: RecordCipher;
  readonly receive: RecordCipher;
}

export const KNOCK_BYTES = 16;
export const EPHEMERAL_BYTES = 32;
export const NOTHING: Uint8Array = new Uint8Array(0);

export const sameList = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((id, i) => id === b[i]);
