import { concat } from '../../core/base/bytes.js';
import type { SessionKeys } from '../../core/engine/handshake/exchange.js';
import { InitiatorExchange } from '../../core/engine/handshake/InitiatorExchange.js';
import { StaticKey } from '../../core/engine/handshake/StaticKey.js';
import { decodeRecord, encodeRecord } from '../../core/protocol/codec.js';
import type { Record } from '../../core/protocol/frames.js';
import { handshakeFrameKind } from '../../core/protocol/handshakeFrames.js';
import { DEFAULT_SUITES } from '../../core/protocol/suites.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';
import type { Wire } from './simLinks.js';
import type { Party, SessionWorld } from './sessionWorld.js';

export const READY: Record = { type: 'ready', maxRecord: 65_518, features: 0 };

/** A device that can do everything wrong: it has keys, and no rules. */
export class RawPeer {
  readonly received: Uint8Array[] = [];
  ended = false;
  keys: SessionKeys | undefined;
  /** Called right after frame 3 was sent, before the other side can have read it. */
  afterThird: () => void = () => undefined;
  readonly id;
  readonly wire: Wire;
  readonly #exchange: InitiatorExchange;

  constructor(
    readonly world: SessionWorld,
    called: Party,
    name = 'raw',
    remote: string | undefined = name,
  ) {
    const identity = toyIdentity(name);
    this.id = identity.signer.peerId;
    const [random, clock, primitives] = [world.rng.fork(`${name} ${world.net.wires.length}`), world.clock, toyPrimitives()];
    const parts = { ...identity, primitives, clock, random, suites: DEFAULT_SUITES, staticKey: new StaticKey(random, clock) };
    this.#exchange = new InitiatorExchange(parts, called.id);
    this.wire = world.net.connect(called.name, remote);
    this.wire.caller.attach({
      frame: (bytes) => this.received.push(bytes.slice()),
      drained: () => undefined,
      closed: () => {
        this.ended = true;
      },
    });
  }

  hello(): void {
    this.wire.caller.send(this.#exchange.hello());
  }

  /** HELLO, and once more when asked for. */
  async ask(): Promise<void> {
    this.hello();
    await this.world.run(10);
    const [answer] = this.received;
    if (answer && handshakeFrameKind(answer) === 'retry') {
      this.wire.caller.send(this.#exchange.helloAgain(answer));
      await this.world.run(10);
    }
  }

  /** The whole handshake, but READY. */
  async shakeHands(): Promise<void> {
    await this.ask();
    await this.#exchange.verifySecond(this.received.at(-1) ?? new Uint8Array(0));
    await this.#exchange.prove();
    const { frame, keys } = this.#exchange.finish();
    this.keys = keys;
    this.received.length = 0;
    this.wire.caller.send(frame);
    this.afterThird();
    await this.world.run(10);
  }

  async open(): Promise<this> {
    await this.shakeHands();
    this.send(READY);
    await this.world.run(10);
    return this;
  }

  send(record: Record): void {
    this.sendPlaintext(encodeRecord(record));
  }

  sendPlaintext(plaintext: Uint8Array): Uint8Array {
    return this.sendRaw(concat(Uint8Array.of(0), this.keys?.send.seal(plaintext) ?? plaintext));
  }

  sendRaw(frame: Uint8Array): Uint8Array {
    this.wire.caller.send(frame);
    return frame;
  }

  /** What came since the last call, decrypted. */
  read(): readonly Record[] {
    const { keys } = this;
    return keys ? this.received.splice(0).map((frame) => decodeRecord(keys.receive.open(frame.subarray(1)))) : [];
  }
}
