import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { concat } from '../../core/base/bytes.js';
import type { PeerId } from '../../core/base/ids.js';
import type { SessionKeys } from '../../core/engine/handshake/exchange.js';
import { InitiatorExchange } from '../../core/engine/handshake/InitiatorExchange.js';
import { StaticKey } from '../../core/engine/handshake/StaticKey.js';
import { streamLink } from '../../core/links/streamLink.js';
import type { Link } from '../../core/ports/transport.js';
import { decodeRecord, encodeRecord } from '../../core/protocol/codec.js';
import type { Record } from '../../core/protocol/frames.js';
import { DEFAULT_SUITES } from '../../core/protocol/suites.js';
import { nodePrimitives } from '../../plugins/node-primitives/index.js';
import { IDENTITY_FILE } from '../../plugins/rsa-signing/identityFile.js';
import { RsaVerifier } from '../../plugins/rsa-signing/index.js';
import { RsaSigner } from '../../plugins/rsa-signing/RsaSigner.js';
import { parseHostPort } from '../../transports/tcp/addresses.js';
import { systemClock, systemRandom } from './realDirectory.js';

/** A friend of a running device, with that friend's own key, that may say over TCP whatever it likes. */
export class HostileFriend {
  static #calls = 0;
  /** Everything the device said, READY first. */
  readonly heard: Record[] = [];
  ended = false;
  #keys: SessionKeys | undefined;
  #frames: Uint8Array[] = [];
  #waiting: (() => void)[] = [];

  private constructor(private readonly link: Link) {
    link.attach({
      frame: (bytes) => {
        if (this.#keys) this.#read(this.#keys, bytes);
        else this.#frames.push(bytes.slice());
        this.#wake();
      },
      drained: () => undefined,
      closed: () => {
        this.ended = true;
        this.#wake();
      },
    });
  }

  /** With the identity in a data folder whose device does not run, up to an open session. */
  static async call(address: string, peer: PeerId, identityFolder: string): Promise<HostileFriend> {
    // From another address each time, where there are several: the rate of handshakes of one is not what this is about.
    const more = process.platform === 'linux' ? { localAddress: `127.0.2.${1 + (HostileFriend.#calls++ % 250)}` } : {};
    const socket = connect({ ...parseHostPort(address.replace('tcp://', '')), ...more });
    await once(socket, 'connect');
    const friend = new HostileFriend(streamLink(socket, 'hostile', { clock: systemClock }));
    await friend.#shakeHands(peer, new RsaSigner(createPrivateKey(await readFile(join(identityFolder, IDENTITY_FILE)))));
    friend.send({ type: 'ready', maxRecord: 65_518, features: 0 });
    await friend.until(() => friend.heard.length > 0);
    return friend;
  }

  send(record: Record): void {
    this.sendPlaintext(encodeRecord(record));
  }

  /** Sealed as it is, well-formed or not. */
  sendPlaintext(plaintext: Uint8Array): void {
    if (!this.#keys) throw new Error('no session');
    this.link.send(concat(Uint8Array.of(0), this.#keys.send.seal(plaintext)));
  }

  said<T extends Record['type']>(type: T): readonly Extract<Record, { readonly type: T }>[] {
    return this.heard.filter((record): record is Extract<Record, { readonly type: T }> => record.type === type);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.ended) throw new Error('the device ended the session');
      await this.#next();
    }
  }

  async untilEnded(): Promise<void> {
    while (!this.ended) await this.#next();
  }

  close(): Promise<void> {
    return this.link.close();
  }

  async #shakeHands(peer: PeerId, signer: RsaSigner): Promise<void> {
    const [random, clock] = [systemRandom, systemClock];
    const parts = { signer, verifier: new RsaVerifier(), primitives: nodePrimitives, clock, random, suites: DEFAULT_SUITES };
    const exchange = new InitiatorExchange({ ...parts, staticKey: new StaticKey(random, clock) }, peer);
    this.link.send(exchange.hello());
    await this.until(() => this.#frames.length > 0);
    await exchange.verifySecond(this.#frames[0] ?? new Uint8Array(0));
    await exchange.prove();
    const { frame, keys } = exchange.finish();
    this.#keys = keys;
    this.link.send(frame);
  }

  #read({ receive }: SessionKeys, frame: Uint8Array): void {
    if (frame[0] === 0) this.heard.push(decodeRecord(receive.open(frame.subarray(1))));
  }

  #next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
