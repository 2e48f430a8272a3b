import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PluginHost } from '../../../core/plugins/PluginHost.js';
import { SETTINGS } from '../../../core/ports/settings.js';
import { SIGNER, VERIFIER } from '../../../core/ports/signer.js';
import plugin from '../../../plugins/rsa-signing/index.js';
import { newHost } from '../../support/guest.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfil-signing-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function loaded(options: Readonly<Record<string, unknown>>): Promise<PluginHost> {
  const { host } = newHost();
  host.give(SETTINGS, { version: '0.0.0', dataFolder: folder, optionsOf: () => options });
  await host.load([plugin]);
  return host;
}

describe('the rsa-signing plugin', () => {
  test('makes no identity for a process that only verifies', async () => {
    const host = await loaded({});
    await host.get(VERIFIER);
    expect(await readdir(folder)).toEqual([]);
  });

  test('gives one signer of the size that was asked for', async () => {
    const host = await loaded({ bits: 2048 });
    const signer = await host.get(SIGNER);
    expect(await host.get(SIGNER)).toBe(signer);
    expect((await host.get(VERIFIER)).identify(signer.spki)).toEqual({ peerId: signer.peerId, modulusBytes: 256 });
    expect(await readdir(folder)).toEqual(['identity.pem']);
  });

  test.each([{ bits: 1024 }, { bits: '2048' }, { salt: 20 }])('refuses the options %j by name', async (options) => {
    const host = await loaded(options);
    await expect(host.get(SIGNER)).rejects.toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(await readdir(folder)).toEqual([]);
  });

  test('provides what its manifest says', () => {
    expect(plugin).toMatchObject({ name: 'rsa-signing', api: 1, needs: [SETTINGS], provides: [SIGNER, VERIFIER] });
  });
});
