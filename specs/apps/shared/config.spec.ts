import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDeviceConfig, readDirectoryConfig, type DeviceFlags } from '../../../apps/shared/config.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfil-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const none: DeviceFlags = {};
const write = (document: unknown): Promise<void> => writeFile(join(folder, 'config.json'), typeof document === 'string' ? document : JSON.stringify(document));

describe('the configuration of a device', () => {
  test('is empty without a file and without flags', async () => {
    expect(await readDeviceConfig(folder, none)).toEqual({});
  });

  test('comes from config.json in the data folder, and flags win', async () => {
    await write({ directory: 'panel.local', listen: ['0.0.0.0:4000'], name: 'pi', plugins: ['sqlite-store'], pluginOptions: { tcp: { keepAlive: true } } });
    expect(await readDeviceConfig(folder, { listen: ['[::1]:0', 'unix:///run/x'], name: undefined })).toEqual({
      directory: 'mqtt://panel.local:1883',
      listen: ['tcp://[::1]:0', 'unix:///run/x'],
      name: 'pi',
      plugins: ['sqlite-store'],
      pluginOptions: { tcp: { keepAlive: true } },
    });
  });

  test.each([
    ['192.0.2.7', 'mqtt://192.0.2.7:1883'],
    ['panel:1884', 'mqtt://panel:1884'],
    ['[2001:db8::1]', 'mqtt://[2001:db8::1]:1883'],
    ['mqtt://panel:1', 'mqtt://panel:1'],
    ['salle-é.local', 'mqtt://salle-é.local:1883'],
  ])('takes the directory %s as %s', async (text, url) => {
    expect(await readDeviceConfig(folder, { directory: text })).toEqual({ directory: url });
  });

  test.each([
    [{ directory: 7 }, 'directory'],
    [{ directory: 'http//x' }, 'directory'],
    [{ directory: 'a b' }, 'directory'],
    [{ directory: 'host:99999' }, 'directory'],
    [{ directory: '[::zz]:1' }, 'directory'],
    [{ listen: '0.0.0.0:1' }, 'listen'],
    [{ listen: [] }, 'listen'],
    [{ listen: ['0.0.0.0'] }, 'listen.0'],
    [{ listen: ['::1:80'] }, 'listen.0'],
    [{ plugins: [''] }, 'plugins.0'],
    [{ pluginOptions: { tcp: 7 } }, 'pluginOptions.tcp'],
    [{ log: { level: 'loud' } }, 'log.level'],
    [{ log: { file: '/x' } }, 'log.file'],
    [{ direktory: 'x' }, 'direktory'],
    ['{"__proto__":{"listen":["0.0.0.0:1"]}}', '__proto__'],
    [[], 'the document'],
    ['null', 'the document'],
    ['{"a":', 'is not JSON'],
  ])('%j is refused and the setting named', async (document, setting) => {
    await write(document);
    const refusal = readDeviceConfig(folder, none);
    await expect(refusal).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(refusal).rejects.toThrow(setting);
    await expect(refusal).rejects.toThrow(join(folder, 'config.json'));
  });

  test('a wrong flag is refused and named as one', async () => {
    await expect(readDeviceConfig(folder, { directory: 'a b' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining("--directory: 'a b'"),
    });
  });

  test('a file that cannot be read is refused, not ignored', async () => {
    await mkdir(join(folder, 'config.json'));
    await expect(readDeviceConfig(folder, none)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

test('the configuration of a directory has settings of its own', async () => {
  expect(await readDirectoryConfig(folder, { listen: '127.0.0.1:0' })).toEqual({ listen: '127.0.0.1:0' });
  await expect(readDirectoryConfig(folder, { listen: '127.0.0.1:http' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await write({ directory: 'x' });
  await expect(readDirectoryConfig(folder, {})).rejects.toThrow('directory');
});
