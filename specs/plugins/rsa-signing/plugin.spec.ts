import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Container } from 'inversify';
import { SETTINGS } from '../../../core/ports/settings.js';
import { SIGNER, VERIFIER } from '../../../core/ports/signer.js';
import plugin from '../../../plugins/rsa-signing/index.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfil-signing-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function loaded(options: Readonly<Record<string, unknown>>): Promise<Container> {
  const container = new Container();
  container.bind(SETTINGS).toConstantValue({ version: '0.0.0', dataFolder: folder, optionsOf: () => options });
  await plugin.register({ provide: (token) => container.bind(token) });
  return container;
}

describe('the rsa-signing plugin', () => {
  test('makes no identity for a process that only verifies', async () => {
    const container = await loaded({});
    await container.getAsync(VERIFIER);
    expect(await readdir(folder)).toEqual([]);
  });

  test('gives one signer of the size that was asked for', async () => {
    const container = await loaded({ bits: 2048 });
    const signer = await container.getAsync(SIGNER);
    expect(await container.getAsync(SIGNER)).toBe(signer);
    expect((await container.getAsync(VERIFIER)).identify(signer.spki)).toEqual({ peerId: signer.peerId, modulusBytes: 256 });
    expect(await readdir(folder)).toEqual(['identity.pem']);
  });

  test.each([{ bits: 1024 }, { bits: '2048' }, { salt: 20 }])('refuses the options %j by name', async (options) => {
    const container = await loaded(options);
    await expect(container.getAsync(SIGNER)).rejects.toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(await readdir(folder)).toEqual([]);
  });

  test('provides what its manifest says', () => {
    expect(plugin).toMatchObject({ name: 'rsa-signing', api: 1, needs: [SETTINGS], provides: [SIGNER, VERIFIER] });
  });
});
