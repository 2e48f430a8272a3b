import { afterEach, describe, expect, test } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { heldPair, progressed, sha256Of, writeSparse } from '../../support/filePair.js';

const MIB = 2 ** 20;

describe('a file whose sender comes back at another address', () => {
  const pair = heldPair();
  afterEach(() => rm(pair().board.received, { recursive: true, force: true }));

  test.each(['pi', 'board'] as const)(
    'goes on when %s was killed, under the same id, with what had arrived',
    async (moving) => {
      const { pi, board } = pair();
      const path = join(pair().stage.folder, `taken along by ${moving}.bin`);
      await writeSparse(path, 256 * MIB, [0, 100 * MIB, 255 * MIB]);
      const before = pair()[moving].running.address;
      const id = await pair().offer(path);
      await pair().accept(id);
      const other = moving === 'pi' ? board : pi;
      await other.running.until('some of it', progressed(id, 1));

      await pair()[moving].replug();

      expect(pair()[moving].running.address).not.toBe(before);
      const [arrived] = await pair().arrived(id);
      expect(basename(arrived ?? '')).toBe(basename(path));
      expect(await sha256Of(arrived ?? '')).toBe(await sha256Of(path));
    },
    90_000,
  );
});
