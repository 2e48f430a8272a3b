import { afterAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { FilePair, heldPair, sha256Of } from '../../support/filePair.js';

const MIB = 2 ** 20;
const DISK_BYTES = 8 * MIB;
/** Less than one chunk and its notes need twice. */
const LEFT_BYTES = 1.5 * MIB;
const run = promisify(execFile);

/** Mounting a disk that small is for root. Elsewhere it is said that nothing was held here. */
const mayMount = process.platform === 'linux' && process.getuid?.() === 0;
if (!mayMount) process.stderr.write('fullDisk.spec: only root on Linux may mount a disk of 8 MiB: a full disk was NOT tried with real processes\n');

describe('a receiver with a disk of 8 MiB', () => {
  let disk: string;
  // Lazily and first: the device is still there, and its end is that of the pair.
  afterAll(async () => {
    if (mayMount) await run('umount', ['-l', disk]);
  }, 60_000);
  const pair = heldPair(() =>
    FilePair.open({}, async (stage) => {
      disk = stage.data('board');
      if (!mayMount) return;
      await mkdir(disk, { mode: 0o700 });
      await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES},mode=700`, 'sansfil-spec', disk]);
    }),
  );

  const freeBytes = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(disk);
    return bavail * bsize;
  };
  async function source(name: string, bytes: number): Promise<string> {
    const path = join(pair().stage.folder, name);
    await writeFile(path, randomBytes(bytes));
    return path;
  }

  test('says so when it is asked to accept what does not fit, and accepts what does', async () => {
    if (!mayMount) return;
    const { board, pi } = pair();
    const path = join(pair().stage.folder, 'too large.bin');
    await writeFile(path, '');
    await truncate(path, (await freeBytes()) + MIB);
    const id = await pair().offer(path);
    await expect(pair().accept(id)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await board.transfer(id)).toMatchObject({ state: 'offered', bytes: 0 });
    await pi.ask({ type: 'transfer.cancel', id });
    const [arrived = ''] = await pair().deliver(await source('small.bin', 1_000));
    expect(await sha256Of(arrived)).toBe(await sha256Of(join(pair().stage.folder, 'small.bin')));
  }, 60_000);

  test('pauses with the reason when somebody else fills the disk meanwhile, and goes on by itself when there is room', async () => {
    if (!mayMount) return;
    const { board, pi } = pair();
    const path = await source('just fits.bin', 5 * MIB);
    const id = await pair().offer(path);
    // The sender stands still, so that the disk is full before the first byte comes.
    process.kill(pi.running.pid, 'SIGSTOP');
    await pair().accept(id);
    const ballast = join(disk, 'ballast');
    await writeFile(ballast, Buffer.alloc((await freeBytes()) - LEFT_BYTES));
    process.kill(pi.running.pid, 'SIGCONT');

    expect(await board.fact('transfer.interrupted', id)).toMatchObject({ code: 'DISK_FULL' });
    expect(await board.transfer(id)).toMatchObject({ code: 'DISK_FULL' });
    expect(await readdir(board.received)).toEqual(['small.bin']);
    await rm(ballast);

    await pair().arrived(id);
    expect(await sha256Of(join(board.received, 'just fits.bin'))).toBe(await sha256Of(path));
    expect((await board.ask({ type: 'node.show' })).sessions).toBe(1);
  }, 90_000);
});
