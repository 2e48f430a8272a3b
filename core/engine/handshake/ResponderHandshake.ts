import type { Actor } from 'xstate';
import { assert } from '../../base/assert.js';
import { SansfilError, type ErrorCode } from '../../base/errors.js';
import type { PeerId } from '../../base/ids.js';
import { EARLY_FRAMES_MAX } from '../../base/limits.js';
import type { HandshakeOutput } from '../../machines/handshake/initiator.machine.js';
import type { Caller, responderMachine } from '../../machines/handshake/responder.machine.js';
import type { Link, LinkHandler } from '../../ports/transport.js';
import { handshakeReasonOf } from '../../protocol/closeCodes.js';
import { decodeHandshakeError, encodeHandshakeError, FRAME_3_BYTES, handshakeFrameKind } from '../../protocol/handshakeFrames.js';
import { bindResponder, type ResponderEffects } from '../bindHandshake.js';
import type { HandshakeParts } from './exchange.js';
import type { Place } from './HalfOpen.js';
import { ask, codeOfClosed, type HandshakeHost, type Successor } from './handshakeHost.js';
import { ResponderExchange, type Reception } from './ResponderExchange.js';

export interface ResponderHost extends HandshakeHost {
  readonly place: Place;
  /** The caller said HELLO for the first time. False: it may not go on now. */
  spoke(): boolean;
  welcomes(peer: PeerId): boolean;
}

/** What a caller is told in clear before anything was signed; whatever comes later ends without a word. */
const TOLD: readonly ErrorCode[] = ['VERSION_UNSUPPORTED', 'SUITE_UNSUPPORTED', 'TOO_MANY_HALF_OPEN'];

/** One handshake with a device that called us: the link and the machine, and the frames between them. */
export class ResponderHandshake implements LinkHandler {
  readonly #exchange: ResponderExchange;
  readonly #actor: Actor<typeof responderMachine>;
  #spoken = false;
  #answered = false;
  #third: Uint8Array | undefined;
  /** READY may come before frame 3 is verified; most links wait because they are paused. */
  readonly #early: Uint8Array[] = [];
  #successor: Successor | undefined;

  constructor(
    private readonly link: Link,
    parts: HandshakeParts,
    reception: Reception,
    private readonly host: ResponderHost,
  ) {
    this.#exchange = new ResponderExchange(parts, reception);
    this.#actor = bindResponder(this.#effects(), parts.clock);
  }

  start(): void {
    this.host.census.start(this.#actor, {
      completed: () => this.#ended(this.#actor.getSnapshot().output),
      failed: (error) => {
        this.#fault(error);
        this.#ended({ mood: 'errory', code: 'BUG' });
      },
    });
    this.link.attach(this);
  }

  /** No effect once the session took over. */
  cancel(code: ErrorCode): void {
    this.#actor.send({ type: 'cancelled', code });
  }

  frame(bytes: Uint8Array): void {
    if (this.#successor) this.#successor.frame(bytes);
    else if (this.#third) this.#keep(bytes);
    else if (bytes.length === FRAME_3_BYTES) this.#readThird(bytes);
    else this.#readClear(bytes);
  }

  drained(): void {
    this.#successor?.drained();
  }

  closed(why: Error | undefined): void {
    if (this.#successor) return this.#successor.closed(why);
    this.#actor.send({ type: 'link.closed', code: codeOfClosed(why) });
  }

  #readThird(bytes: Uint8Array): void {
    this.#third = bytes.slice();
    this.link.pause();
    this.#actor.send({ type: 'frame.third' });
  }

  #keep(bytes: Uint8Array): void {
    this.#early.push(bytes.slice());
    if (this.#early.length > EARLY_FRAMES_MAX) this.#actor.send({ type: 'frame.malformed', code: 'FRAME_UNEXPECTED' });
  }

  #readClear(bytes: Uint8Array): void {
    switch (handshakeFrameKind(bytes)) {
      case 'hello':
        return this.#readHello(bytes.slice());
      case 'error':
        return this.#readHint(bytes);
      case 'overlong':
        return this.#actor.send({ type: 'frame.malformed', code: 'FRAME_TOO_LONG' });
      default:
        return this.#actor.send({ type: 'frame.malformed', code: 'FRAME_MALFORMED' });
    }
  }

  #readHello(frame: Uint8Array): void {
    const first = !this.#spoken;
    this.#spoken = true;
    if (first && !this.host.spoke()) return this.#actor.send({ type: 'frame.malformed', code: 'TOO_MANY_HALF_OPEN' });
    try {
      this.#actor.send({ type: 'frame.hello', verdict: this.#exchange.judge(frame) });
    } catch (error) {
      this.#actor.send({ type: 'frame.malformed', code: SansfilError.from(error).code });
    }
  }

  /** What it says does not matter, but that it is one [P-1.1]. */
  #readHint(bytes: Uint8Array): void {
    try {
      decodeHandshakeError(bytes);
    } catch (error) {
      return this.#actor.send({ type: 'frame.malformed', code: SansfilError.from(error).code });
    }
    this.#actor.send({ type: 'frame.error' });
  }

  #effects(): ResponderEffects {
    return {
      sendRetry: () => this.#answer(this.#exchange.retry),
      sendSecond: () => this.#answer(this.#exchange.second),
      handOver: () => this.#handOver(),
      prove: () => {
        this.#answered = true;
        return this.#serve(() => this.#exchange.prove());
      },
      verifyThird: () => this.#serve(() => this.#verifyThird()),
      failed: (error) => this.#fault(error),
    };
  }

  #answer(frame: Uint8Array): void {
    this.link.send(frame);
    this.host.place.waits();
  }

  #serve<T>(work: () => Promise<T>): Promise<T> {
    const served = ask(work, this.host);
    this.host.place.serves(served);
    return served;
  }

  async #verifyThird(): Promise<Caller> {
    assert(this.#third, 'frame 3 was received');
    return { welcome: this.host.welcomes(await this.#exchange.verifyThird(this.#third)) };
  }

  #handOver(): void {
    const successor = this.host.handOver(this.#exchange.finish());
    this.#successor = successor;
    this.#actor.send({ type: 'link.handedOver' });
    successor.start();
    for (const frame of this.#early.splice(0)) successor.frame(frame);
    this.link.resume();
  }

  #fault(error: SansfilError): void {
    this.host.fault('handshake', error);
    this.#actor.send({ type: 'fault', code: error.code });
  }

  #ended(output: HandshakeOutput | undefined): void {
    const { mood, code } = output ?? { mood: 'errory', code: 'BUG' };
    if (code === null) return;
    if (this.#spoken && !this.#answered && TOLD.includes(code)) this.link.send(encodeHandshakeError(handshakeReasonOf(code)));
    this.link.close().catch((error: unknown) => this.host.fault('link', SansfilError.from(error)));
    this.host.failed({ mood, code, peer: this.#exchange.peer });
  }
}
