import { beforeEach, describe, expect, test } from '@jest/globals';
import { Node } from '../../core/engine/Node.js';
import type { Transport } from '../../core/ports/transport.js';
import { encodeManifest } from '../../core/protocol/manifest.js';
import { MemoryFileSink, MemoryFileSource } from '../../core/simulation/memoryFiles.js';
import { MemoryStores } from '../../core/simulation/memoryStores.js';
import { Network } from '../../core/simulation/Network.js';
import { Rng } from '../../core/simulation/Rng.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';
import { toyFileCipher } from '../../core/simulation/toyFileCipher.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { MemoryTransport } from '../../transports/memory/MemoryTransport.js';
import { manifestOf } from '../support/handmadeSender.js';
import { peerOf, rejection, transferIdOf } from '../support/samples.js';

describe('a device that starts', () => {
  const steps: string[] = [];
  let node: Node;

  beforeEach(async () => {
    steps.length = 0;
    const clock = new VirtualClock();
    const network = new Network({ clock, rng: new Rng(1) });
    const stores = new MemoryStores();
    const manifest = encodeManifest(manifestOf([1_000]));
    await stores.transfers.put({ id: transferIdOf(1), peer: peerOf(9), direction: 'in', state: 'paused', manifest, paths: [''], createdMs: 0 });
    const { chunks } = stores.transfers;
    stores.transfers.chunks = (...which) => {
      steps.push('transfer read');
      return chunks.apply(stores.transfers, which);
    };
    class Heard extends MemoryTransport {
      override listen(...how: Parameters<Transport['listen']>): ReturnType<Transport['listen']> {
        steps.push('listens');
        return super.listen(...how);
      }
    }
    const primitives = toyPrimitives();
    node = new Node(
      {
        ...toyIdentity('pi'),
        ...stores,
        sink: new MemoryFileSink(),
        source: new MemoryFileSource(),
        clock,
        primitives,
        cipher: toyFileCipher(primitives),
        random: new Rng(2),
        logger: { log: () => undefined },
        transports: [new Heard(network, 'pi')],
        directories: [],
      },
      { version: '0.0.0', listen: ['memory://pi:1'] },
    );
  });

  test('[P-6.9] knows its transfers before anybody can call and offer them again', async () => {
    await node.start();
    expect(steps).toEqual(['transfer read', 'listens']);
    await node.stop();
  });

  test('starts once, however often it is asked', async () => {
    const first = node.start();
    expect(await rejection(node.start())).toBe('STOPPED');
    await first;
    expect(steps).toEqual(['transfer read', 'listens']);
    expect((await node.dispatch({ type: 'node.show' })).addresses).toEqual(['memory://pi:1']);
    await node.stop();
  });
});
