import { assert } from '../../base/assert.js';
import { constantTimeEqual } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import type { PeerId } from '../../base/ids.js';
import { proveIdentity, verifyIdentity } from '../../crypto/identityProof.js';
import { HandshakeState } from '../../crypto/noise/handshakeState.js';
import { RecordCipher } from '../../crypto/recordCipher.js';
import { decodeHello, encodeRetry, FRAME_3_BYTES, type HelloFrame } from '../../protocol/handshakeFrames.js';
import { prologue, selectSuite } from '../../protocol/suites.js';
import type { CookieJar } from './CookieJar.js';
import { EPHEMERAL_BYTES, sameList, type HandshakeParts, type SessionKeys } from './exchange.js';

/** Where the caller is, for cookies: its network address, or the link when there is none. */
export interface Reception {
  readonly address: string;
  readonly cookies: CookieJar;
  /** So many handshakes are under way that a HELLO must bring a cookie. */
  readonly crowded: () => boolean;
}

/** The bytes and keys of one handshake on the side that is called; the responder machine says when. */
export class ResponderExchange {
  #hello: HelloFrame | undefined;
  #retried: { readonly hello: HelloFrame; readonly suite: number; frame: Uint8Array } | undefined;
  #state: HandshakeState | undefined;
  #second: Uint8Array | undefined;
  #peer: PeerId | undefined;

  constructor(
    private readonly parts: HandshakeParts,
    private readonly reception: Reception,
  ) {}

  /** The caller, once it has proved who it is. */
  get peer(): PeerId | undefined {
    return this.#peer;
  }

  /**
   * What is to be done with that HELLO. `retry` is said once only: a second HELLO fits or is refused.
   * @throws SansfilError FRAME_MALFORMED | VERSION_UNSUPPORTED | SUITE_UNSUPPORTED | DOWNGRADE
   */
  judge(frame: Uint8Array): 'answer' | 'retry' {
    const hello = decodeHello(frame);
    const { address, cookies, crowded } = this.reception;
    if (this.#retried) {
      this.#checkSecond(hello, this.#retried.hello, this.#retried.suite);
      if (!cookies.isOurs(hello.cookie, address, hello.offer)) throw new SansfilError('FRAME_MALFORMED', 'the cookie is not the one that was given');
      this.#hello = hello;
      return 'answer';
    }
    const suite = selectSuite(hello.offer, this.parts.suites);
    if (suite === undefined) throw new SansfilError('SUITE_UNSUPPORTED');
    this.#hello = hello;
    if (suite === hello.suite && (!crowded() || cookies.isOurs(hello.cookie, address, hello.offer))) return 'answer';
    this.#retried = { hello, suite, frame: encodeRetry({ suite, list: this.parts.suites, cookie: cookies.bake(address, hello.offer) }) };
    return 'retry';
  }

  get retry(): Uint8Array {
    assert(this.#retried, 'a RETRY was decided on');
    return this.#retried.frame;
  }

  /** Makes frame 2. @throws SansfilError HANDSHAKE_FAILED on an unusable ephemeral key */
  async prove(): Promise<void> {
    const hello = this.#hello;
    assert(hello, 'HELLO comes first');
    const { primitives, signer, random, suites, staticKey, clock } = this.parts;
    const { suite, prefix, noise } = hello;
    const bound = this.#retried ? prologue(this.#retried.hello.prefix, { retry: this.#retried.frame, h1: prefix }) : prologue(prefix);
    const keys = { staticPrivate: staticKey.current(), ephemeralPrivate: random.bytes(EPHEMERAL_BYTES) };
    const state = new HandshakeState({ primitives, suite, role: 'responder', prologue: bound, ...keys });
    this.#state = state;
    state.readMessage(noise);
    state.writeTokens();
    const proof = await proveIdentity({ signer, role: 'responder', h: state.h, staticPublic: state.localStaticPublic, suites, clockMs: clock.now() });
    this.#second = state.writePayload(proof);
  }

  get second(): Uint8Array {
    assert(this.#second, 'frame 2 was made');
    return this.#second;
  }

  /**
   * All that is to be checked of frame 3, in the order of [P-3.9]; the policy is asked after it.
   * @throws SansfilError HANDSHAKE_FAILED | IDENTITY_INVALID | SIGNATURE_INVALID | DOWNGRADE | …
   */
  async verifyThird(frame: Uint8Array): Promise<PeerId> {
    const [state, hello] = [this.#state, this.#hello];
    assert(state && hello, 'frame 2 comes before frame 3');
    if (frame.length !== FRAME_3_BYTES) throw new SansfilError('FRAME_MALFORMED', `frame 3 has ${frame.length} bytes`);
    const { payload, h } = state.readMessage(frame);
    const { verifier, suites } = this.parts;
    const proven = await verifyIdentity({ verifier, payload, role: 'initiator', h, staticPublic: state.remoteStatic });
    if (!sameList(proven.suites, hello.offer)) throw new SansfilError('DOWNGRADE', 'the offer in HELLO is not the one the caller signed');
    if (selectSuite(proven.suites, suites) !== hello.suite) throw new SansfilError('DOWNGRADE', 'the suite is not the one both lists select');
    this.#peer = proven.peer;
    return proven.peer;
  }

  finish(): SessionKeys {
    const [state, hello, peer] = [this.#state, this.#hello, this.#peer];
    assert(state && hello && peer, 'the caller is known');
    const { send, receive } = state.split();
    return { peer, role: 'responder', suite: hello.suite, send: new RecordCipher(send), receive: new RecordCipher(receive) };
  }

  #checkSecond(hello: HelloFrame, first: HelloFrame, suite: number): void {
    if (!sameList(hello.offer, first.offer) || hello.suite !== suite) throw new SansfilError('DOWNGRADE', 'the second HELLO is not the one RETRY asked for');
    if (constantTimeEqual(hello.noise, first.noise)) throw new SansfilError('FRAME_MALFORMED', 'the second HELLO repeats its ephemeral key');
  }
}
