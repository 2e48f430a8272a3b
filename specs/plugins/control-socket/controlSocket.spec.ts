import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { SansfilError } from '../../../core/base/errors.js';
import { CONTROL_CLIENTS_MAX, CONTROL_LINE_BYTES_MAX, CONTROL_QUEUE_BYTES_MAX } from '../../../core/base/limits.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import { ControlClient } from '../../../plugins/control-socket/client.js';
import { socketPlace } from '../../../plugins/control-socket/socketPath.js';
import { ClosingDoor } from './closingDoor.js';
import { command, ControlRoom, one, request } from './controlRoom.js';

let room: ControlRoom;
beforeEach(async () => {
  room = await ControlRoom.enter();
});
afterEach(() => room[Symbol.asyncDispose]());

describe('a device behind its control socket', () => {
  test('runs a command and returns what it returns', async () => {
    await room.startSocket();
    const client = await room.call();
    expect(await client.dispatch({ type: 'friend.accept', name: 'board' })).toEqual({ echoed: { type: 'friend.accept', name: 'board' } });
  });

  test('hands over an error with its code and message', async () => {
    room.answer = () => Promise.reject(new SansfilError('FRIEND_UNKNOWN', "no friend 'board'"));
    await room.startSocket();
    const client = await room.call();
    await expect(client.dispatch({ type: 'friend.accept', name: 'board' })).rejects.toMatchObject({ code: 'FRIEND_UNKNOWN', message: "no friend 'board'" });
    expect(await room.raw(command(7), one)).toEqual([
      { jsonrpc: '2.0', id: 7, error: { code: -32000, message: "no friend 'board'", data: { code: 'FRIEND_UNKNOWN' } } },
    ]);
  });

  test('tells a failure that is a bug as one, and logs it', async () => {
    room.answer = () => Promise.reject(new TypeError('x is not a function'));
    await room.startSocket();
    expect(await room.raw(command(1), one)).toMatchObject([{ id: 1, error: { data: { code: 'BUG' } } }]);
    expect(room.logged).toContainEqual({ event: 'control.failed', fields: { why: 'x is not a function' } });
  });

  test('serves two callers at once, and a slow command holds nobody up', async () => {
    let release: (value: unknown) => void = () => undefined;
    room.answer = (asked) => (asked.type === 'account.login' ? new Promise((resolve) => (release = resolve)) : Promise.resolve(asked.type));
    await room.startSocket();
    const [first, second] = [await room.call(), await room.call()];
    const slow = first.dispatch({ type: 'account.login' });
    expect(await first.dispatch({ type: 'node.show' })).toBe('node.show');
    expect(await second.dispatch({ type: 'account.show' })).toBe('account.show');
    release('late');
    expect(await slow).toBe('late');
  });

  test('answers whoever said all it had to say and closed its side', async () => {
    await room.startSocket();
    const socket = connect({ path: socketPlace(room.folder).path, allowHalfOpen: true });
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('utf8')));
    socket.end(command(3));
    await new Promise((resolve) => socket.once('end', resolve));
    socket.destroy();
    expect(JSON.parse(text)).toMatchObject({ id: 3, result: { echoed: { text: 'hello' } } });
  });

  test('tells every watcher every fact, until it closes', async () => {
    await room.startSocket();
    const [first, second] = [await room.call(), await room.call()];
    const heard: string[] = [];
    const both = new Promise<void>((resolve) => {
      const hear = (who: string) => (event: DomainEvent) => {
        heard.push(`${who} ${event.type}`);
        if (heard.length === 2) resolve();
      };
      void first
        .watch(hear('first'))
        .then(() => second.watch(hear('second')))
        .then(() => room.events.next({ type: 'node.stopped' }));
    });
    await both;
    expect(heard.sort()).toEqual(['first node.stopped', 'second node.stopped']);
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
    await eventually(() => !room.events.observed);
  });

  test('cuts a watcher that does not read, and goes on with the others', async () => {
    await room.startSocket();
    const deaf = connect(socketPlace(room.folder).path);
    await new Promise<void>((resolve) => {
      deaf.write(request(1, 'watch'));
      deaf.once('data', () => resolve());
    });
    deaf.pause();
    const text = 'x'.repeat(64_000);
    const facts = Math.ceil((CONTROL_QUEUE_BYTES_MAX * 2) / text.length);
    for (let i = 0; i < facts && room.logged.length === 0; i++) {
      room.events.next({ type: 'fault', where: 'spec', code: 'BUG', detail: text });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(room.logged.map(({ event }) => event)).toContain('control.cut');
    expect(await (await room.call()).dispatch({ type: 'node.show' })).toEqual({ echoed: { type: 'node.show' } });
    deaf.destroy();
  });

  test('ends its callers when it stops, and takes its file away', async () => {
    const socket = await room.startSocket();
    const client = await room.call();
    room.answer = () => new Promise(() => undefined);
    const pending = client.dispatch({ type: 'account.login' });
    await Promise.all([expect(pending).rejects.toMatchObject({ code: 'NOT_RUNNING' }), socket[Symbol.asyncDispose]()]);
    await expect(ControlClient.connect(room.folder, { lineBytesMax: 1_000 })).rejects.toMatchObject({ code: 'NOT_RUNNING' });
    await expect(stat(socketPlace(room.folder).path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('that stops while somebody calls is not running', async () => {
    const { path } = socketPlace(room.folder);
    await using door = await ClosingDoor.open(path);
    const calling = ControlClient.connect(room.folder, { lineBytesMax: 1_000 });
    door.closeNow();
    await expect(calling).rejects.toMatchObject({ code: 'NOT_RUNNING' });
  });

  test('stops although a caller does not read its answers', async () => {
    const socket = await room.startSocket();
    room.answer = () => Promise.resolve('x'.repeat(4 * CONTROL_LINE_BYTES_MAX));
    const deaf = connect(socketPlace(room.folder).path);
    await new Promise<void>((resolve) => {
      deaf.write(command(1));
      deaf.once('data', () => resolve());
    });
    deaf.pause();
    await socket[Symbol.asyncDispose]();
    deaf.destroy();
  });

  test(`takes ${CONTROL_CLIENTS_MAX} callers and no more`, async () => {
    await room.startSocket();
    for (let i = 0; i < CONTROL_CLIENTS_MAX; i++) await (await room.call()).dispatch({ type: 'node.show' });
    const tooMany = await room.call();
    await expect(tooMany.dispatch({ type: 'node.show' })).rejects.toMatchObject({ code: 'NOT_RUNNING' });
  });
});

/** For what the other side of a socket notices a moment later; a spec that waits in vain fails by its own time limit. */
async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
