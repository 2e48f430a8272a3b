import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControlClient } from '../../plugins/control-socket/client.js';
import { builtAt } from '../support/builtProgram.js';

let folder: string;
let children: ChildProcess[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfil-endings-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function start(...argv: readonly string[]): { child: ChildProcess; ended: Promise<number | NodeJS.Signals | null> } {
  const child = spawn(process.execPath, [builtAt('apps/cli/main.js'), ...argv, '--data', folder], { stdio: 'pipe' });
  children.push(child);
  return { child, ended: new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal))) };
}

const said = (stream: NodeJS.ReadableStream | null, text: string): Promise<void> =>
  new Promise((resolve) => {
    let all = '';
    stream?.on('data', (chunk: Buffer) => {
      all += chunk.toString('utf8');
      if (all.includes(text)) resolve();
    });
  });

describe('how processes end', () => {
  test('a device nobody listens to any longer stops in good order', async () => {
    const { child, ended } = start('run', '--listen', '127.0.0.1:0', '--directory', '127.0.0.1:1', '--json');
    await said(child.stdout, 'node.started');
    await using device = await ControlClient.connect(folder, { lineBytesMax: 100_000 });
    child.stdout?.destroy();
    // Its facts no longer find a reader.
    await expect(device.dispatch({ type: 'account.register', name: 'ada' })).rejects.toMatchObject({ name: 'ControlError' });
    expect(await ended).toBe(0);
    expect(existsSync(join(folder, 'control.sock'))).toBe(false);
  });

  test('a device goes on when only its remarks find no reader', async () => {
    const { child, ended } = start('run', '--listen', '127.0.0.1:0');
    await said(child.stderr, 'is running');
    child.stderr?.destroy();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(existsSync(join(folder, 'control.sock'))).toBe(false);
  });

  test('a device that waits for its directory to give it a name stops when it is told to', async () => {
    const callers: Socket[] = [];
    const silent = createServer((socket) => void callers.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { child, ended } = start('run', '--listen', '127.0.0.1:0', '--directory', `127.0.0.1:${port}`, '--name', 'ada');
    await said(child.stderr, 'is running');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    for (const caller of callers) caller.destroy();
    silent.close();
  });

  test('a device whose key file is gone does not go on as somebody else', async () => {
    const first = start('run', '--listen', '127.0.0.1:0');
    await said(first.child.stderr, 'is running');
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    const [file, copy] = [join(folder, 'identity.pem'), join(folder, 'copy.pem')];
    await rename(file, copy);
    const other = start('run', '--listen', '127.0.0.1:0');
    await Promise.all([said(other.child.stderr, 'IDENTITY_CORRUPT'), expect(other.ended).resolves.toBe(1)]);
    await rename(copy, file);
    const again = start('run', '--listen', '127.0.0.1:0');
    await said(again.child.stderr, 'is running');
  });

  test('a message without an end is refused as soon as it is too long', async () => {
    const { child, ended } = start('message', 'board');
    child.stdin?.on('error', () => undefined);
    const flood = (): void => {
      while (child.stdin?.write('x'.repeat(60_000)) === true);
    };
    child.stdin?.on('drain', flood);
    flood();
    await said(child.stderr, 'MESSAGE_TOO_LONG');
    expect(await ended).toBe(2);
  });
});
