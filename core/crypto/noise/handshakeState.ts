import { assert } from '../../base/assert.js';
import { concat } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import type { Primitives } from '../../ports/primitives.js';
import { SUITES } from '../../protocol/suites.js';
import type { CipherState } from './cipherState.js';
import { XX, type NoiseToken } from './patterns.js';
import { SymmetricState } from './symmetricState.js';

const DH_BYTES = 32;
const TAG_BYTES = 16;

export type HandshakeRole = 'initiator' | 'responder';

export interface HandshakeOptions {
  readonly primitives: Primitives;
  /** A suite id of protocol/suites.ts. */
  readonly suite: number;
  readonly role: HandshakeRole;
  readonly prologue: Uint8Array;
  /** X25519 private keys, 32 bytes. The ephemeral one must be fresh for every handshake, a RETRY included. */
  readonly staticPrivate: Uint8Array;
  readonly ephemeralPrivate: Uint8Array;
}

/** The two directions of a finished handshake, and its transcript hash. */
export interface SplitResult {
  readonly send: CipherState;
  readonly receive: CipherState;
  readonly h: Uint8Array;
}

/**
 * Noise_XX as Noise revision 34 §5.3 names it. Writing is in two steps, so that a signature over `h` can be awaited
 * between the tokens and the payload: `writeTokens()`, sign `h`, `writePayload(payload)`. A failure is final.
 */
export class HandshakeState {
  readonly localStaticPublic: Uint8Array;
  readonly #localEphemeralPublic: Uint8Array;
  readonly #symmetric: SymmetricState;
  #remoteStatic: Uint8Array | undefined;
  #remoteEphemeral: Uint8Array | undefined;
  /** Messages written or read so far. */
  #step = 0;
  /** Parts of the message being written, between the two steps of writing. */
  #parts: Uint8Array[] | undefined;
  #failed = false;

  constructor(private readonly options: HandshakeOptions) {
    const { primitives, staticPrivate, ephemeralPrivate, prologue } = options;
    const suite = SUITES.get(options.suite);
    assert(suite, `suite ${options.suite} is not one of ours`);
    this.localStaticPublic = primitives.dhPublicKey(staticPrivate);
    this.#localEphemeralPublic = primitives.dhPublicKey(ephemeralPrivate);
    this.#symmetric = new SymmetricState(primitives, suite.aead, suite.noiseName);
    this.#symmetric.mixHash(prologue);
  }

  /** SymmetricState.h as it stands. */
  get h(): Uint8Array {
    return this.#symmetric.h;
  }

  get remoteStatic(): Uint8Array {
    assert(this.#remoteStatic, 'the static key of the peer is not known yet');
    return this.#remoteStatic;
  }

  get remoteEphemeral(): Uint8Array {
    assert(this.#remoteEphemeral, 'the ephemeral key of the peer is not known yet');
    return this.#remoteEphemeral;
  }

  /** First step of writing: everything before the payload. @throws SansfilError HANDSHAKE_FAILED on a bad key of the peer */
  writeTokens(): void {
    const tokens = this.#turn('writes');
    assert(!this.#parts, 'the tokens of this message are written already');
    const parts: Uint8Array[] = [];
    this.#once(() => {
      for (const token of tokens) this.#writeToken(token, parts);
    });
    this.#parts = parts;
  }

  /** Second step: the whole message. */
  writePayload(payload: Uint8Array): Uint8Array {
    assert(this.#parts && !this.#failed, 'the tokens of this message come first');
    const message = concat(...this.#parts, this.#symmetric.encryptAndHash(payload));
    this.#parts = undefined;
    this.#step++;
    return message;
  }

  /**
   * Reads one message; `h` is the transcript hash just before the payload was decrypted.
   * @throws SansfilError HANDSHAKE_FAILED
   */
  readMessage(message: Uint8Array): { readonly payload: Uint8Array; readonly h: Uint8Array } {
    const tokens = this.#turn('reads');
    return this.#once(() => {
      let at = 0;
      for (const token of tokens) at = this.#readToken(token, message, at);
      const h = this.#symmetric.h;
      const payload = this.#symmetric.decryptAndHash(message.subarray(at));
      this.#step++;
      return { payload, h };
    });
  }

  /** The ciphers of the session, once every message of the pattern has passed. */
  split(): SplitResult {
    assert(this.#step === XX.length && !this.#failed, 'the handshake is complete');
    const [fromInitiator, fromResponder] = this.#symmetric.split();
    const initiator = this.options.role === 'initiator';
    return { send: initiator ? fromInitiator : fromResponder, receive: initiator ? fromResponder : fromInitiator, h: this.#symmetric.h };
  }

  #turn(what: 'writes' | 'reads'): readonly NoiseToken[] {
    const ours = (this.#step % 2 === 0) === (this.options.role === 'initiator');
    const tokens = XX[this.#step];
    assert(tokens && !this.#failed && ours === (what === 'writes'), `the ${this.options.role} ${what} out of turn`);
    return tokens;
  }

  /** Whatever goes wrong leaves a state that takes nothing more, and one code that tells nothing about the place. */
  #once<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#failed = true;
      if (SansfilError.is(error) && error.code === 'BUG') throw error;
      throw new SansfilError('HANDSHAKE_FAILED', undefined, { cause: error });
    }
  }

  #writeToken(token: NoiseToken, parts: Uint8Array[]): void {
    if (token === 'e') {
      this.#symmetric.mixHash(this.#localEphemeralPublic);
      parts.push(this.#localEphemeralPublic);
    } else if (token === 's') {
      parts.push(this.#symmetric.encryptAndHash(this.localStaticPublic));
    } else {
      this.#symmetric.mixKey(this.#dh(token));
    }
  }

  #readToken(token: NoiseToken, message: Uint8Array, at: number): number {
    if (token !== 'e' && token !== 's') {
      this.#symmetric.mixKey(this.#dh(token));
      return at;
    }
    const end = at + DH_BYTES + (token === 's' && this.#symmetric.hasKey ? TAG_BYTES : 0);
    if (end > message.length) throw new SansfilError('HANDSHAKE_FAILED', 'a handshake message is too short');
    const field = Uint8Array.from(message.subarray(at, end));
    if (token === 'e') {
      this.#symmetric.mixHash(field);
      this.#remoteEphemeral = field;
    } else {
      this.#remoteStatic = this.#symmetric.decryptAndHash(field);
    }
    return end;
  }

  /** The first letter names the initiator's key, the second the responder's. */
  #dh(token: 'ee' | 'es' | 'se'): Uint8Array {
    const { primitives, role, staticPrivate, ephemeralPrivate } = this.options;
    const [initiators, responders] = token;
    const [own, peers] = role === 'initiator' ? [initiators, responders] : [responders, initiators];
    return primitives.dh(own === 'e' ? ephemeralPrivate : staticPrivate, peers === 'e' ? this.remoteEphemeral : this.remoteStatic);
  }
}
