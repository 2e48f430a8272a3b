import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { Link } from '../../../core/ports/transport.js';
import { TcpTransport } from '../../../transports/tcp/TcpTransport.js';
import { describeTransport } from '../../contracts/transport.contract.js';
import { freePort } from '../../support/freePort.js';
import { realClock } from '../../support/realClock.js';
import { RecordingHandler } from '../../support/recordingHandler.js';
import { streamHarness } from '../../support/streamHarness.js';

const transport = (): TcpTransport => new TcpTransport({ clock: realClock, logger: { log: () => undefined } });

const setUp = async (tcp = transport()): ReturnType<typeof streamHarness> =>
  streamHarness({
    transport: tcp,
    address: '127.0.0.1:0',
    badAddress: 'not-an-address',
    deadAddress: `127.0.0.1:${await freePort()}`,
    rawListen: { host: '127.0.0.1', port: 0 },
    rawAddress: (server) => `127.0.0.1:${(server.address() as AddressInfo).port}`,
    sever: (socket) => socket.resetAndDestroy(),
  });

describeTransport('tcp', () => setUp());

describe('[P-2.2] frames on a TCP stream', () => {
  const attached = async () => {
    const harness = await setUp();
    const link = await harness.dialRaw();
    const handler = new RecordingHandler();
    link.attach(handler);
    return { ...harness, link, handler, socket: await harness.raw };
  };

  test('a frame cut into single bytes arrives whole', async () => {
    const { link, handler, socket, settle, tearDown } = await attached();
    for (const byte of [0, 3, 7, 8, 9, 0, 1, 5]) {
      socket.write(Uint8Array.of(byte));
      await settle();
    }
    await handler.received(2);
    expect(handler.frames).toEqual([Uint8Array.of(7, 8, 9), Uint8Array.of(5)]);
    await link.close();
    await tearDown();
  });

  test('a frame of length 0 ends the link, after what came before it', async () => {
    const { link, handler, socket, tearDown } = await attached();
    socket.write(Uint8Array.of(0, 1, 42, 0, 0, 0, 1, 43));
    await handler.whenClosed;
    expect(handler.frames).toEqual([Uint8Array.of(42)]);
    expect(handler.ends).toEqual([expect.objectContaining({ code: 'FRAME_EMPTY', blame: 'peer' })]);
    await link.close();
    await tearDown();
  });

  test.each([[[0]], [[0, 5]], [[0, 5, 1, 2]]])('a stream that ends within a frame, after the bytes %j, is FRAME_TRUNCATED', async (bytes) => {
    const { link, handler, socket, tearDown } = await attached();
    socket.end(Uint8Array.of(0, 1, 42, ...bytes));
    await handler.whenClosed;
    expect(handler.frames).toEqual([Uint8Array.of(42)]);
    expect(handler.ends).toEqual([expect.objectContaining({ code: 'FRAME_TRUNCATED' })]);
    await link.close();
    await tearDown();
  });

  test('a stream that ends between frames is an end in good order', async () => {
    const { link, handler, socket, tearDown } = await attached();
    socket.end(Uint8Array.of(0, 1, 42));
    await handler.whenClosed;
    expect(handler.ends).toEqual([undefined]);
    await link.close();
    await tearDown();
  });

  test('frames sent in one go leave in one piece', async () => {
    const { link, socket, tearDown } = await attached();
    const chunks: number[] = [];
    let total = 0;
    const all = new Promise<void>((resolve) => {
      socket.on('data', (bytes) => {
        chunks.push(bytes.length);
        total += bytes.length;
        if (total === 100 * 52) resolve();
      });
    });
    for (let n = 0; n < 100; n++) link.send(new Uint8Array(50).fill(n));
    await all;
    expect(chunks.length).toBeLessThanOrEqual(2);
    socket.end();
    await link.close();
    await tearDown();
  });

  test('a link whose stream is gone before a paused owner heard its end leaves no timer behind', async () => {
    const timers = new Set<unknown>();
    const clock = {
      ...realClock,
      setTimeout: (callback: () => void, ms: number) => {
        const timer = realClock.setTimeout(callback, ms);
        timers.add(timer);
        return timer;
      },
      clearTimeout: (timer: unknown) => {
        realClock.clearTimeout(timer);
        timers.delete(timer);
      },
    };
    const harness = await setUp(new TcpTransport({ clock, logger: { log: () => undefined } }));
    const link = await harness.dialRaw();
    const handler = new RecordingHandler();
    handler.onFrame = () => link.pause();
    link.attach(handler);
    (await harness.raw).end(Uint8Array.of(0, 1, 1, 0, 1, 2));
    await handler.received(1);
    await harness.settle();
    handler.onFrame = () => undefined;
    link.resume();
    await handler.whenClosed;
    await link.close();
    expect([handler.frames.length, timers.size]).toEqual([2, 0]);
    await harness.tearDown();
  });

  test('close gives up on a peer that never reads and never closes', async () => {
    let expire: () => void = () => undefined;
    const clock = { ...realClock, setTimeout: (callback: () => void) => ((expire = callback), 1), clearTimeout: () => undefined };
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const sockets: { destroy(): unknown }[] = [];
    server.on('connection', (socket) => sockets.push(socket));
    const tcp = new TcpTransport({ clock, logger: { log: () => undefined } });
    const link = await tcp.dial(`127.0.0.1:${(server.address() as AddressInfo).port}`, { signal: new AbortController().signal });
    const handler = new RecordingHandler();
    link.attach(handler);
    const closed = link.close();
    expire();
    await closed;
    expect(handler.ends).toEqual([undefined]);
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});

describe('a listening TCP transport', () => {
  test('on IPv6 `[::]:0` says its real port and folds the address of an IPv4 caller', async () => {
    const tcp = transport();
    let accept: (link: Link) => void = () => undefined;
    const accepted = new Promise<Link>((resolve) => (accept = resolve));
    const listening = await tcp.listen('[::]:0', (link) => accept(link));
    const port = Number(/^\[::\]:([1-9]\d*)$/.exec(listening.address)?.[1]);
    expect(port).toBeGreaterThan(0);
    const caller = createConnection({ host: '127.0.0.1', port });
    const link = await accepted;
    expect(link.remote).toBe('127.0.0.1');
    caller.destroy();
    await link.close();
    await listening[Symbol.asyncDispose]();
  });

  test('an address of no interface of ours is ADDRESS_INVALID', async () => {
    await expect(transport().listen('192.0.2.1:0', () => undefined)).rejects.toMatchObject({ code: 'ADDRESS_INVALID' });
  });
});
