import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareDataFolder } from '../../../apps/shared/dataFolder.js';
import { LogFile } from '../../../apps/shared/logFile.js';
import { openLogger, systemRandom, tame } from '../../../apps/shared/system.js';
import { LOG_FIELD_CHARS_MAX, LOG_FILE_BYTES_MAX } from '../../../core/base/limits.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfil-system-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the log', () => {
  test('is one JSON line for each event, whatever the fields hold', async () => {
    const file = join(folder, 'sansfil.log');
    const logger = await openLogger({ to: { file }, level: 'info' });
    logger.log('info', 'link.opened', { link: 'tcp-1', detail: 'a\nERROR fake\u001b[2J' });
    logger.log('debug', 'not.wanted');
    logger.close();
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'link.opened', link: 'tcp-1', detail: 'a\nERROR fake\u001b[2J' });
    expect(lines[0]).not.toMatch(/\u001b/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('leaves out what is named like a secret, and cuts what is too long', () => {
    expect(tame({ token: 't', password: 'p', fileKeySecret: 's', privateKey: 'k', text: 'hello', link: 'tcp-1', bytes: 7, ok: true, gone: undefined })).toEqual(
      {
        token: '[redacted]',
        password: '[redacted]',
        fileKeySecret: '[redacted]',
        privateKey: '[redacted]',
        text: '[redacted]',
        link: 'tcp-1',
        bytes: 7,
        ok: true,
      },
    );
    expect(String(tame({ why: 'x'.repeat(10_000) })['why'])).toHaveLength(LOG_FIELD_CHARS_MAX);
  });

  test('that has grown too long is set aside, while the process runs too', async () => {
    const file = join(folder, 'sansfil.log');
    await writeFile(file, 'old');
    await truncate(file, LOG_FILE_BYTES_MAX + 1);
    const logger = await openLogger({ to: { file }, level: 'info' });
    logger.log('info', 'first.line');
    logger.close();
    expect((await stat(`${file}.1`)).size).toBe(LOG_FILE_BYTES_MAX + 1);
    expect(await readFile(file, 'utf8')).toContain('first.line');
    const small = new LogFile(file, 100);
    for (let i = 0; i < 50; i++) small.write(`line ${i} of 50\n`);
    small.close();
    expect((await stat(file)).size).toBeLessThan(200);
    expect((await stat(`${file}.1`)).size).toBeLessThan(200);
    expect(await readFile(file, 'utf8')).toContain('line 49');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('leaves out what the disk does not take, and goes on', async () => {
    const file = join(folder, 'full.log');
    await symlink('/dev/full', file);
    const logger = await openLogger({ to: { file }, level: 'info' });
    for (let i = 0; i < 3; i++) logger.log('info', 'does.not.fit');
    logger.close();
  });

  test('says how much it left out', async () => {
    const file = join(folder, 'sansfil.log');
    const log = new LogFile(file, 10);
    log.write('longer than ten\n');
    await mkdir(`${file}.1`);
    log.write('nowhere to go\n');
    await rm(`${file}.1`, { recursive: true });
    log.write('goes on\n');
    log.close();
    expect(await readFile(file, 'utf8')).toMatch(/^\n\{.*"msg":"log.lost","lines":1\}\ngoes on\n$/);
  });
});

describe('the data folder', () => {
  test('is made with its parents, for its owner only', async () => {
    const path = await prepareDataFolder(join(folder, 'a', 'b'));
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  test('that others could enter is closed to them', async () => {
    await mkdir(join(folder, 'open'), { mode: 0o755 });
    await prepareDataFolder(join(folder, 'open'));
    expect((await stat(join(folder, 'open'))).mode & 0o777).toBe(0o700);
  });

  test('does not close a folder of others that was named by mistake', async () => {
    const shared = join(folder, 'shared');
    await mkdir(shared, { mode: 0o755 });
    await writeFile(join(shared, 'homework.txt'), 'not ours');
    await expect(prepareDataFolder(shared)).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' });
    expect((await stat(shared)).mode & 0o777).toBe(0o755);
    await writeFile(join(shared, 'config.json'), '{}');
    await prepareDataFolder(shared);
    expect((await stat(shared)).mode & 0o777).toBe(0o700);
  });

  test('that is a file is refused', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(prepareDataFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' });
    await expect(prepareDataFolder(join(folder, 'file', 'below'))).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' });
  });
});

test('random numbers are of the length asked for, and below one', () => {
  expect(systemRandom.bytes(32)).toHaveLength(32);
  expect(systemRandom.bytes(32)).not.toEqual(systemRandom.bytes(32));
  for (let i = 0; i < 1_000; i++) {
    const value = systemRandom.uniform();
    expect(value >= 0 && value < 1).toBe(true);
  }
});
