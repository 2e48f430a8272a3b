import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Container } from 'inversify';
import { PluginHost } from '../../../core/plugins/PluginHost.js';
import { LOGGER } from '../../../core/ports/logger.js';
import { SETTINGS } from '../../../core/ports/settings.js';
import { SHARE_STORE } from '../../../core/ports/shareStore.js';
import { CONTACT_STORE, MESSAGE_STORE, SETTINGS_STORE, TRANSFER_STORE } from '../../../core/ports/stores.js';
import sqliteStore from '../../../plugins/sqlite-store/index.js';
import { dataFolder, MemoryLogger, type DataFolder } from '../../support/dataFolder.js';
import { rejection } from '../../support/samples.js';

let folder: DataFolder;
beforeEach(async () => {
  folder = await dataFolder();
});
afterEach(() => folder[Symbol.asyncDispose]());

async function host(): Promise<PluginHost> {
  const plugins = new PluginHost({ container: new Container({ defaultScope: 'Singleton' }), report: () => undefined });
  plugins.give(SETTINGS, { version: '0', dataFolder: folder.path, optionsOf: () => ({}) });
  plugins.give(LOGGER, new MemoryLogger());
  await plugins.load([sqliteStore]);
  return plugins;
}

describe('the plugin', () => {
  test('gives all five stores over one database and closes it when it is unloaded', async () => {
    const first = await host();
    const settings = await first.get(SETTINGS_STORE);
    await Promise.all([first.get(CONTACT_STORE), first.get(MESSAGE_STORE), first.get(TRANSFER_STORE), first.get(SHARE_STORE)]);
    await settings.set('key', 'value');
    await first[Symbol.asyncDispose]();
    expect(await rejection(settings.set('key', 'late'))).toBe('STOPPED');
    expect(await readdir(folder.path)).toEqual(['sansfil.db']);

    const second = await host();
    expect(await (await second.get(SETTINGS_STORE)).get('key')).toBe('value');
    await second[Symbol.asyncDispose]();
  });

  test('opens nothing before a store is asked for', async () => {
    const plugins = await host();
    await plugins[Symbol.asyncDispose]();
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('tells the application why its database cannot be opened, with the code', async () => {
    await writeFile(join(folder.path, 'sansfil.db'), 'this is no database, whatever its name says'.repeat(100));
    const plugins = await host();
    expect(await rejection(plugins.get(MESSAGE_STORE))).toBe('STORE_CORRUPT');
    await plugins[Symbol.asyncDispose]();
  });
});
