import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Subject } from 'rxjs';
import { SansfilError } from '../../../core/base/errors.js';
import { CONTROL_CLIENTS_MAX, CONTROL_LINE_BYTES_MAX, CONTROL_QUEUE_BYTES_MAX } from '../../../core/base/limits.js';
import type { Command, CommandResults, Commands } from '../../../core/events/commands.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import type { LogFields } from '../../../core/ports/logger.js';
import { ControlClient } from '../../../plugins/control-socket/client.js';
import { ControlSocket } from '../../../plugins/control-socket/ControlSocket.js';
import { socketPlace } from '../../../plugins/control-socket/socketPath.js';
import { abandonSocket } from '../../support/abandonedSocket.js';

type Answer = (command: Command) => Promise<unknown>;

let folder: string;
let events: Subject<DomainEvent>;
let logged: { event: string; fields: LogFields | undefined }[];
let answer: Answer;
let open: AsyncDisposable[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfil-control-'));
  events = new Subject();
  logged = [];
  answer = (command) => Promise.resolve({ echoed: command });
  open = [];
});

afterEach(async () => {
  for (const one of open.reverse()) await one[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function startSocket(dataFolder = folder): Promise<ControlSocket> {
  const commands: Commands = { dispatch: async (command) => (await answer(command)) as CommandResults[typeof command.type] };
  const logger = { log: (_: string, event: string, fields?: LogFields) => void logged.push({ event, fields }) };
  const socket = new ControlSocket(socketPlace(dataFolder), { events, commands, logger });
  open.push(socket);
  await socket.start();
  return socket;
}

async function call(dataFolder = folder): Promise<ControlClient> {
  const client = await ControlClient.connect(dataFolder, { lineBytesMax: 8 * CONTROL_LINE_BYTES_MAX });
  open.push(client);
  return client;
}

/** A caller that writes what it likes and collects the documents that come back until the end. */
async function raw(bytes: string | Uint8Array, until: (documents: readonly Reply[]) => boolean): Promise<readonly Reply[]> {
  const socket = connect(socketPlace(folder).path);
  let text = '';
  const documents = (): Reply[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Reply);
  await new Promise<void>((resolve, reject) => {
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      if (until(documents())) resolve();
    });
    socket.once('close', () => resolve());
    socket.once('error', reject);
    socket.write(bytes);
  });
  socket.destroy();
  return documents();
}

interface Reply {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data: { readonly code: string } };
}

