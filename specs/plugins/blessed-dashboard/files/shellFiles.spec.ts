import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AccountName } from '../../../../core/index.js';
import { listFolder } from '../../../../plugins/blessed-dashboard/files/listFolder.js';
import { ShellFiles } from '../../../../plugins/blessed-dashboard/files/ShellFiles.js';
import { DEFAULT_BINDINGS } from '../../../../plugins/blessed-dashboard/state/defaultKeys.js';
import { dataFolder, type DataFolder } from '../../../support/dataFolder.js';

let folder: DataFolder;
let files: ShellFiles;
beforeEach(async () => {
  folder = await dataFolder();
  files = new ShellFiles(folder.path);
});
afterEach(() => folder[Symbol.asyncDispose]());

const drafts = new Map([['Élodie' as AccountName, 'bonjour\n👩🏽‍🏫']]);

describe('what the dashboard keeps in the data folder', () => {
  test('is the usual where nothing was kept', async () => {
    expect(await files.settings('fr')).toEqual({ value: { language: 'fr', mouse: true, bell: true } });
    expect(await files.drafts()).toEqual({ value: new Map() });
    expect(await files.bindings()).toEqual({ value: DEFAULT_BINDINGS });
  });

  test('comes back as it was, readable by its owner alone', async () => {
    await files.saveSettings({ language: 'en', mouse: false, bell: false });
    await files.saveDrafts(drafts);
    const again = new ShellFiles(folder.path);
    expect(await again.settings('fr')).toEqual({ value: { language: 'en', mouse: false, bell: false } });
    expect([...(await again.drafts()).value]).toEqual([['Élodie', { text: 'bonjour\n👩🏽‍🏫', cursor: 15 }]]);
    for (const name of ['dashboard.json', 'drafts.json']) expect((await stat(join(folder.path, name))).mode & 0o777).toBe(0o600);
  });

  test('is said to be damaged and set aside when it is, never written over', async () => {
    await writeFile(join(folder.path, 'drafts.json'), '{"Élodie": "half of a');
    expect(await files.drafts()).toEqual({ value: new Map(), problem: expect.any(String) });
    await files.saveDrafts(drafts);
    expect(await readFile(join(folder.path, 'drafts.json.damaged'), 'utf8')).toContain('half of a');
    await writeFile(join(folder.path, 'dashboard.json'), '{"language": "klingon"}');
    expect(await files.settings('en')).toMatchObject({ value: { language: 'en', mouse: true }, problem: expect.stringContaining('language') });
    await writeFile(join(folder.path, 'keys.json'), 'no json');
    expect(await files.bindings()).toMatchObject({ value: DEFAULT_BINDINGS, problem: expect.any(String) });
  });

  test('says of what is damaged nothing that stands in it', async () => {
    for (const text of ['{"Élodie": "secret', 'secret', '{"Élodie": "x", secret}']) {
      await writeFile(join(folder.path, 'drafts.json'), text);
      const { problem } = await files.drafts();
      expect(problem).toMatch(/^not JSON/);
      expect(problem).not.toContain('secret');
    }
  });

  test('of two shells of one device keeps what each of them wrote', async () => {
    const [anna, bob, carl] = ['Anna', 'Bob', 'Carl'].map((name) => name as AccountName) as [AccountName, AccountName, AccountName];
    const other = new ShellFiles(folder.path);
    await files.saveDrafts(new Map([[anna, 'a']]));
    await other.drafts();
    await other.saveDrafts(
      new Map([
        [anna, 'a'],
        [bob, 'b'],
      ]),
    );
    await files.saveDrafts(
      new Map([
        [anna, 'a, changed'],
        [carl, 'c'],
      ]),
    );
    expect(Object.fromEntries((await new ShellFiles(folder.path).drafts()).value)).toMatchObject({
      Anna: { text: 'a, changed' },
      Bob: { text: 'b' },
      Carl: { text: 'c' },
    });
    await other.saveDrafts(new Map([[anna, 'a']]));
    expect(Object.keys(Object.fromEntries((await new ShellFiles(folder.path).drafts()).value))).toEqual(['Anna', 'Carl']);
  });

  test('has long drafts again', async () => {
    const long = new Map([...drafts, ['Bob' as AccountName, 'x'.repeat(1_500_000)]]);
    await files.saveDrafts(long);
    expect((await new ShellFiles(folder.path).drafts()).value.size).toBe(2);
  });

  test('is told when it cannot be written, and what was there stays', async () => {
    await files.saveDrafts(drafts);
    await mkdir(join(folder.path, `drafts.json.${process.pid}.new`));
    await expect(files.saveDrafts(new Map())).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' });
    expect((await files.drafts()).value.size).toBe(1);
  });
});

describe('a folder of this device', () => {
  test('is listed with folders first, from the home folder too', async () => {
    await mkdir(join(folder.path, 'zebra'));
    await writeFile(join(folder.path, 'a.txt'), 'abc');
    const listed = [
      { name: 'zebra', folder: true, bytes: 0 },
      { name: 'a.txt', folder: false, bytes: 3 },
    ];
    expect(await listFolder(folder.path, '/nowhere')).toEqual(listed);
    expect(await listFolder('~/', folder.path)).toEqual(listed);
    await expect(listFolder(join(folder.path, 'gone'), '/')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
