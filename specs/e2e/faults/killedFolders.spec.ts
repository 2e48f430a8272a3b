import { describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { DeadlyTransfers } from '../../support/deadlyTransfers.js';
import { DyingPair, method, sends, type Phase } from '../../support/dyingPair.js';
import { held } from '../../support/held.js';
import { namesIn } from '../../support/namesIn.js';
import type { Site } from '../../support/processes.js';

const MIB = 2 ** 20;
const SMALL_FILES = 60;
const LARGE_BYTES = 3 * MIB + 77;
const TIDY_MS_MAX = 10_000;

const store = (call: string, says?: string): Site => method('plugins/sqlite-store/SqliteTransferStore', call, says);
const hears = (record: string): Site => method('core/engine/Transfers', 'record', record);
const source = (call: string): Site => method('apps/shared/nodeFileSource', call);
const sink = (call: string): Site => method('apps/shared/nodeFileSink', call);
const small = (call: string): Site => method('core/engine/dataPlane/SmallFiles', call);
/** In the thread that makes small files: a file is written here first, and then gets its name. */
const placing = (call: string): Site => ({ from: 'node:fs', call, says: '/small-' });

const sender = 'sender';
const receiver = 'receiver';

const NAMES_NOTED: Phase = { side: receiver, name: 'when their names are noted', first: sink('finishMany'), at: store('finished'), when: 'after' };

/** Those that a folder with many small files has and a single file has not, or has not so often. */
const PHASES: readonly Phase[] = [
  { side: sender, name: 'while small files are read', at: source('readMany'), when: 'sent' },
  { side: sender, name: 'when small files are read', at: source('readMany'), when: 'after' },
  { side: sender, name: 'before the thirtieth CHUNK', at: sends('chunk'), when: 'before', nth: 30 },
  { side: sender, name: 'after the thirtieth CHUNK has left', at: sends('chunk'), when: 'sent', nth: 30 },
  { side: sender, name: 'after the twentieth DONE has left', at: sends('done'), when: 'sent', nth: 20 },
  { side: sender, name: 'when the twentieth answer to DONE arrives', at: hears('done'), when: 'before', nth: 20 },
  { side: sender, name: 'before it is noted that all arrived', at: store('put', 'done'), when: 'before' },
  { side: receiver, name: 'when the thirtieth CHUNK is announced', at: hears('chunk'), when: 'after', nth: 30 },
  { side: receiver, name: 'when a small file is opened', at: small('add'), when: 'after', nth: 10 },
  { side: receiver, name: 'before the pack is made', at: sink('pack'), when: 'before' },
  { side: receiver, name: 'when the pack is made', at: sink('pack'), when: 'after' },
  { side: receiver, name: 'when the pack is synced', at: small('sync'), when: 'after' },
  { side: receiver, name: 'before the map of chunks is stored', first: sink('pack'), at: store('setChunks'), when: 'before' },
  { side: receiver, name: 'before small files are made', at: sink('finishMany'), when: 'before' },
  { side: receiver, name: 'before the fifth small file has its name', at: placing('linkSync'), when: 'before', nth: 5 },
  { side: receiver, name: 'when the fifth small file has its name', at: placing('linkSync'), when: 'after', nth: 5 },
  { side: receiver, name: 'when small files are made', at: sink('finishMany'), when: 'after' },
  { side: receiver, name: 'before their names are noted', first: sink('finishMany'), at: store('finished'), when: 'before' },
  NAMES_NOTED,
  { side: receiver, name: 'before they are synced', at: sink('settle'), when: 'before' },
  { side: receiver, name: 'when they are synced', at: sink('settle'), when: 'after' },
  { side: receiver, name: 'when the end is noted', at: store('put', 'done'), when: 'after' },
  { side: receiver, name: 'before the pack is removed', at: sink('discard'), when: 'before' },
];

/** Of a receiver that was killed when the names were noted, as it makes good what may be missing, while it starts again. */
const SECOND_DEATHS: readonly Phase[] = [
  { side: receiver, name: 'before what was made is looked at again', at: sink('mend'), when: 'before' },
  { side: receiver, name: 'while what was made is looked at again', at: sink('mend'), when: 'sent' },
  { side: receiver, name: 'when what was made is as it was', at: sink('mend'), when: 'after' },
  { side: receiver, name: 'when that is synced', first: sink('mend'), at: sink('settle'), when: 'after' },
];

type Deaths = readonly [first: Phase, second?: Phase];
const DEATHS: readonly Deaths[] = [...PHASES.map((phase): Deaths => [phase]), ...SECOND_DEATHS.map((second): Deaths => [NAMES_NOTED, second])];

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What a folder holds: the hash of each file, `folder` of each folder that is empty. */
async function contents(folder: string, below = ''): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await namesIn(join(folder, below))) {
    const name = join(below, entry);
    if (!(await lstat(join(folder, name))).isDirectory()) found.set(name, sha256(await readFile(join(folder, name))));
    else {
      const inside = await contents(folder, name);
      for (const [path, hash] of inside.size === 0 ? [[name, 'folder'] as const] : inside) found.set(path, hash);
    }
  }
  return found;
}

describe('a device that is killed in the middle of a folder', () => {
  const pair = held(() => DyingPair.open());
  const deaths = (): DeadlyTransfers => new DeadlyTransfers(pair());

  const received = (name: string): string => join(pair().stage.data('board'), 'received', name);
  const incoming = (): Promise<string[]> => namesIn(join(pair().stage.data('board'), 'incoming'));

  async function writeFolder(path: string): Promise<void> {
    for (const folder of ['a', 'b', 'nothing in it']) await mkdir(join(path, folder), { recursive: true });
    for (let n = 0; n < SMALL_FILES; n++) await writeFile(join(path, n % 2 === 0 ? 'a' : 'b', `${n}.txt`), randomBytes((n * 97) % 4_096));
    await writeFile(join(path, 'large.bin'), randomBytes(LARGE_BYTES));
  }

  /** What is private to the receiver goes when it is safe elsewhere, after everybody has heard of the end. */
  async function tidied(): Promise<readonly string[]> {
    for (let waited = 0; waited < TIDY_MS_MAX && (await incoming()).length > 0; waited += 20) await rest(20);
    return incoming();
  }

  test.each(DEATHS.map(([doom, second], at) => ({ at, side: doom.side, doom, second, how: second ? `${doom.name}, and again ${second.name}` : doom.name })))(
    'as the $side $how, leaves all of it whole in the end, and nothing twice',
    async ({ at, side, doom, second }) => {
      const name = `folder ${at}`;
      const path = join(pair().stage.folder, name);
      await writeFolder(path);
      const sent = await contents(path);
      const dying = pair()[side];
      await dying.doomTo(doom);

      await deaths().sendUntilDead(doom, dying, path);
      // What has its name is whole, at every moment; a folder may still be empty.
      for (const [file, hash] of await contents(received(name))) if (hash !== 'folder') expect([file, hash]).toEqual([file, sent.get(file)]);

      if (second) await dying.diesStarting(second);
      await dying.startFor(DEATHS[at + 1]?.find((next) => next?.side === side));
      await deaths().goOn(path);

      expect(await contents(received(name))).toEqual(sent);
      expect(await readdir(received('.'))).toEqual([name]);
      expect(await tidied()).toEqual([]);
      await rm(received(name), { recursive: true });
    },
    120_000,
  );
});
