import { beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHUNK_BYTES_DEFAULT, TRANSFER_WINDOW_BYTES } from '../../../core/base/limits.js';
import { DeadlyTransfers } from '../../support/deadlyTransfers.js';
import { DyingPair, method, sends, sqlCommit, type Phase } from '../../support/dyingPair.js';
import { held } from '../../support/held.js';
import { namesIn } from '../../support/namesIn.js';
import type { Site } from '../../support/processes.js';

const MIB = 2 ** 20;
/** Handshakes, records, headers of frames. */
const OVERHEAD_BYTES = MIB;
/** What may be sent again after a death: what was in flight, and chunks that were not noted. */
const AGAIN_BYTES_MAX = TRANSFER_WINDOW_BYTES + 2 * CHUNK_BYTES_DEFAULT + OVERHEAD_BYTES;
/** More than that, so that sending all of it again would show. */
const FILE_BYTES = AGAIN_BYTES_MAX + MIB + 4_711;

const store = (call: string, says?: string): Site => method('plugins/sqlite-store/SqliteTransferStore', call, says);
const sendsBulk = method('core/engine/session/RecordSender', 'sendBulk');
const hears = (record: string): Site => method('core/engine/Transfers', 'record', record);
const hearsBulk = method('core/engine/Transfers', 'bulk');
const cipher = (call: string): Site => method('plugins/aes-files/NodeFileCipher', call);
const part = (call: string): Site => method('apps/shared/nodePart', call);
const sink = (call: string): Site => method('apps/shared/nodeFileSink', call);
const folder = (call: string): Site => method('apps/shared/heldFolder', call);
const file = (call: string): Site => ({ from: 'node:fs/promises', of: 'FileHandle', call });
const disk = (call: string, says: string): Site => ({ from: 'node:fs/promises', call, says });

const sender = 'sender';
const receiver = 'receiver';

