import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TRANSFER_WINDOW_BYTES } from '../../core/base/limits.js';
import type { MessageView, TransferView } from '../../core/events/commands.js';
import { freePort } from '../support/freePort.js';
import { Stage, type Running } from '../support/processes.js';
import { RecordingProxy } from '../support/recordingProxy.js';

const MIB = 1024 * 1024;
const FILE_BYTES = 96 * MIB;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a cable that is pulled in the middle of a file', () => {
  const proxies = [new RecordingProxy(), new RecordingProxy()];
  const running: Running[] = [];
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
    const directory = await stage.directory();
    for (const [i, proxy] of proxies.entries()) {
      const port = await freePort();
      proxy.aim(port);
      running.push(await stage.device(`device${i}`, directory.address, '--listen', `127.0.0.1:${port}`, '--announce', `127.0.0.1:${await proxy.listen()}`));
    }
    const [a, b] = running as [Running, Running];
    await stage.befriend({ name: 'device0', running: a }, { name: 'device1', running: b });
  }, 120_000);

  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }, 60_000);

  const cut = (): void => proxies.forEach((proxy) => proxy.cut());

  test('costs at most what was in flight; the file arrives whole, and messages after it', async () => {
    const [a, b] = running as [Running, Running];
    const bytes = randomBytes(FILE_BYTES);
    const path = join(stage.folder, 'film.bin');
    await writeFile(path, bytes);
    const sending = stage.ask<TransferView>('device0', 'send', 'device1', path, '--wait', '--timeout', '90');
    const id = await b.until('the offer', (event) => (event.type === 'transfer.offered' && event.direction === 'in' ? event.id : undefined));
    await stage.ask('device1', 'transfers', 'accept', id);

    await b.until('some of it', (event) => (event.type === 'transfer.progressed' && event.bytes > 0 ? true : undefined));
    cut();
    await a.until('the break', (event) => (event.type === 'transfer.interrupted' && event.id === id ? true : undefined));

    expect(await sending).toMatchObject({ state: 'done', bytes: FILE_BYTES });
    const paths = await b.until('the file', (event) => (event.type === 'transfer.completed' && event.id === id ? event.paths : undefined));
    expect(sha256(await readFile(paths[0] ?? ''))).toBe(sha256(bytes));
    const carried = proxies.reduce((sum, proxy) => sum + proxy.capture.length, 0);
    expect(carried).toBeLessThan(FILE_BYTES + 2 * TRANSFER_WINDOW_BYTES + 4 * MIB);

    expect(await stage.ask<MessageView>('device1', 'message', 'device0', 'reçu', '--wait', '--timeout', '30')).toMatchObject({ state: 'delivered' });
  }, 120_000);
});
