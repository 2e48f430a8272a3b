import { concat } from '../../core/base/bytes.js';
import type { PeerId } from '../../core/base/ids.js';
import { CookieJar } from '../../core/engine/handshake/CookieJar.js';
import type { HandshakeParts, SessionKeys } from '../../core/engine/handshake/exchange.js';
import { InitiatorExchange } from '../../core/engine/handshake/InitiatorExchange.js';
import { ResponderExchange } from '../../core/engine/handshake/ResponderExchange.js';
import { StaticKey } from '../../core/engine/handshake/StaticKey.js';
import type { Clock } from '../../core/ports/clock.js';
import { decodeRecord, encodeRecord } from '../../core/protocol/codec.js';
import type { Record } from '../../core/protocol/frames.js';
import { DEFAULT_SUITES } from '../../core/protocol/suites.js';
import { Rng } from '../../core/simulation/Rng.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';

export const READY: Record = { type: 'ready', maxRecord: 65_518, features: 0 };

/** Keys and no rules: what the other end of a link is made of. */
export class Other {
  readonly id: PeerId;
  readonly #parts: HandshakeParts;

  constructor(
    readonly name: string,
    private readonly clock: Clock,
    suites: readonly number[] = DEFAULT_SUITES,
  ) {
    const identity = toyIdentity(name);
    this.id = identity.signer.peerId;
    const random = new Rng(17).fork(name);
    this.#parts = { ...identity, primitives: toyPrimitives(), clock, random, suites, staticKey: new StaticKey(random, clock) };
  }

  calls(called: PeerId): InitiatorExchange {
    return new InitiatorExchange(this.#parts, called);
  }

  isCalled(): ResponderExchange {
    const { primitives, random } = this.#parts;
    const cookies = new CookieJar({ primitives, random, clock: this.clock });
    return new ResponderExchange(this.#parts, { address: 'here', cookies, crowded: () => false });
  }
}

/** A record as the frame of a session. */
export const sealed = (keys: SessionKeys, record: Record): Uint8Array => sealedBytes(keys, encodeRecord(record));

export const sealedBytes = (keys: SessionKeys, plaintext: Uint8Array): Uint8Array => concat(Uint8Array.of(0), keys.send.seal(plaintext));

export const opened = (keys: SessionKeys, frame: Uint8Array): Record => decodeRecord(keys.receive.open(frame.subarray(1)));
