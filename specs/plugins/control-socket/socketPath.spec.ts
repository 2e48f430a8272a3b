import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ControlClient } from '../../../plugins/control-socket/client.js';
import { socketPlace } from '../../../plugins/control-socket/socketPath.js';
import { abandonSocket } from '../../support/abandonedSocket.js';
import { ControlRoom } from './controlRoom.js';

let room: ControlRoom;
beforeEach(async () => {
  room = await ControlRoom.enter();
});
afterEach(() => room[Symbol.asyncDispose]());

describe('the place of the control socket', () => {
  test('is in the data room.folder, for its owner only', async () => {
    await room.startSocket();
    const { mode } = await stat(join(room.folder, 'control.sock'));
    expect(mode & 0o777).toBe(0o600);
  });

  test('is a private folder when the path is too long for a socket', async () => {
    const deep = join(room.folder, 'a'.repeat(60), 'b'.repeat(60));
    await mkdir(deep, { recursive: true });
    const { path, privateFolder } = socketPlace(deep);
    room.open.push({ [Symbol.asyncDispose]: () => rm(privateFolder ?? '', { recursive: true }) });
    await room.startSocket(deep);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100);
    expect((await stat(privateFolder ?? '')).mode & 0o777).toBe(0o700);
    expect(await (await room.call(deep)).dispatch({ type: 'node.show' })).toEqual({ echoed: { type: 'node.show' } });
  });

  test('in a folder others may enter is neither used nor called', async () => {
    const deep = join(room.folder, 'a'.repeat(60), 'c'.repeat(60));
    await mkdir(deep, { recursive: true });
    const { privateFolder = '' } = socketPlace(deep);
    await mkdir(privateFolder);
    await chmod(privateFolder, 0o755);
    room.open.push({ [Symbol.asyncDispose]: () => rm(privateFolder, { recursive: true }) });
    await expect(room.startSocket(deep)).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' });
    await expect(ControlClient.connect(deep, { lineBytesMax: 1_000 })).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' });
  });

  test('is the same by a link to the data folder', async () => {
    await mkdir(join(room.folder, 'real'));
    await symlink(join(room.folder, 'real'), join(room.folder, 'link'));
    expect(socketPlace(join(room.folder, 'link'))).toEqual(socketPlace(join(room.folder, 'real')));
  });

  test('on Windows is a pipe named after the data folder', () => {
    expect(socketPlace(room.folder, 'win32').path).toMatch(/^\\\\\.\\pipe\\sansfil-[0-9a-f]{16}$/);
  });

  test('that a killed device left is taken over', async () => {
    await abandonSocket(socketPlace(room.folder).path);
    expect((await stat(socketPlace(room.folder).path)).isSocket()).toBe(true);
    await room.startSocket();
    expect(await (await room.call()).dispatch({ type: 'node.show' })).toEqual({ echoed: { type: 'node.show' } });
  });

  test('where another device answers is left alone', async () => {
    await room.startSocket();
    await expect(room.startSocket()).rejects.toMatchObject({ code: 'DATA_IN_USE' });
    expect(await (await room.call()).dispatch({ type: 'node.show' })).toEqual({ echoed: { type: 'node.show' } });
  });

  test('where a file stands that is no socket is left alone', async () => {
    await writeFile(join(room.folder, 'control.sock'), 'precious');
    await expect(room.startSocket()).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' });
  });
});
