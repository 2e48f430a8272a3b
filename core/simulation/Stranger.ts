import { HANDSHAKE_MS_MAX } from '../base/limits.js';
import type { Link } from '../ports/transport.js';
import { encodeHello } from '../protocol/handshakeFrames.js';
import { DEFAULT_SUITES } from '../protocol/suites.js';
import type { Network } from './Network.js';
import type { Rng } from './Rng.js';

const HOST = 'stranger';
/** Longer than any handshake may take: until then only who was called can end it. */
const PATIENCE_MS = 2 * HANDSHAKE_MS_MAX;
/** Of a call in which something is said at all. */
const HELLO = 0.7;

/** Somebody who calls devices and does not go on: says nothing, or a HELLO like any other and nothing more. */
export class Stranger {
  constructor(
    private readonly network: Network,
    private readonly rng: Rng,
  ) {}

  call(address: string): void {
    this.network.dial(HOST, address.slice(address.indexOf('://') + 3), new AbortController().signal).then(
      (link) => this.#hold(link),
      // Nobody is there, or cannot be reached: then nobody waits for this caller either.
      () => undefined,
    );
  }

  #hold(link: Link): void {
    const { clock } = this.network;
    const patience = clock.setTimeout(() => void link.close(), PATIENCE_MS);
    link.attach({ frame: () => undefined, drained: () => undefined, closed: () => clock.clearTimeout(patience) });
    if (this.rng.chance(HELLO)) link.send(this.#hello());
  }

  #hello(): Uint8Array {
    const { rng } = this;
    return encodeHello({ suite: 1, offer: DEFAULT_SUITES, knock: rng.bytes(16), cookie: new Uint8Array(0), noise: rng.bytes(32) }).frame;
  }
}
