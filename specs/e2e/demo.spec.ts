import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { Stage } from '../support/processes.js';

describe('the demo', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
  });
  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  }, 60_000);

  test('runs three processes through the first conversation, and leaves nothing behind', async () => {
    const { exit, document, stderr } = await stage.run(['demo', '--script']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(document).toMatchObject({ type: 'demo.done', messages: 2, file: { bytes: 8 * 1024 * 1024, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    expect(await readdir(stage.folder)).toEqual([]);
  }, 120_000);

  test('leaves its data where it is asked to', async () => {
    const { document } = await stage.run<{ folder: string }>(['demo', '--script', '--keep']);
    expect((await readdir(document.folder)).sort()).toEqual(expect.arrayContaining(['directory', 'pi', 'viewboard']));
  }, 120_000);

  test('ends its processes and removes its data when it is interrupted', async () => {
    expect(await stage.interrupt(['demo', '--script'])).toMatchObject({ exit: 1, document: { error: { code: 'STOPPED' } } });
    expect(await readdir(stage.folder)).toEqual([]);
  }, 60_000);
});