const one = (documents: readonly Reply[]): boolean => documents.length >= 1;
const request = (id: number, method: string, params?: unknown): string => `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
const command = (id: number, text = 'hello'): string => request(id, 'dispatch', { command: { type: 'message.send', to: 'board', text } });

describe('a device behind its control socket', () => {
  test('runs a command and returns what it returns', async () => {
    await startSocket();
    const client = await call();
    expect(await client.dispatch({ type: 'friend.accept', name: 'board' })).toEqual({ echoed: { type: 'friend.accept', name: 'board' } });
  });

  test('hands over an error with its code and message', async () => {
    answer = () => Promise.reject(new SansfilError('FRIEND_UNKNOWN', "no friend 'board'"));
    await startSocket();
    const client = await call();
    await expect(client.dispatch({ type: 'friend.accept', name: 'board' })).rejects.toMatchObject({ code: 'FRIEND_UNKNOWN', message: "no friend 'board'" });
    expect(await raw(command(7), one)).toEqual([
      { jsonrpc: '2.0', id: 7, error: { code: -32000, message: "no friend 'board'", data: { code: 'FRIEND_UNKNOWN' } } },
    ]);
  });

  test('tells a failure that is a bug as one, and logs it', async () => {
    answer = () => Promise.reject(new TypeError('x is not a function'));
    await startSocket();
    expect(await raw(command(1), one)).toMatchObject([{ id: 1, error: { data: { code: 'BUG' } } }]);
    expect(logged).toContainEqual({ event: 'control.failed', fields: { why: 'x is not a function' } });
  });

  test('serves two callers at once, and a slow command holds nobody up', async () => {
    let release: (value: unknown) => void = () => undefined;
    answer = (asked) => (asked.type === 'account.login' ? new Promise((resolve) => (release = resolve)) : Promise.resolve(asked.type));
    await startSocket();
    const [first, second] = [await call(), await call()];
    const slow = first.dispatch({ type: 'account.login' });
    expect(await first.dispatch({ type: 'node.show' })).toBe('node.show');
    expect(await second.dispatch({ type: 'account.show' })).toBe('account.show');
    release('late');
    expect(await slow).toBe('late');
  });

  test('answers whoever said all it had to say and closed its side', async () => {
    await startSocket();
    const socket = connect({ path: socketPlace(folder).path, allowHalfOpen: true });
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('utf8')));
    socket.end(command(3));
    await new Promise((resolve) => socket.once('end', resolve));
    socket.destroy();
    expect(JSON.parse(text)).toMatchObject({ id: 3, result: { echoed: { text: 'hello' } } });
  });

  test('tells every watcher every fact, until it closes', async () => {
    await startSocket();
    const [first, second] = [await call(), await call()];
    const heard: string[] = [];
    const both = new Promise<void>((resolve) => {
      const hear = (who: string) => (event: DomainEvent) => {
        heard.push(`${who} ${event.type}`);
        if (heard.length === 2) resolve();
      };
      void first
        .watch(hear('first'))
        .then(() => second.watch(hear('second')))
        .then(() => events.next({ type: 'node.stopped' }));
    });
    await both;
    expect(heard.sort()).toEqual(['first node.stopped', 'second node.stopped']);
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
    await eventually(() => !events.observed);
  });

  test('cuts a watcher that does not read, and goes on with the others', async () => {
    await startSocket();
    const deaf = connect(socketPlace(folder).path);
    await new Promise<void>((resolve) => {
      deaf.write(request(1, 'watch'));
      deaf.once('data', () => resolve());
    });
    deaf.pause();
    const text = 'x'.repeat(64_000);
    const facts = Math.ceil((CONTROL_QUEUE_BYTES_MAX * 2) / text.length);
    for (let i = 0; i < facts && logged.length === 0; i++) {
      events.next({ type: 'fault', where: 'spec', code: 'BUG', detail: text });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(logged.map(({ event }) => event)).toContain('control.cut');
    expect(await (await call()).dispatch({ type: 'node.show' })).toEqual({ echoed: { type: 'node.show' } });
    deaf.destroy();
  });

  test('ends its callers when it stops, and takes its file away', async () => {
    const socket = await startSocket();
    const client = await call();
    answer = () => new Promise(() => undefined);
    const pending = client.dispatch({ type: 'account.login' });
    await Promise.all([expect(pending).rejects.toMatchObject({ code: 'NOT_RUNNING' }), socket[Symbol.asyncDispose]()]);
    await expect(ControlClient.connect(folder, { lineBytesMax: 1_000 })).rejects.toMatchObject({ code: 'NOT_RUNNING' });
    await expect(stat(socketPlace(folder).path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test(`takes ${CONTROL_CLIENTS_MAX} callers and no more`, async () => {
    await startSocket();
    for (let i = 0; i < CONTROL_CLIENTS_MAX; i++) await (await call()).dispatch({ type: 'node.show' });
    const tooMany = await call();
    await expect(tooMany.dispatch({ type: 'node.show' })).rejects.toMatchObject({ code: 'NOT_RUNNING' });
  });
});

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
    await startSocket();
    const next = command(99);
    const sent = typeof bytes === 'string' ? bytes + next : Buffer.concat([bytes, Buffer.from(next)]);
    const replies = await raw(sent, (documents) => documents.length >= 2);
    const bad = replies.find(({ id }) => id !== 99);
    expect(bad?.error?.code).toBe(code);
    expect(bad?.error?.data.code).toMatch(/COMMAND_INVALID|METHOD_UNKNOWN/);
    expect(replies.find(({ id }) => id === 99)?.result).toMatchObject({ echoed: { text: 'hello' } });
  });

  test('a line of the greatest length is taken, a longer one ends the connection with a reason', async () => {
    await startSocket();
    const frame = request(1, 'nothing', '');
    const longest = request(1, 'nothing', 'x'.repeat(CONTROL_LINE_BYTES_MAX + 1 - frame.length));
    expect(longest.length).toBe(CONTROL_LINE_BYTES_MAX + 1);
    expect(await raw(longest, one)).toMatchObject([{ id: 1, error: { code: -32601 } }]);
    const closed = await raw(longest.replace('x', 'xx') + command(2), () => false);
    expect(closed).toMatchObject([{ id: null, error: { code: -32600, data: { code: 'REQUEST_TOO_LARGE' } } }]);
  });

  test('a line without an end is not kept', async () => {
    await startSocket();
    expect(await raw('x'.repeat(3 * CONTROL_LINE_BYTES_MAX), () => false)).toMatchObject([{ error: { data: { code: 'REQUEST_TOO_LARGE' } } }]);
  });

  test('a caller that vanishes in the middle of a command hurts nobody', async () => {
    let release: (value: unknown) => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      answer = () => {
        resolve();
        return new Promise((settle) => (release = settle));
      };
    });
    await startSocket();
    const socket = connect(socketPlace(folder).path);
    socket.write(command(1));
    await asked;
    socket.destroy();
    release('nobody hears this');
    answer = () => Promise.resolve('well');
    expect(await (await call()).dispatch({ type: 'node.show' })).toBe('well');
  });
});

describe('the place of the control socket', () => {
  test('is in the data folder, for its owner only', async () => {
    await startSocket();
    const { mode } = await stat(join(folder, 'control.sock'));
    expect(mode & 0o777).toBe(0o600);
  });

  test('is a private folder when the path is too long for a socket', async () => {
    const deep = join(folder, 'a'.repeat(60), 'b'.repeat(60));
    await mkdir(deep, { recursive: true });
    const { path, privateFolder } = socketPlace(deep);
    open.push({ [Symbol.asyncDispose]: () => rm(privateFolder ?? '', { recursive: true }) });
    await startSocket(deep);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100);
    expect((await stat(privateFolder ?? '')).mode & 0o777).toBe(0o700);
    expect(await (await call(deep)).dispatch({ type: 'node.show' })).toEqual({ echoed: { type: 'node.show' } });
  });

  test('in a folder others may enter is neither used nor called', async () => {
    const deep = join(folder, 'a'.repeat(60), 'c'.repeat(60));
    await mkdir(deep, { recursive: true });
    const { privateFolder = '' } = socketPlace(deep);
    await mkdir(privateFolder);
    await chmod(privateFolder, 0o755);
    open.push({ [Symbol.asyncDispose]: () => rm(privateFolder, { recursive: true }) });
    await expect(startSocket(deep)).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' });
    await expect(ControlClient.connect(deep, { lineBytesMax: 1_000 })).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' });
  });

  test('is the same by a link to the data folder', async () => {
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'link'));
    expect(socketPlace(join(folder, 'link'))).toEqual(socketPlace(join(folder, 'real')));
  });

  test('on Windows is a pipe named after the data folder', () => {
    expect(socketPlace(folder, 'win32').path).toMatch(/^\\\\\.\\pipe\\sansfil-[0-9a-f]{16}$/);
  });

  test('that a killed device left is taken over', async () => {
    await abandonSocket(socketPlace(folder).path);
    expect((await stat(socketPlace(folder).path)).isSocket()).toBe(true);
    await startSocket();
    expect(await (await call()).dispatch({ type: 'node.show' })).toEqual({ echoed: { type: 'node.show' } });
  });

  test('where another device answers is left alone', async () => {
    await startSocket();
    await expect(startSocket()).rejects.toMatchObject({ code: 'DATA_IN_USE' });
    expect(await (await call()).dispatch({ type: 'node.show' })).toEqual({ echoed: { type: 'node.show' } });
  });

  test('where a file stands that is no socket is left alone', async () => {
    await writeFile(join(folder, 'control.sock'), 'precious');
    await expect(startSocket()).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' });
  });
});

describe('a caller of the control socket', () => {
  test('is told when nobody runs there', async () => {
    await expect(ControlClient.connect(folder, { lineBytesMax: 1_000 })).rejects.toMatchObject({ code: 'NOT_RUNNING' });
    await expect(ControlClient.connect(join(folder, 'nowhere'), { lineBytesMax: 1_000 })).rejects.toMatchObject({ code: 'NOT_RUNNING' });
    await abandonSocket(socketPlace(folder).path);
    await expect(ControlClient.connect(folder, { lineBytesMax: 1_000 })).rejects.toMatchObject({ code: 'NOT_RUNNING' });
  });

  test.each([
    ['no JSON', 'no json\n'],
    ['a list', '[]\n'],
    ['an answer to nothing', '{"id":5,"result":1}\n'],
    ['a fact that is none', '{"method":"fact","params":{"event":7}}\n'],
    ['a line without an end', 'x'.repeat(2_000)],
  ])('ends the connection when it hears %s', async (_, bytes) => {
    const server = createServer((socket) => void socket.once('data', () => socket.write(bytes)));
    await new Promise<void>((resolve) => server.listen(socketPlace(folder).path, resolve));
    open.push({ [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) });
    const client = await ControlClient.connect(folder, { lineBytesMax: 1_000 });
    open.push(client);
    await expect(client.dispatch({ type: 'node.show' })).rejects.toMatchObject({ code: 'FRAME_MALFORMED' });
  });
});

/** For what the other side of a socket notices a moment later; a spec that waits in vain fails by its own time limit. */
async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
