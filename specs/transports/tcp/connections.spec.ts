import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Connections } from '../../../transports/tcp/Connections.js';

describe('connections that others made', () => {
  let server: Server;
  const callers: Socket[] = [];
  beforeEach(async () => {
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    for (const caller of callers.splice(0)) caller.destroy();
    server.close();
  });

  /** Our end of a connection whose other end never closes by itself. */
  async function called(): Promise<Socket> {
    const { port } = server.address() as AddressInfo;
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    callers.push(createConnection({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined));
    const [socket] = await accepted;
    return socket;
  }

  test('are taken up to the bound, and again when one of them is gone', async () => {
    const connections = new Connections(2);
    const first = await called();
    expect([connections.admit(first), connections.admit(await called()), connections.admit(await called())]).toEqual([true, true, false]);
    first.destroy();
    await once(first, 'close');
    expect([connections.admit(await called()), connections.admit(await called())]).toEqual([true, false]);
  });

  test('make room once we have ended them, the oldest first, although the other side keeps them open', async () => {
    const connections = new Connections(3);
    const [used, older, younger] = [await called(), await called(), await called()];
    for (const socket of [used, older, younger]) connections.admit(socket);
    for (const socket of [older, younger]) await once(socket.end(), 'finish');
    const next = await called();
    expect(connections.admit(next)).toBe(true);
    expect([used, older, younger].map(({ destroyed }) => destroyed)).toEqual([false, true, false]);
    expect(connections.admit(await called())).toBe(true);
    expect(connections.admit(await called())).toBe(false);
    expect([used, younger, next].map(({ destroyed }) => destroyed)).toEqual([false, true, false]);
  });
});