/** From the offer to the moment both sides know that the file is there. */
const PHASES: readonly Phase[] = [
  { side: sender, name: 'before an offer is stored', at: store('put', 'offered'), when: 'before' },
  { side: sender, name: 'when an offer is committed', first: store('put', 'offered'), at: sqlCommit, when: 'after' },
  { side: sender, name: 'before OFFER is sealed', at: sends('offer'), when: 'before' },
  { side: sender, name: 'after OFFER has left', at: sends('offer'), when: 'sent' },
  { side: sender, name: 'when ACCEPT arrives', at: hears('accept'), when: 'before' },
  { side: sender, name: 'when it is noted that a transfer began', at: store('put', 'active'), when: 'after' },
  { side: sender, name: 'when the first chunk is sealed', at: cipher('seal'), when: 'after' },
  { side: sender, name: 'before the third CHUNK', at: sends('chunk'), when: 'before', nth: 3 },
  { side: sender, name: 'after the third CHUNK has left', at: sends('chunk'), when: 'sent', nth: 3 },
  { side: sender, name: 'in the middle of the bytes of a chunk', at: sendsBulk, when: 'sent', nth: 10 },
  { side: sender, name: 'when the first CHUNKS_OK arrives', at: hears('chunksOk'), when: 'before' },
  { side: sender, name: 'when the second CHUNKS_OK is counted', at: hears('chunksOk'), when: 'after', nth: 2 },
  { side: sender, name: 'before the hashes are stored', at: store('setHashes'), when: 'before' },
  { side: sender, name: 'when the hashes are stored', at: store('setHashes'), when: 'after' },
  { side: sender, name: 'before DONE', at: sends('done'), when: 'before' },
  { side: sender, name: 'after DONE has left', at: sends('done'), when: 'sent' },
  { side: sender, name: 'when the answer to DONE arrives', at: hears('done'), when: 'before' },
  { side: sender, name: 'before it is noted that the file arrived', at: store('put', 'done'), when: 'before' },
  { side: sender, name: 'when it is noted that the file arrived', at: store('put', 'done'), when: 'after' },
  { side: receiver, name: 'when OFFER arrives', at: hears('offer'), when: 'before' },
  { side: receiver, name: 'before an offer is noted', at: store('put', 'offered'), when: 'before' },
  { side: receiver, name: 'when an offer is noted', at: store('put', 'offered'), when: 'after' },
  { side: receiver, name: 'before the answer of its person is noted', at: store('put', 'active'), when: 'before' },
  { side: receiver, name: 'when the answer of its person is noted', at: store('put', 'active'), when: 'after' },
  { side: receiver, name: 'before ACCEPT', at: sends('accept'), when: 'before' },
  { side: receiver, name: 'after ACCEPT has left', at: sends('accept'), when: 'sent' },
  { side: receiver, name: 'when the third CHUNK is announced', at: hears('chunk'), when: 'after', nth: 3 },
  { side: receiver, name: 'in the middle of the bytes of a chunk', at: hearsBulk, when: 'after', nth: 40 },
  { side: receiver, name: 'when a chunk is deciphered', at: cipher('open'), when: 'after', nth: 2 },
  { side: receiver, name: 'before the fourth write', at: part('write'), when: 'before', nth: 4 },
  { side: receiver, name: 'after the fourth write', at: part('write'), when: 'after', nth: 4 },
  { side: receiver, name: 'before the first sync', at: file('datasync'), when: 'before' },
  { side: receiver, name: 'after the second sync', at: part('sync'), when: 'after', nth: 2 },
  { side: receiver, name: 'before the map of chunks is stored', at: store('setChunks'), when: 'before', nth: 2 },
  { side: receiver, name: 'when the map of chunks is stored', at: store('setChunks'), when: 'after', nth: 2 },
  { side: receiver, name: 'before CHUNKS_OK', at: sends('chunksOk'), when: 'before', nth: 2 },
  { side: receiver, name: 'after CHUNKS_OK has left', at: sends('chunksOk'), when: 'sent', nth: 2 },
  { side: receiver, name: 'when DONE arrives', at: hears('done'), when: 'before' },
  { side: receiver, name: 'when the hashes are stored', at: store('setHashes'), when: 'after' },
  { side: receiver, name: 'before the file is dressed', at: sink('finish'), when: 'before' },
  { side: receiver, name: 'before the last sync', at: file('utimes'), when: 'after' },
  { side: receiver, name: 'before the file has its name', at: disk('link', '.part'), when: 'before' },
  { side: receiver, name: 'when the file has its name', at: disk('link', '.part'), when: 'after' },
  { side: receiver, name: 'when the name is synced', at: folder('sync'), when: 'after' },
  { side: receiver, name: 'before the name is noted', first: sink('finish'), at: store('finished'), when: 'before' },
  { side: receiver, name: 'when the name is noted', first: sink('finish'), at: store('finished'), when: 'after' },
  { side: receiver, name: 'after its DONE has left', at: sends('done'), when: 'sent' },
  { side: receiver, name: 'before the end is noted', at: store('put', 'done'), when: 'before' },
  { side: receiver, name: 'when the end is noted', at: store('put', 'done'), when: 'after' },
  { side: receiver, name: 'before the part is removed', at: disk('rm', '.part'), when: 'before' },
  { side: receiver, name: 'when the part is removed', at: sink('discard'), when: 'after' },
];

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a device that is killed in the middle of a file', () => {
  const bytes = randomBytes(FILE_BYTES);
  const hash = sha256(bytes);
  const pair = held(() => DyingPair.open());
  const deaths = (): DeadlyTransfers => new DeadlyTransfers(pair());
  let source: string;
  beforeAll(async () => {
    source = join(pair().stage.folder, 'source');
    await writeFile(source, bytes);
  });

  const received = (): string => join(pair().stage.data('board'), 'received');
  const incoming = (): string => join(pair().stage.data('board'), 'incoming');

  /** Under its final name a file is whole, or it is not there. */
  async function wholeFiles(): Promise<string[]> {
    const names = await namesIn(received());
    for (const name of names) expect(sha256(await readFile(join(received(), name)))).toBe(hash);
    return names;
  }

  test.each(PHASES.map((phase, at) => ({ ...phase, at, doom: phase })))(
    'as the $side $name, leaves the file whole in the end',
    async ({ side, at, doom }) => {
      const name = `phase ${at}.bin`;
      const path = join(pair().stage.folder, name);
      await link(source, path);
      const dying = pair()[side];
      await dying.doomTo(doom);
      for (const { proxy } of [pair().sender, pair().receiver]) proxy.forget();

      await deaths().sendUntilDead(doom, dying, path);
      expect([[], [name]]).toContainEqual(await wholeFiles());

      await dying.startFor(PHASES.slice(at + 1, at + 2).find((next) => next.side === side));
      await deaths().goOn(path);

      expect(await wholeFiles()).toEqual([name]);
      expect(await namesIn(incoming())).toEqual([]);
      const carried = pair().sender.proxy.carriedBytes + pair().receiver.proxy.carriedBytes;
      expect(carried).toBeLessThan(FILE_BYTES + AGAIN_BYTES_MAX);
      await rm(join(received(), name));
    },
    120_000,
  );
});
