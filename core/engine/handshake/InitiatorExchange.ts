import { assert } from '../../base/assert.js';
import { SansfilError } from '../../base/errors.js';
import type { PeerId } from '../../base/ids.js';
import { proveIdentity, verifyIdentity } from '../../crypto/identityProof.js';
import { HandshakeState } from '../../crypto/noise/handshakeState.js';
import { RecordCipher } from '../../crypto/recordCipher.js';
import { decodeRetry, encodeHello, encodeHelloPrefix, FRAME_2_BYTES } from '../../protocol/handshakeFrames.js';
import { prologue, selectSuite } from '../../protocol/suites.js';
import { EPHEMERAL_BYTES, KNOCK_BYTES, NOTHING, type HandshakeParts, type SessionKeys } from './exchange.js';

/** The bytes and keys of one handshake on the side that dials; the initiator machine says when. */
export class InitiatorExchange {
  #suite: number;
  #state: HandshakeState | undefined;
  #firstPrefix: Uint8Array | undefined;
  #proof: Uint8Array | undefined;

  constructor(
    private readonly parts: HandshakeParts,
    private readonly peer: PeerId,
  ) {
    const [preferred] = parts.suites;
    assert(preferred !== undefined, 'there is a suite to offer');
    this.#suite = preferred;
  }

  hello(): Uint8Array {
    const { frame, prefix } = this.#greet(NOTHING, (h1) => prologue(h1));
    this.#firstPrefix = prefix;
    return frame;
  }

  /**
   * The second HELLO, with a fresh ephemeral key [P-3.3].
   * @throws SansfilError FRAME_MALFORMED | VERSION_UNSUPPORTED | DOWNGRADE
   */
  helloAgain(retryFrame: Uint8Array): Uint8Array {
    const first = this.#firstPrefix;
    assert(first, 'a RETRY follows a HELLO');
    const { suite, list, cookie } = decodeRetry(retryFrame);
    if (suite !== selectSuite(this.parts.suites, list)) throw new SansfilError('DOWNGRADE', `RETRY asks for suite ${suite} against the rule`);
    this.#suite = suite;
    return this.#greet(cookie, (h1) => prologue(first, { retry: retryFrame, h1 })).frame;
  }

  /**
   * All that is to be checked of frame 2, in the order of [P-3.9]; nothing of ours went out yet but HELLO.
   * @throws SansfilError HANDSHAKE_FAILED | IDENTITY_INVALID | IDENTITY_MISMATCH | SIGNATURE_INVALID | DOWNGRADE | …
   */
  async verifySecond(frame: Uint8Array): Promise<void> {
    const state = this.#begun();
    if (frame.length !== FRAME_2_BYTES) throw new SansfilError('FRAME_MALFORMED', `frame 2 has ${frame.length} bytes`);
    const { payload, h } = state.readMessage(frame);
    const { verifier, suites } = this.parts;
    const proven = await verifyIdentity({ verifier, payload, role: 'responder', h, staticPublic: state.remoteStatic, expected: this.peer });
    if (selectSuite(suites, proven.suites) !== this.#suite) throw new SansfilError('DOWNGRADE', 'the suite is not the one both lists select');
  }

  async prove(): Promise<void> {
    const state = this.#begun();
    const { signer, suites, clock } = this.parts;
    state.writeTokens();
    this.#proof = await proveIdentity({ signer, role: 'initiator', h: state.h, staticPublic: state.localStaticPublic, suites, clockMs: clock.now() });
  }

  /** Frame 3, and the keys that come of it. */
  finish(): { readonly frame: Uint8Array; readonly keys: SessionKeys } {
    const state = this.#begun();
    assert(this.#proof, 'the proof comes before frame 3');
    const frame = state.writePayload(this.#proof);
    const { send, receive } = state.split();
    const keys = { peer: this.peer, role: 'initiator', suite: this.#suite, send: new RecordCipher(send), receive: new RecordCipher(receive) } as const;
    return { frame, keys };
  }

  #greet(cookie: Uint8Array, bind: (h1: Uint8Array) => Uint8Array): { readonly frame: Uint8Array; readonly prefix: Uint8Array } {
    const { primitives, random, suites, staticKey } = this.parts;
    const fields = { suite: this.#suite, offer: suites, knock: random.bytes(KNOCK_BYTES), cookie };
    this.#state = new HandshakeState({
      primitives,
      suite: this.#suite,
      role: 'initiator',
      prologue: bind(encodeHelloPrefix(fields)),
      staticPrivate: staticKey.current(),
      ephemeralPrivate: random.bytes(EPHEMERAL_BYTES),
    });
    this.#state.writeTokens();
    return encodeHello({ ...fields, noise: this.#state.writePayload(NOTHING) });
  }

  #begun(): HandshakeState {
    assert(this.#state, 'HELLO comes first');
    return this.#state;
  }
}
