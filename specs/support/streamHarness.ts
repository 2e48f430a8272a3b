import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Transport } from '../../core/ports/transport.js';
import type { TransportHarness } from '../contracts/transport.contract.js';

interface StreamHarnessOptions {
  readonly transport: Transport;
  readonly address: string;
  readonly badAddress: string;
  readonly deadAddress: string;
  /** Where the raw server listens, in Node's words, and its address in the transport's. */
  readonly rawListen: { readonly host: string; readonly port: number } | { readonly path: string };
  rawAddress(server: Server): string;
  sever(socket: Socket): void;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The transport contract's harness for transports over Node's sockets; `raw` is the other end in the spec's own hands. */
export async function streamHarness(
  options: StreamHarnessOptions,
): Promise<TransportHarness & { readonly raw: Promise<Socket>; readonly dialRaw: () => ReturnType<Transport['dial']> }> {
  const sockets: Socket[] = [];
  let give: (socket: Socket) => void = () => undefined;
  const raw = new Promise<Socket>((resolve) => (give = resolve));
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    give(socket);
  });
  server.listen(options.rawListen);
  await once(server, 'listening');
  const dialRaw = (): ReturnType<Transport['dial']> => options.transport.dial(options.rawAddress(server), { signal: new AbortController().signal });
  return {
    ...{ transport: options.transport, address: options.address, badAddress: options.badAddress, deadAddress: options.deadAddress },
    raw,
    dialRaw,
    run: (promise) => promise,
    // A turn of the event loop polls every socket once; a few of them carry what is under way through kernel and streams.
    settle: async () => {
      for (let i = 0; i < 25; i++) await turn();
    },
    breakable: async () => {
      const link = await dialRaw();
      const socket = await raw;
      return { link, sever: () => options.sever(socket) };
    },
    tearDown: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
