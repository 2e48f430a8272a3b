import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { CONTROL_LINE_BYTES_MAX } from '../../../core/base/limits.js';
import { ControlClient } from '../../../plugins/control-socket/client.js';
import { socketPlace } from '../../../plugins/control-socket/socketPath.js';
import { abandonSocket } from '../../support/abandonedSocket.js';
import { command, ControlRoom, one, request } from './controlRoom.js';

let room: ControlRoom;
beforeEach(async () => {
  room = await ControlRoom.enter();
});
afterEach(() => room[Symbol.asyncDispose]());

describe('bad input at the control socket', () => {
  test.each([
    ['no JSON', '{"jsonrpc"\n', -32700],
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22, 0x0a), -32700],
    ['an empty line', '\n', -32700],
    ['a batch', '[]\n', -32600],
    ['a number', '7\n', -32600],
    ['null', 'null\n', -32600],
    ['a request without an id', '{"jsonrpc":"2.0","method":"watch"}\n', -32600],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"watch"}\n', -32600],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"watch"}\n', -32600],
    ['a method that is no string', '{"jsonrpc":"2.0","id":1,"method":["watch"]}\n', -32600],
    ['an unknown method', request(1, 'constructor'), -32601],
    ['an unknown command', request(1, 'dispatch', { command: { type: 'node.explode' } }), -32000],
    ['a command of the prototype', request(1, 'dispatch', { command: { type: 'toString' } }), -32000],
    ['a command with a value out of bounds', request(1, 'dispatch', { command: { type: 'message.send', to: 'board', text: 7 } }), -32000],
    ['a command with one field too many', request(1, 'dispatch', { command: { type: 'node.show', more: true } }), -32000],
    ['no command at all', request(1, 'dispatch'), -32000],
    [
      'a command nested beyond reason',
      request(1, 'dispatch').replace('}\n', `,"params":{"command":{"type":${'['.repeat(200_000)}${']'.repeat(200_000)}}}}\n`),
      -32000,
    ],
  ])('%s is answered with an error, and the next request is served', async (_, bytes, code) => {
    await room.startSocket();
    const next = command(99);
    const sent = typeof bytes === 'string' ? bytes + next : Buffer.concat([bytes, Buffer.from(next)]);
    const replies = await room.raw(sent, (documents) => documents.length >= 2);
    const bad = replies.find(({ id }) => id !== 99);
    expect(bad?.error?.code).toBe(code);
    expect(bad?.error?.data.code).toMatch(/COMMAND_INVALID|METHOD_UNKNOWN/);
    expect(replies.find(({ id }) => id === 99)?.result).toMatchObject({ echoed: { text: 'hello' } });
  });

  test('a line of the greatest length is taken, a longer one ends the connection with a reason', async () => {
    await room.startSocket();
    const frame = request(1, 'nothing', '');
    const longest = request(1, 'nothing', 'x'.repeat(CONTROL_LINE_BYTES_MAX + 1 - frame.length));
    expect(longest.length).toBe(CONTROL_LINE_BYTES_MAX + 1);
    expect(await room.raw(longest, one)).toMatchObject([{ id: 1, error: { code: -32601 } }]);
    const closed = await room.raw(longest.replace('x', 'xx') + command(2), () => false);
    expect(closed).toMatchObject([{ id: null, error: { code: -32600, data: { code: 'REQUEST_TOO_LARGE' } } }]);
  });

  test('a line without an end is not kept', async () => {
    await room.startSocket();
    expect(await room.raw('x'.repeat(3 * CONTROL_LINE_BYTES_MAX), () => false)).toMatchObject([{ error: { data: { code: 'REQUEST_TOO_LARGE' } } }]);
  });

  test('a caller that vanishes in the middle of a command hurts nobody', async () => {
    let release: (value: unknown) => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      room.answer = () => {
        resolve();
        return new Promise((settle) => (release = settle));
      };
    });
    await room.startSocket();
    const socket = connect(socketPlace(room.folder).path);
    socket.write(command(1));
    await asked;
    socket.destroy();
    release('nobody hears this');
    room.answer = () => Promise.resolve('well');
    expect(await (await room.call()).dispatch({ type: 'node.show' })).toBe('well');
  });
});

describe('a caller of the control socket', () => {
  test('is told when nobody runs there', async () => {
    await expect(ControlClient.connect(room.folder, { lineBytesMax: 1_000 })).rejects.toMatchObject({ code: 'NOT_RUNNING' });
    await expect(ControlClient.connect(join(room.folder, 'nowhere'), { lineBytesMax: 1_000 })).rejects.toMatchObject({ code: 'NOT_RUNNING' });
    await abandonSocket(socketPlace(room.folder).path);
    await expect(ControlClient.connect(room.folder, { lineBytesMax: 1_000 })).rejects.toMatchObject({ code: 'NOT_RUNNING' });
  });

  test('is told when what it asks is too long', async () => {
    await room.startSocket();
    const client = await room.call();
    await expect(client.dispatch({ type: 'message.send', to: 'board', text: 'x'.repeat(CONTROL_LINE_BYTES_MAX) })).rejects.toMatchObject({
      code: 'REQUEST_TOO_LARGE',
    });
  });

  test.each([
    ['no JSON', 'no json\n'],
    ['a list', '[]\n'],
    ['an answer to nothing', '{"id":5,"result":1}\n'],
    ['a fact that is none', '{"method":"fact","params":{"event":7}}\n'],
    ['a line without an end', 'x'.repeat(2_000)],
  ])('ends the connection when it hears %s', async (_, bytes) => {
    const server = createServer((socket) => void socket.once('data', () => socket.write(bytes)));
    await new Promise<void>((resolve) => server.listen(socketPlace(room.folder).path, resolve));
    room.open.push({ [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) });
    const client = await ControlClient.connect(room.folder, { lineBytesMax: 1_000 });
    room.open.push(client);
    await expect(client.dispatch({ type: 'node.show' })).rejects.toMatchObject({ code: 'FRAME_MALFORMED' });
  });
});
