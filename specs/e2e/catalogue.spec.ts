import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdir, open, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SharedFileView, ShareView } from '../../core/events/commands.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import type { RemoteShare } from '../../core/protocol/cataloguePages.js';
import { Stage, type Running } from '../support/processes.js';

const MIB = 2 ** 20;
const FILES = 300;
const SPARSE_BYTES = 200 * MIB;
const NAMES = ['plain.txt', 'été.txt', '字.txt', 'שלום.txt', '👩‍🚀.txt'.normalize('NFC').replaceAll('\u200d', ''), "it's.txt"];

const sha256 = (...parts: readonly Uint8Array[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** [P-6.20], with nothing of ours. */
function rootOf(bytes: number, chunks: readonly Uint8Array[]): string {
  const head = Buffer.alloc(12);
  head.writeUInt32BE(MIB, 0);
  head.writeBigUInt64BE(BigInt(bytes), 4);
  return sha256(Buffer.from('sansfil/1 content\0'), head, ...chunks.map((chunk) => sha256(chunk))).toString('hex');
}

const readyOf =
  (id: string) =>
  (event: DomainEvent): (DomainEvent & { readonly type: 'share.ready' }) | undefined =>
    event.type === 'share.ready' && event.id === id ? event : undefined;

describe('the catalogue, between two devices', () => {
  let stage: Stage;
  let directory: Running;
  let pi: Running;
  let folder: string;
  let share: ShareView;

  beforeAll(async () => {
    stage = await Stage.open();
    directory = await stage.directory();
    const [first, board] = await Promise.all([stage.device('pi', directory.address), stage.device('board', directory.address)]);
    pi = first;
    await stage.befriend({ name: 'pi', running: pi }, { name: 'board', running: board });
    folder = join(stage.folder, 'lessons');
    await mkdir(join(folder, 'nothing in it'), { recursive: true });
    await mkdir(join(folder, 'many'));
    for (let n = 0; n < FILES; n++) await writeFile(join(folder, 'many', `${n}.txt`), `lesson ${n}\n`);
    for (const name of NAMES) await writeFile(join(folder, name), name);
    await writeFile(join(folder, 'empty'), '');
    await symlink('/etc/passwd', join(folder, 'link'));
    const sparse = await open(join(folder, 'video.bin'), 'w');
    await sparse.truncate(SPARSE_BYTES);
    await sparse.close();
  }, 120_000);
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  }, 60_000);

  test('a share that is killed while it is read becomes ready after the restart, and what was read is not read again', async () => {
    share = await stage.ask<ShareView>('pi', 'share', 'add', folder, '--no-wait');
    expect(share).toMatchObject({ name: 'lessons', folder: true, state: 'hashing', path: folder });
    await pi.until('some of it to be read', (event) => (event.type === 'share.progressed' && event.bytes > 70 * MIB ? true : undefined));
    await pi.kill();
    pi = await stage.device('pi', directory.address);
    // Small files that were read and not yet noted are read again, a few KiB; the large one goes on where it was.
    const begun = await pi.until('the reading of the large file to go on', (event) => {
      const bytes = event.type === 'share.progressed' ? event.bytes : readyOf(share.id)(event)?.bytes;
      return bytes !== undefined && bytes > MIB ? bytes : undefined;
    });
    expect(begun).toBeGreaterThan(60 * MIB);
    if (begun < SPARSE_BYTES) await pi.until('the share', readyOf(share.id));
    const [listed] = await stage.ask<readonly ShareView[]>('pi', 'share');
    expect(listed).toMatchObject({ id: share.id, state: 'ready', items: FILES + NAMES.length + 3, refused: 0, waiting: { items: 0, bytes: 0 } });
  }, 120_000);

  test('a friend sees it, with the content of every file, and no link', async () => {
    const shares = await stage.ask<readonly RemoteShare[]>('board', 'browse', 'pi');
    expect(shares).toMatchObject([{ id: share.id, name: 'lessons', folder: true, ready: true, items: FILES + NAMES.length + 3 }]);
    const files = await stage.ask<readonly SharedFileView[]>('board', 'browse', 'pi', share.id.slice(0, 6));
    const byName = new Map(files.map((file) => [file.name, file]));
    expect(byName.size).toBe(FILES + NAMES.length + 3);
    expect(byName.has('lessons/link')).toBe(false);
    for (const name of NAMES) expect(byName.get(`lessons/${name}`)?.root).toBe(rootOf(Buffer.byteLength(name), [Buffer.from(name)]));
    expect(byName.get('lessons/empty')).toMatchObject({ bytes: 0, folder: false, root: rootOf(0, []) });
    expect(byName.get('lessons/nothing in it')).toMatchObject({ bytes: 0, folder: true });
    const zeros = Buffer.alloc(MIB);
    expect(byName.get('lessons/video.bin')?.root).toBe(
      rootOf(
        SPARSE_BYTES,
        Array.from({ length: 200 }, () => zeros),
      ),
    );
  });

  test('what is new, changed and gone shows when it is shared again, under the same id', async () => {
    await writeFile(join(folder, 'new.txt'), 'new');
    await writeFile(join(folder, 'plain.txt'), 'changed');
    await utimes(join(folder, 'empty'), 1, 1);
    await rm(join(folder, 'many'), { recursive: true });
    const again = await stage.ask<ShareView>('pi', 'share', 'add', `${folder}/`);
    expect(again).toMatchObject({ id: share.id, state: 'ready', items: NAMES.length + 4 });
    const files = await stage.ask<readonly SharedFileView[]>('board', 'browse', 'pi', share.id);
    const byName = new Map(files.map((file) => [file.name, file]));
    expect(byName.get('lessons/plain.txt')?.root).toBe(rootOf(7, [Buffer.from('changed')]));
    expect(byName.get('lessons/new.txt')?.root).toBe(rootOf(3, [Buffer.from('new')]));
    expect(byName.get('lessons/empty')?.modifiedMs).toBe(1_000);
    expect([...byName.keys()].some((name) => name.includes('/many'))).toBe(false);
  });

  test('names that friends could not use, and files that cannot be read, are left out and named', async () => {
    const odd = join(stage.folder, 'odd');
    await mkdir(odd);
    await writeFile(join(odd, 'fine'), '1');
    await writeFile(join(odd, 'a:b'), '2');
    await writeFile(join(odd, 'CON'), '3');
    const added = await stage.ask<ShareView>('pi', 'share', 'add', odd);
    expect(added).toMatchObject({ state: 'ready', items: 1, refused: 2 });
    expect(added.problems.map(({ name, code }) => [name.slice(odd.length + 1), code]).sort()).toEqual([
      ['CON', 'FILE_NAME_UNUSABLE'],
      ['a:b', 'FILE_NAME_UNUSABLE'],
    ]);
    await stage.ask('pi', 'share', 'remove', added.id.slice(0, 8));
    expect((await stage.run(['share', 'add', join(odd, 'a:b'), '--data', stage.data('pi')])).document).toMatchObject({ error: { code: 'FILE_NAME_UNUSABLE' } });
    expect(await stage.run(['share', 'add', join(odd, 'not there'), '--data', stage.data('pi')])).toMatchObject({
      exit: 1,
      document: { error: { code: 'FILE_UNREADABLE' } },
    });
  });

  test('what is shared no longer is seen no longer', async () => {
    expect(await stage.ask('pi', 'share', 'remove', share.id)).toEqual({ id: share.id });
    expect(await stage.ask('board', 'browse', 'pi')).toEqual([]);
    const gone = await stage.run(['browse', 'pi', share.id, '--data', stage.data('board')]);
    expect(gone).toMatchObject({ exit: 1, document: { error: { code: 'SHARE_UNKNOWN' } } });
  });

  test('who is no friend any more sees nothing', async () => {
    await writeFile(join(stage.folder, 'one.txt'), 'one');
    await stage.ask('pi', 'share', 'add', join(stage.folder, 'one.txt'));
    expect(await stage.ask('board', 'browse', 'pi')).toMatchObject([{ name: 'one.txt', folder: false, items: 1, bytes: 3 }]);
    await stage.ask('pi', 'friends', 'remove', 'board');
    const after = await stage.run<{ readonly error: { readonly code: string } }>(['browse', 'pi', '--data', stage.data('board')]);
    expect(['PEER_OFFLINE', 'FRIEND_UNKNOWN']).toContain(after.document.error.code);
  }, 60_000);
});
