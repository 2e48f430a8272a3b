import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import {
  HALF_OPEN_MAX,
  KEEP_ALIVE_S,
  SansfilError,
  SESSIONS_MAX,
  streamLink,
  type ByteStream,
  type Clock,
  type ErrorCode,
  type Link,
  type Listening,
  type Logger,
  type Transport,
} from '../../core/index.js';
import { Connections } from './Connections.js';
import { adopt, Reads, TcpStream } from './ownMemory.js';
import { foldMapped, formatHostPort, parseHostPort, reachableAddresses } from './addresses.js';

const SOCKET_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_S * 1000 };
/** What the system says of an address it cannot listen on. */
const LISTEN_CODES: Readonly<Record<string, ErrorCode>> = { EADDRINUSE: 'PORT_IN_USE', EADDRNOTAVAIL: 'ADDRESS_INVALID', EAFNOSUPPORT: 'ADDRESS_INVALID' };

/** Frames over TCP, PROTOCOL [P-2.2]: `u16 length ‖ frame`. Addresses are `host:port`. */
export class TcpTransport implements Transport {
  readonly scheme = 'tcp';
  readonly #clock: Clock;
  readonly #logger: Logger;
  #links = 0;

  constructor({ clock, logger }: { readonly clock: Clock; readonly logger: Logger }) {
    this.#clock = clock;
    this.#logger = logger;
  }

  async dial(address: string, { signal }: { readonly signal: AbortSignal }): Promise<Link> {
    const { host, port } = parseHostPort(address);
    if (port === 0) throw new SansfilError('ADDRESS_INVALID', 'port 0 cannot be dialled');
    const reads = new Reads();
    const socket = await connected(host, port, reads, signal);
    return this.#link(new TcpStream(socket, reads), socket.remoteAddress);
  }

  async listen(address: string, onLink: (link: Link) => void): Promise<Listening> {
    const connections = new Connections(SESSIONS_MAX + HALF_OPEN_MAX);
    const server = createServer({ ...SOCKET_OPTIONS, pauseOnConnect: true }, (accepted) => {
      // Without an address it was gone before we looked: there is nobody to count it against and nobody to talk to.
      const { remoteAddress } = accepted;
      const { socket, stream } = adopt(accepted);
      if (remoteAddress === undefined || !connections.admit(socket)) socket.destroy();
      else onLink(this.#link(stream, remoteAddress));
    });
    await listening(server, address);
    server.on('error', (error) => this.#logger.log('warn', 'tcp.acceptFailed', { detail: error.message }));
    const { address: host, port } = server.address() as AddressInfo;
    return {
      address: formatHostPort({ host, port }),
      // Links already accepted belong to others and live on, so there is no end of theirs to wait for.
      [Symbol.asyncDispose]: () => {
        server.close();
        return Promise.resolve();
      },
    };
  }

  reachableAt(listening: string): readonly string[] {
    return reachableAddresses(listening, networkInterfaces());
  }

  #link(stream: ByteStream, remote: string | undefined): Link {
    return streamLink(stream, `tcp-${++this.#links}`, { clock: this.#clock, ...(remote === undefined ? {} : { remote: foldMapped(remote) }) });
  }
}

function connected(host: string, port: number, { onread }: Reads, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(SansfilError.from(signal.reason, 'LINK_FAILED'));
      return;
    }
    const socket = createConnection({ host, port, ...SOCKET_OPTIONS, onread }).pause();
    const settle = (): void => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
    };
    const fail = (error: Error): void => {
      settle();
      socket.destroy();
      reject(new SansfilError('LINK_FAILED', error.message, { cause: error }));
    };
    const abort = (): void => {
      settle();
      socket.on('error', () => undefined).destroy();
      reject(SansfilError.from(signal.reason, 'LINK_FAILED'));
    };
    socket.on('error', fail);
    signal.addEventListener('abort', abort);
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
  });
}

function listening(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const { host, port } = parseHostPort(address);
    const fail = (error: NodeJS.ErrnoException): void => {
      reject(
        new SansfilError(LISTEN_CODES[error.code ?? ''] ?? 'LINK_FAILED', `cannot listen on ${address}: ${error.code ?? error.message}`, { cause: error }),
      );
    };
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}
