import { lstat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import type { CommandOf, CommandResults, CommandType, DomainEvent, ErrorCode } from '../../core/index.js';
import { LineDecoder } from './lines.js';
import { NOBODY_CODES, socketPlace } from './socketPath.js';

/*
 * Only types come from core: a verb of the command line that talks to a running device must start in a blink,
 * and core brings the container, the machines and the streams along.
 */

/** Why a device could not be asked, or what it answered. `code` is one of core's, as the device wrote it. */
export class ControlError extends Error {
  override readonly name = 'ControlError';

  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: ControlError): void;
}

/** A caller of a running device. Rejects with ControlError only. */
export class ControlClient implements AsyncDisposable {
  readonly #lines: LineDecoder;
  readonly #pending = new Map<number, Pending>();
  #ids = 0;
  #onFact: ((event: DomainEvent) => void) | undefined;
  #ended: ControlError | undefined;
  /** Resolves when the connection is over, with the reason it was lost for. */
  readonly closed: Promise<ControlError>;

  private constructor(
    readonly socket: Socket,
    lineBytesMax: number,
  ) {
    this.#lines = new LineDecoder(lineBytesMax);
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', () => undefined); // 'close' follows, and says it all: nothing but the device's end breaks a local socket.
    this.closed = new Promise((resolve) => {
      socket.once('close', () => resolve(this.#end(new ControlError('NOT_RUNNING', 'The device ended the connection: it was stopped.'))));
    });
  }

  /** @throws ControlError NOT_RUNNING when no device runs on that data folder; DATA_UNWRITABLE when its door is not ours. */
  static async connect(dataFolder: string, options: { readonly lineBytesMax: number }): Promise<ControlClient> {
    const place = socketPlace(dataFolder);
    if (place.privateFolder !== undefined) await checkOurs(place.privateFolder);
    const socket = await new Promise<Socket>((resolve, reject) => {
      const opening = connect(place.path);
      opening.once('error', (error: NodeJS.ErrnoException) => reject(refusal(error)));
      opening.once('connect', () => {
        opening.removeAllListeners('error');
        resolve(opening);
      });
    });
    return new ControlClient(socket, options.lineBytesMax);
  }

  async dispatch<T extends CommandType>(command: CommandOf<T> & { readonly type: T }): Promise<CommandResults[T]> {
    // The device answers for the shape of its results: it runs as the same user, from the same program.
    return (await this.#request('dispatch', { command })) as CommandResults[T];
  }

  /** Calls back with every fact from now on until the connection ends. */
  async watch(onFact: (event: DomainEvent) => void): Promise<void> {
    this.#onFact = onFact;
    await this.#request('watch', {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end(new ControlError('STOPPED', 'The connection was closed here.'));
    this.socket.destroy();
    await this.closed;
  }

  #request(method: string, params: unknown): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#ids;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  }

  #read(chunk: Uint8Array): void {
    try {
      this.#lines.push(chunk, (line) => this.#take(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line))));
    } catch (error) {
      this.#end(new ControlError('FRAME_MALFORMED', `What answers at the control socket does not speak its language: ${String(error)}`));
      this.socket.destroy();
    }
  }

  #take(document: unknown): void {
    if (typeof document !== 'object' || document === null) throw new TypeError('not an object');
    const { id, result, error, method, params }: Partial<Record<'id' | 'result' | 'error' | 'method' | 'params', unknown>> = document;
    if (method === 'fact') {
      const event = fieldOf(params, 'event');
      if (typeof fieldOf(event, 'type') !== 'string') throw new TypeError('not a fact');
      this.#onFact?.(event as DomainEvent);
      return;
    }
    if (id === null && error !== undefined) {
      // The device could not even read what was asked, and ends the connection.
      this.#end(asControlError(error));
      return;
    }
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined;
    if (!pending) throw new TypeError('an answer to nothing that was asked');
    this.#pending.delete(id as number);
    if (error === undefined) pending.resolve(result);
    else pending.reject(asControlError(error));
  }

  #end(why: ControlError): ControlError {
    this.#ended ??= why;
    for (const pending of this.#pending.values()) pending.reject(this.#ended);
    this.#pending.clear();
    return this.#ended;
  }
}

function asControlError(error: unknown): ControlError {
  const code = fieldOf(fieldOf(error, 'data'), 'code');
  const message = fieldOf(error, 'message');
  return new ControlError((typeof code === 'string' ? code : 'BUG') as ErrorCode, typeof message === 'string' ? message : 'The device gave no reason.');
}

function fieldOf(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? (holder as Record<string, unknown>)[name] : undefined;
}

function refusal(error: NodeJS.ErrnoException): ControlError {
  if (NOBODY_CODES.has(error.code ?? '')) return new ControlError('NOT_RUNNING', 'No device is running on this data folder; start it with sansfil run.');
  return new ControlError('DATA_UNWRITABLE', `The device's control socket cannot be opened: ${error.message}`);
}

/** Under the shared temporary folder somebody else could have been first. */
async function checkOurs(folder: string): Promise<void> {
  const found = await lstat(folder).catch((error: unknown) => {
    throw refusal(error as NodeJS.ErrnoException);
  });
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0) {
    throw new ControlError('DATA_UNWRITABLE', `${folder} must be a folder of this user with mode 0700.`);
  }
}
