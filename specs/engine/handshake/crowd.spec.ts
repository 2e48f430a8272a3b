import { describe, expect, test } from '@jest/globals';
import { HALF_OPEN_MAX } from '../../../core/base/limits.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Signer } from '../../../core/ports/signer.js';
import { toyIdentity } from '../../../core/simulation/syncCrypto.js';
import { RawPeer } from '../../support/rawPeer.js';
import { SessionWorld, type Party } from '../../support/sessionWorld.js';

/** One processor that makes one signature after the other. */
class SlowSigner implements Signer {
  asked = 0;
  underWay = 0;
  mostUnderWay = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly signer: Signer,
    private readonly clock: Clock,
    private readonly ms: number,
  ) {}

  get peerId() {
    return this.signer.peerId;
  }

  get spki() {
    return this.signer.spki;
  }

  sign(label: string, parts: readonly Uint8Array[]): Promise<Uint8Array> {
    this.asked++;
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    const turn = this.#last.then(() => new Promise<void>((resolve) => this.clock.setTimeout(() => resolve(), this.ms)));
    this.#last = turn;
    return turn.then(() => {
      this.underWay--;
      return this.signer.sign(label, parts);
    });
  }
}

async function slowBoard(signatureMs: number): Promise<{ world: SessionWorld; board: Party; signer: SlowSigner }> {
  const world = new SessionWorld();
  const { signer, verifier } = toyIdentity('board');
  const slow = new SlowSigner(signer, world.clock, signatureMs);
  return { world, signer: slow, board: await world.party('board', { identity: { signer: slow, verifier } }) };
}

describe('[P-3.17] a device whose signatures take their time', () => {
  test.each([
    { friends: 250, signatureMs: 4 },
    { friends: 200, signatureMs: 20 },
    { friends: 250, signatureMs: 60 },
  ])('lets in $friends friends that call at once, and makes few for nothing, at $signatureMs ms each', async ({ friends, signatureMs }) => {
    const { world, board, signer } = await slowBoard(signatureMs);
    world.net.latencyMs = () => 10;
    const callers: Party[] = [];
    for (let n = 0; n < friends; n++) callers.push(await world.party(`friend ${n}`));
    for (const caller of callers) caller.want(board);
    await world.run(2 * friends * signatureMs + 1_000);
    expect(board.registry.sessions()).toHaveLength(friends);
    expect(signer.asked).toBeLessThan(1.25 * friends);
  });

  test.each([
    ['stay', (): void => undefined],
    ['leave', (peer: RawPeer) => void peer.wire.caller.close()],
  ])('never has more of them to make than there are places, for callers that say HELLO and %s', async (_, goOn) => {
    const { world, board, signer } = await slowBoard(1_000);
    for (let n = 0; n < 300; n++) {
      const peer = new RawPeer(world, board, `caller ${n}`, `10.0.${n % 100}.1`);
      await peer.ask();
      goOn(peer);
    }
    expect(signer.mostUnderWay).toBe(HALF_OPEN_MAX);
  });
});
