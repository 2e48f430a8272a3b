import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type Server, type Socket } from 'node:net';
import { generate, parser, type Packet } from 'mqtt-packet';
import { Rng } from '../../core/simulation/Rng.js';
import { MqttDirectory } from '../../transports/mqtt/index.js';
import { Ears } from '../support/directoryParty.js';

const TAG = 'abcdefghijklmnopqrstuvwxye';
type Behaviour = (packet: Packet, say: (packet: Packet) => void, socket: Socket) => void;

const accept = (packet: Packet, say: (packet: Packet) => void): void => {
  if (packet.cmd === 'connect') say({ cmd: 'connack', returnCode: 0, sessionPresent: false });
  if (packet.cmd === 'subscribe') say({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: packet.subscriptions.map(() => 1) });
  if (packet.cmd === 'publish' && packet.qos > 0) say({ cmd: 'puback', messageId: packet.messageId ?? 0 });
};
const requestIdOf = (packet: Packet): unknown => (packet.cmd === 'publish' ? (JSON.parse(packet.payload.toString()) as { id: unknown }).id : undefined);

describe('a device before a hostile broker', () => {
  let server: Server;
  let behave: Behaviour;
  const sockets = new Set<Socket>();
  const ears = (): Ears => new Ears();
  const url = (): string => {
    const address = server.address();
    return `mqtt://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  };
  const credentials = { tag: TAG, token: 'token', will: new Uint8Array(8) };
  const connect = (handler = ears(), signal = new AbortController().signal) =>
    new MqttDirectory({ requestMs: 300, connectMs: 300 }).connect({ url: url(), credentials, signal }, handler);

  beforeEach(async () => {
    server = createServer((socket) => {
      sockets.add(socket);
      const say = (packet: Packet): void => void socket.write(generate(packet, { protocolVersion: 4 }));
      const reading = parser({ protocolVersion: 4 });
      reading.on('packet', (packet: Packet) => behave(packet, say, socket));
      socket.on('error', () => socket.destroy()).on('data', (bytes) => void reading.parse(bytes));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test.each([
    [1, 'DIRECTORY_REFUSED'],
    [2, 'DIRECTORY_REFUSED'],
    [3, 'DIRECTORY_REFUSED'],
    [4, 'TOKEN_EXPIRED'],
    [5, 'TOKEN_INVALID'],
    [200, 'DIRECTORY_REFUSED'],
  ])('[P-7.6] reads refusal %i as %s', async (returnCode, code) => {
    behave = (packet, say) => packet.cmd === 'connect' && say({ cmd: 'connack', returnCode, sessionPresent: false });
    await expect(connect()).rejects.toMatchObject({ code });
  });

  test('gives up on a broker that says nothing, that hangs up, and that is not there', async () => {
    behave = () => undefined;
    await expect(connect()).rejects.toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
    behave = (_packet, _say, socket) => socket.destroy();
    await expect(connect()).rejects.toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
    const nobody = new MqttDirectory().connect({ url: 'mqtt://127.0.0.1:1', signal: new AbortController().signal }, ears());
    await expect(nobody).rejects.toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
  });

  test('leaves a broker that does not acknowledge, and takes its connection down', async () => {
    behave = (packet, say) => packet.cmd !== 'publish' && accept(packet, say);
    const connection = await connect();
    const publishing = connection.publishPresence(new Uint8Array(8));
    const socket = [...sockets].at(-1);
    const gone = new Promise((resolve) => socket?.once('close', resolve));
    await Promise.all([expect(publishing).rejects.toMatchObject({ code: expect.stringMatching(/^DIRECTORY_/) }), connection.close(), gone]);
  });

  test('gives up when nobody waits any longer', async () => {
    behave = () => undefined;
    const giveUp = new AbortController();
    const connecting = connect(ears(), giveUp.signal);
    giveUp.abort();
    await expect(connecting).rejects.toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
  });

  test.each(['mqtt://', 'mqtts://h:1', 'http://h:1', 'mqtt://user@h:1', 'mqtt://h:1/path', 'mqtt://h:99999', 'h:1', ''])(
    'refuses the address %p',
    async (address) => {
      const connecting = new MqttDirectory().connect({ url: address, signal: new AbortController().signal }, ears());
      await expect(connecting).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    },
  );

  test('is not let in by a broker that does not grant it its own topics', async () => {
    behave = (packet, say) => {
      if (packet.cmd === 'subscribe') say({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: packet.subscriptions.map(() => 128) });
      else accept(packet, say);
    };
    await expect(connect()).rejects.toMatchObject({ code: 'DIRECTORY_REFUSED' });
  });

  const down = `sansfil/1/rpc/${TAG}/down`;
  const say1 = (topic: string, payload: string | Buffer): Packet => ({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false });
  const ANSWERS: readonly (readonly [string, (id: unknown) => string | Buffer])[] = [
    ['nothing', () => ''],
    ['no JSON', () => '{"id":'],
    ['no UTF-8', () => Buffer.from([0xff, 0xfe])],
    ['an answer to somebody else', () => '{"jsonrpc":"2.0","id":99999,"result":1}'],
    ['an answer to nobody', () => '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}'],
    ['too much', () => Buffer.alloc(70_000, 0x20)],
    ['neither result nor error', (id) => JSON.stringify({ jsonrpc: '2.0', id })],
    ['depth', () => '['.repeat(30_000)],
  ];
  test.each(ANSWERS)('does not take %s for an answer', async (_what, answer) => {
    behave = (packet, say) => {
      accept(packet, say);
      if (packet.cmd === 'publish') say(say1(down, answer(requestIdOf(packet))));
    };
    const connection = await connect();
    await expect(connection.request('account.show', {})).rejects.toMatchObject({ code: 'DIRECTORY_TIMEOUT' });
    await connection.close();
  });

  test('believes no error code that only we could know', async () => {
    behave = (packet, say) => {
      accept(packet, say);
      const error = { code: -32_000, message: 'x', data: { code: 'DISK_FULL' } };
      if (packet.cmd === 'publish') say(say1(down, JSON.stringify({ jsonrpc: '2.0', id: requestIdOf(packet), error })));
    };
    const connection = await connect();
    await expect(connection.request('account.show', {})).rejects.toMatchObject({ code: 'DIRECTORY_MALFORMED' });
    await connection.close();
  });

  test('hears no notice that is no JSON, and no presence that is too long or on no topic of ours', async () => {
    const handler = ears();
    behave = (packet, say) => {
      accept(packet, say);
      if (packet.cmd !== 'publish') return;
      for (const topic of ['', 'x', '$SYS/x', `sansfil/1/presence/${'x'.repeat(26)}`, `sansfil/1/rpc/${TAG}/up`]) say(say1(topic || '/', 'x'));
      say(say1(`sansfil/1/inbox/${TAG}`, '{'));
      say(say1(`sansfil/1/presence/${TAG}`, Buffer.alloc(10_000)));
      say(say1(`sansfil/1/inbox/${TAG}`, '{"type":"friends.changed"}'));
      say(say1(down, JSON.stringify({ jsonrpc: '2.0', id: requestIdOf(packet), result: 'fine' })));
    };
    const connection = await connect(handler);
    await expect(connection.request('account.show', {})).resolves.toBe('fine');
    expect([handler.notices, handler.heard]).toEqual([[{ type: 'friends.changed' }], []]);
    await connection.close();
  });

  test('ends the connection by the length a packet declares', async () => {
    const handler = ears();
    behave = (packet, say, socket) => {
      accept(packet, say);
      if (packet.cmd === 'publish') socket.write(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f));
    };
    const connection = await connect(handler);
    await expect(connection.request('account.show', {})).rejects.toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
    await handler.until(() => handler.closings.length > 0);
    expect(handler.closings[0]).toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
  });

  test('survives any bytes at any time', async () => {
    const rng = new Rng(11);
    for (let round = 0; round < 40; round++) {
      const noise = rng.bytes(1 + Math.floor(rng.uniform() * 200));
      const at = rng.uniform() < 0.5 ? 'connect' : 'publish';
      behave = (packet, say, socket) => {
        if (packet.cmd === at) socket.end(noise);
        else accept(packet, say);
      };
      const outcome = await connect()
        .then((connection) => connection.request('account.show', {}))
        .then(
          () => 'answered',
          (error: unknown) => (error as { code: string }).code,
        );
      expect(outcome).toMatch(/^DIRECTORY_(?:UNREACHABLE|REFUSED|TIMEOUT)$|^TOKEN_/);
    }
  });
});
