import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { CONTROL_CLIENTS_MAX, SansfilError, type Extension } from '../../core/index.js';
import { ControlConnection, type ControlDeps } from './ControlConnection.js';
import { NOBODY_CODES, type SocketPlace } from './socketPath.js';

const ANSWER_MS_MAX = 2_000;
/** How long a client may take to read its last answers when the device stops. */
const FAREWELL_MS_MAX = 500;

/** The device's local door: whoever may open the socket file (mode 0600, in a folder of mode 0700) may command the device. */
export class ControlSocket implements Extension {
  readonly #clients = new Set<Socket>();
  #server: Server | undefined;

  constructor(
    readonly place: SocketPlace,
    readonly deps: ControlDeps,
  ) {}

  /** @throws SansfilError DATA_IN_USE when a device answers there already, DATA_UNWRITABLE */
  async start(): Promise<void> {
    try {
      if (this.place.privateFolder !== undefined) await claimFolder(this.place.privateFolder);
      await clearStale(this.place.path);
      this.#server = await listen(this.place.path, (socket) => this.#admit(socket));
      if (process.platform !== 'win32') await chmod(this.place.path, 0o600);
    } catch (error) {
      throw isCode(error, 'EADDRINUSE') ? new SansfilError('DATA_IN_USE', undefined, { cause: error }) : SansfilError.from(error, 'DATA_UNWRITABLE');
    }
    this.#server.on('error', (error) => this.deps.logger.log('error', 'control.listening', { why: error.message }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>((done) => server.close(() => done()));
    for (const socket of this.#clients) socket.destroySoon();
    // One that does not read must not keep the device from stopping.
    const late = setTimeout(() => this.#clients.forEach((socket) => socket.destroy()), FAREWELL_MS_MAX);
    await closed;
    clearTimeout(late);
  }

  #admit(socket: Socket): void {
    if (this.#clients.size >= CONTROL_CLIENTS_MAX) {
      this.deps.logger.log('warn', 'control.full', { clients: this.#clients.size });
      socket.destroy();
      return;
    }
    this.#clients.add(socket);
    new ControlConnection(socket, this.deps).start(() => this.#clients.delete(socket));
  }
}

function listen(path: string, onSocket: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, onSocket);
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

/** A device that died left its socket file. It goes only when nobody answers there and it is a socket indeed. */
async function clearStale(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const found = await lstat(path).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (!found) return;
  if (!found.isSocket()) throw new SansfilError('DATA_UNWRITABLE', `${path} is not a socket; move it away`);
  if (await answers(path)) throw new SansfilError('DATA_IN_USE');
  // Whoever has just closed it takes its file away as well.
  await rm(path, { force: true });
}

/** A socket that neither takes nor refuses the call within the time has a living, if busy, owner. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      act();
    };
    const timer = setTimeout(() => settle(() => resolve(true)), ANSWER_MS_MAX);
    socket.once('connect', () => settle(() => resolve(true)));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(() => (NOBODY_CODES.has(error.code ?? '') ? resolve(false) : reject(error))));
  });
}

async function claimFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error;
  });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0) {
    throw new SansfilError('DATA_UNWRITABLE', `${folder} must be a folder of this user with mode 0700`);
  }
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
