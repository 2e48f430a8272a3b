import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FilePair, heldPair, sha256Of } from '../../support/filePair.js';
import { freePort } from '../../support/freePort.js';
import { TamperingProxy, type Tamper } from '../../support/tamperingProxy.js';

const MIB = 2 ** 20;
const FILE_BYTES = 24 * MIB + 17;

const TAMPERS: readonly (readonly [string, Tamper])[] = [
  ['turns a bit', (piece) => Buffer.concat([piece.subarray(0, 2_000), Buffer.of((piece[2_000] ?? 0) ^ 4), piece.subarray(2_001)])],
  ['takes a whole piece away', () => Buffer.alloc(0)],
  ['lets a piece come twice', (piece) => Buffer.concat([piece, piece])],
  ['puts an older piece in its place', (piece, before) => Buffer.concat([before, before, before]).subarray(0, piece.length)],
  ['swaps the halves of a piece', (piece) => Buffer.concat([piece.subarray(piece.length >> 1), piece.subarray(0, piece.length >> 1)])],
  ['cuts the connection in the middle', () => undefined],
];

describe('somebody on the way who', () => {
  const proxies: { readonly pi: TamperingProxy[]; readonly board: TamperingProxy[] } = { pi: [], board: [] };

  /** A device that others reach only through such a proxy. */
  async function behind(name: 'pi' | 'board'): Promise<readonly string[]> {
    const port = await freePort();
    const proxy = new TamperingProxy(port);
    proxies[name].push(proxy);
    return ['--listen', `127.0.0.1:${port}`, '--announce', `127.0.0.1:${await proxy.listen()}`];
  }

  const pair = heldPair(async () => FilePair.open({ pi: await behind('pi'), board: await behind('board') }));
  afterAll(async () => {
    await Promise.all([...proxies.pi, ...proxies.board].map((proxy) => proxy.close()));
  }, 60_000);
  afterEach(() => rm(pair().board.received, { recursive: true, force: true }));

  test.each(TAMPERS)(
    '%s loses the session; the file arrives whole in the next one',
    async (what, tamper) => {
      const path = join(pair().stage.folder, `${what}.bin`);
      await writeFile(path, randomBytes(FILE_BYTES));
      // Whoever dialled, the bytes of the file go to the board.
      for (const proxy of proxies.board) proxy.plan('up', FILE_BYTES / 2, tamper);
      for (const proxy of proxies.pi) proxy.plan('down', FILE_BYTES / 2, tamper);

      const id = await pair().offer(path);
      await pair().accept(id);
      await pair().board.fact('transfer.interrupted', id);
      expect([...proxies.board, ...proxies.pi].filter(({ isPlanned }) => !isPlanned)).toHaveLength(1);
      for (const proxy of [...proxies.board, ...proxies.pi]) proxy.forget();

      const [arrived = ''] = await pair().arrived(id);
      expect(await sha256Of(arrived)).toBe(await sha256Of(path));
      expect(await readdir(pair().board.received)).toEqual([`${what}.bin`]);
    },
    60_000,
  );
});
