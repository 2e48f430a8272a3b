import { expect, test } from '@jest/globals';
import { BufferPool } from '../../../core/engine/dataPlane/BufferPool.js';
import { Servings } from '../../../core/engine/fetch/Servings.js';
import { SharingParty } from '../../support/fetchParty.js';
import { NodeFileCipher } from '../../../plugins/aes-files/NodeFileCipher.js';

test('what is made safe while all stops is told to nobody, and nothing waits for that', async () => {
  const { clock, source, primitives } = new SharingParty(1);
  const faults: unknown[] = [];
  const servings = new Servings({
    contents: { find: () => Promise.resolve(undefined) },
    source,
    cipher: new NodeFileCipher(1),
    primitives,
    clock,
    pool: new BufferPool(0),
    contentChunkBytes: 2 ** 20,
    fetching: () => undefined,
    fault: (error) => faults.push(error),
  });
  await servings.stop();
  servings.grew({});
  expect(clock.pending).toBe(0);
  expect(faults).toEqual([]);
});
