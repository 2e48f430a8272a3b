import type { Actor } from 'xstate';
import { assert } from '../../base/assert.js';
import { SansfilError, type ErrorCode } from '../../base/errors.js';
import type { PeerId } from '../../base/ids.js';
import type { HandshakeOutput, initiatorMachine } from '../../machines/handshake/initiator.machine.js';
import type { Link, LinkHandler } from '../../ports/transport.js';
import { codeOfHandshakeReason } from '../../protocol/closeCodes.js';
import { decodeHandshakeError, FRAME_2_BYTES, handshakeFrameKind } from '../../protocol/handshakeFrames.js';
import { bindInitiator, type InitiatorEffects } from '../bindHandshake.js';
import type { HandshakeParts } from './exchange.js';
import { ask, codeOfClosed, type HandshakeHost, type Successor } from './handshakeHost.js';
import { InitiatorExchange } from './InitiatorExchange.js';

/** One handshake with the device we called: the link and the machine, and the frames between them. */
export class InitiatorHandshake implements LinkHandler {
  readonly #exchange: InitiatorExchange;
  readonly #actor: Actor<typeof initiatorMachine>;
  #retry: Uint8Array | undefined;
  #second: Uint8Array | undefined;
  #successor: Successor | undefined;

  constructor(
    private readonly link: Link,
    private readonly peer: PeerId,
    parts: HandshakeParts,
    private readonly host: HandshakeHost,
  ) {
    this.#exchange = new InitiatorExchange(parts, peer);
    this.#actor = bindInitiator(this.#effects(), parts.clock);
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
    if (this.#successor) return this.#successor.frame(bytes);
    if (bytes.length === FRAME_2_BYTES) {
      this.#second ??= bytes.slice();
      return this.#actor.send({ type: 'frame.second' });
    }
    switch (handshakeFrameKind(bytes)) {
      case 'retry':
        this.#retry ??= bytes.slice();
        return this.#actor.send({ type: 'frame.retry' });
      case 'error':
        return this.#readHint(bytes);
      case 'overlong':
        return this.#actor.send({ type: 'frame.malformed', code: 'FRAME_TOO_LONG' });
      default:
        return this.#actor.send({ type: 'frame.malformed', code: 'FRAME_MALFORMED' });
    }
  }

  drained(): void {
    this.#successor?.drained();
  }

  closed(why: Error | undefined): void {
    if (this.#successor) return this.#successor.closed(why);
    this.#actor.send({ type: 'link.closed', code: codeOfClosed(why) });
  }

  #readHint(bytes: Uint8Array): void {
    try {
      this.#actor.send({ type: 'frame.error', hint: codeOfHandshakeReason(decodeHandshakeError(bytes)) });
    } catch (error) {
      this.#actor.send({ type: 'frame.malformed', code: SansfilError.from(error).code });
    }
  }

  #effects(): InitiatorEffects {
    return {
      sendHello: () => void this.link.send(this.#exchange.hello()),
      sendHelloAgain: () => {
        assert(this.#retry, 'a RETRY was received');
        this.link.send(this.#exchange.helloAgain(this.#retry));
      },
      handOver: () => this.#handOver(),
      verifySecond: () => ask(() => this.#verifySecond(), this.host),
      prove: () => ask(() => this.#exchange.prove(), this.host),
      failed: (error) => this.#fault(error),
    };
  }

  async #verifySecond(): Promise<void> {
    assert(this.#second, 'frame 2 was received');
    await this.#exchange.verifySecond(this.#second);
  }

  #handOver(): void {
    const { frame, keys } = this.#exchange.finish();
    // The session listens before frame 3 leaves: the answer may come back within `send`.
    this.#successor = this.host.handOver(keys);
    this.link.send(frame);
    this.#successor.start();
    this.#actor.send({ type: 'link.handedOver' });
  }

  /** A RETRY that does not add up is the peer's doing, or somebody's in between; anything else is our own. */
  #fault(error: SansfilError): void {
    if (error.blame !== 'peer') this.host.fault('handshake', error);
    this.#actor.send({ type: 'fault', code: error.code });
  }

  #ended(output: HandshakeOutput | undefined): void {
    const { mood, code } = output ?? { mood: 'errory', code: 'BUG' };
    if (code === null) return;
    this.link.close().catch((error: unknown) => this.host.fault('link', SansfilError.from(error)));
    this.host.failed({ mood, code, peer: this.peer });
  }
}
