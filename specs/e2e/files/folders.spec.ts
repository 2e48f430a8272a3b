import { describe, expect, test } from '@jest/globals';
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { heldPair, sha256Of } from '../../support/filePair.js';

const SMALL_FILES = 3_000;
/** As written by who sends; what arrives is the composed form. */
const NAMES = [
  'سلام يا عالم.txt',
  '教室 三 の計画.txt',
  '🎓📚👩🏽.png',
  'e\u0301cole a\u0300 midi.txt',
  'नमस्ते दुनिया.txt',
  'ภาษาไทย.txt',
  'Ελληνικά & Кириллица.txt',
  'שלום.txt',
  '.hidden',
  '-rf',
  "it's 100% of $HOME `x`.txt",
  `${'é'.repeat(125)}.txt`,
];

interface Entry {
  readonly name: string;
  readonly modifiedMs: number;
  /** Of a file; undefined: a folder. */
  readonly hash?: string;
}

/** All below a folder, in a fixed order. The time of a folder with something in it changes as that arrives. */
async function walk(folder: string, below = ''): Promise<Entry[]> {
  const found: Entry[] = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const name = join(below, entry.name);
    const path = join(folder, name);
    const modifiedMs = Math.floor((await stat(path)).mtimeMs);
    if (entry.isDirectory()) found.push({ name: name.normalize('NFC'), modifiedMs: 0 }, ...(await walk(folder, name)));
    else found.push({ name: name.normalize('NFC'), modifiedMs, hash: await sha256Of(path) });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function writeTree(root: string): Promise<void> {
  for (const folder of ['names', 'many/a', 'many/b', 'deep/1/2/3/4/5', 'empty', 'also empty/inside']) await mkdir(join(root, folder), { recursive: true });
  const write = async (name: string, content: string, at: number): Promise<void> => {
    await writeFile(join(root, name), content);
    const seconds = 1_000_000_000 + at + 0.25;
    await utimes(join(root, name), seconds, seconds);
  };
  await write('nothing in it.txt', '', 1);
  await write('deep/1/2/3/4/5/leaf', 'the bottom', 2);
  for (const [at, name] of NAMES.entries()) await write(join('names', name), `content of ${name}`, 100 + at);
  const numbers = Array.from({ length: SMALL_FILES }, (_, n) => n);
  await Promise.all(numbers.map((n) => write(`many/${n % 2 === 0 ? 'a' : 'b'}/${n}.txt`, `${n} `.repeat(n % 500), 1_000 + n)));
}

describe('a folder', () => {
  const pair = heldPair();

  test('arrives as it is: structure, empty folders and files, thousands of small ones, names in any script, times', async () => {
    const root = join(pair().stage.folder, 'Schule – 学校');
    await writeTree(root);
    const sent = await walk(root);
    await pair().deliver(root);
    const received = await walk(join(pair().board.received, 'Schule – 学校'));
    // One by one first: what differs is said by its name.
    expect(received.map(({ name }) => name)).toEqual(sent.map(({ name }) => name));
    expect(received).toEqual(sent);
    expect(sent.filter(({ hash }) => hash !== undefined)).toHaveLength(SMALL_FILES + NAMES.length + 2);
    expect(await readdir(pair().board.received)).toHaveLength(1);
  }, 120_000);

  test('that is sent twice arrives twice, and nothing of the first is touched', async () => {
    const root = join(pair().stage.folder, 'twice');
    await mkdir(join(root, 'sub'), { recursive: true });
    await writeFile(join(root, 'sub', 'a.txt'), 'first');
    await writeFile(join(root, 'b.txt'), 'first');
    await pair().deliver(root);
    const first = await walk(join(pair().board.received, 'twice'));
    await writeFile(join(root, 'sub', 'a.txt'), 'second');
    const paths = await pair().deliver(root);

    const now = await walk(pair().board.received);
    for (const entry of first.filter(({ hash }) => hash !== undefined)) expect(now).toContainEqual({ ...entry, name: `twice/${entry.name}` });
    const again = await Promise.all(paths.map(sha256Of));
    expect(new Set(again)).toEqual(new Set((await walk(root)).flatMap(({ hash }) => (hash === undefined ? [] : [hash]))));
  }, 60_000);
});
