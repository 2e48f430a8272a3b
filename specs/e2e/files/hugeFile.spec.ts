import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TransferId } from '../../../core/base/ids.js';
import { CHUNK_BYTES_DEFAULT } from '../../../core/base/limits.js';
import { bitmapOf } from '../../../core/protocol/bitmap.js';
import { StoreDatabase } from '../../../plugins/sqlite-store/StoreDatabase.js';
import { MemoryLogger } from '../../support/dataFolder.js';
import { heldPair, MARK_BYTES, writeSparse } from '../../support/filePair.js';

const MIB = 2 ** 20;
/** Beyond what 32 bits count, with something to tell apart on both sides of that, and at the end. */
const BYTES = 4 * 1024 * MIB + 4 * MIB + 4_711;
const PLACES = [0, 2 ** 31 - 5, 2 ** 32 - 5, 2 ** 32 + MIB, BYTES - 9];
const CHUNKS = Math.ceil(BYTES / CHUNK_BYTES_DEFAULT);
const chunkOf = (at: number): number => Math.floor(at / CHUNK_BYTES_DEFAULT);
/** Those with something else than zeros in them, and the last, which is shorter. */
const TOLD = new Set(PLACES.flatMap((place) => [chunkOf(place), chunkOf(Math.min(place + MARK_BYTES, BYTES) - 1)]));
const EMPTY = Array.from({ length: CHUNKS }, (_, index) => index).filter((index) => !TOLD.has(index));

async function read(path: string, place: number): Promise<Buffer> {
  await using file = await open(path);
  const bytes = Buffer.alloc(MARK_BYTES);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, place);
  return bytes.subarray(0, bytesRead);
}

describe('a file of more than 4 GiB', () => {
  const pair = heldPair();

  /** What both would have noted if the chunks that hold nothing had been sent in an earlier session. */
  async function noteEmptyChunks(id: TransferId): Promise<void> {
    const zeros = createHash('sha256').update(Buffer.alloc(CHUNK_BYTES_DEFAULT)).digest();
    const hashes = Buffer.alloc(zeros.length * CHUNKS);
    for (const index of EMPTY) zeros.copy(hashes, zeros.length * index);
    for (const name of ['pi', 'board']) {
      await using store = await StoreDatabase.open(pair().stage.data(name), new MemoryLogger());
      await store.transfers.setChunks(id, bitmapOf(CHUNKS, EMPTY));
      await store.transfers.setHashes(id, 0, hashes);
    }
    const incoming = join(pair().stage.data('board'), 'incoming');
    await mkdir(incoming, { recursive: true });
    await using part = await open(join(incoming, `${id}-0.part`), 'a', 0o600);
    await part.truncate(BYTES);
  }

  test('arrives whole: every byte has its place beyond 2^32 too', async () => {
    const { pi, board } = pair();
    const path = join(pair().stage.folder, 'huge.img');
    await writeSparse(path, BYTES, PLACES);
    const id = await pair().offer(path);
    await pair().accept(id);
    await pi.fact('transfer.started', id);
    await Promise.all([pi, board].map(({ running }) => running.kill()));
    await noteEmptyChunks(id);

    await Promise.all([pi, board].map((device) => device.replug()));

    const [arrived = ''] = await pair().arrived(id);
    expect((await stat(arrived)).size).toBe(BYTES);
    for (const place of PLACES) expect((await read(arrived, place)).equals(await read(path, place))).toBe(true);
  }, 90_000);
});
