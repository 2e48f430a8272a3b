import type { Socket } from 'node:net';
import {
  CONTROL_LINE_BYTES_MAX,
  CONTROL_QUEUE_BYTES_MAX,
  CONTROL_REQUESTS_MAX,
  parseCommand,
  SansfilError,
  type Command,
  type Commands,
  type DomainEvent,
  type Logger,
} from '../../core/index.js';
import { LineDecoder } from './lines.js';
import { errorLine, factLine, parseRequest, resultLine, RPC_CODES, RpcProblem, type RpcId, type RpcRequest } from './rpc.js';

/** What of an rxjs stream a watcher needs. */
export interface FactStream {
  subscribe(onFact: (event: DomainEvent) => void): { unsubscribe(): void };
}

export interface ControlDeps {
  readonly events: FactStream;
  readonly commands: Commands;
  readonly logger: Logger;
}

/** One client: its requests are answered as they end; reading stops while too many run or it does not read the answers. */
export class ControlConnection {
  readonly #lines = new LineDecoder(CONTROL_LINE_BYTES_MAX);
  #running = 0;
  #finished = false;
  #watch: { unsubscribe(): void } | undefined;

  constructor(
    readonly socket: Socket,
    readonly deps: ControlDeps,
  ) {}

  start(onClosed: () => void): void {
    this.socket.on('data', (chunk) => this.#read(chunk));
    this.socket.on('drain', () => this.#breathe());
    this.socket.once('end', () => {
      this.#finished = true;
      this.#breathe();
    });
    this.socket.on('error', (error) => this.deps.logger.log('debug', 'control.broken', { why: error.message }));
    this.socket.once('close', () => {
      this.#watch?.unsubscribe();
      onClosed();
    });
  }

  #read(chunk: Uint8Array): void {
    try {
      this.#lines.push(chunk, (line) => void this.#serve(line));
    } catch (error) {
      // Where the next document begins is not known any more: say why, and end.
      const why = error instanceof Error ? error.message : String(error);
      this.#write(errorLine(null, new RpcProblem(RPC_CODES.request, 'REQUEST_TOO_LARGE', why)));
      this.socket.removeAllListeners('data');
      this.socket.resume();
      this.socket.end();
    }
  }

  async #serve(line: Uint8Array): Promise<void> {
    let id: RpcId = null;
    this.#running++;
    this.#breathe();
    try {
      const request = parseRequest(line);
      id = request.id;
      this.#write(resultLine(id, await this.#answer(request)));
    } catch (error) {
      if (!SansfilError.is(error) && !(error instanceof RpcProblem)) {
        this.deps.logger.log('error', 'control.failed', { why: error instanceof Error ? error.message : String(error) });
      }
      this.#write(errorLine(error instanceof RpcProblem ? (error.id ?? id) : id, error));
    } finally {
      this.#running--;
      this.#breathe();
    }
  }

  #answer(request: RpcRequest): unknown {
    switch (request.method) {
      case 'dispatch':
        return this.deps.commands.dispatch(commandOf(request));
      case 'watch':
        this.#watch ??= this.deps.events.subscribe((event) => this.#tell(event));
        return { watching: true };
      default:
        throw new RpcProblem(RPC_CODES.method, 'METHOD_UNKNOWN', `no method '${request.method.slice(0, 80)}'; there are dispatch and watch`, request.id);
    }
  }

  #tell(event: DomainEvent): void {
    if (this.socket.writableLength > CONTROL_QUEUE_BYTES_MAX) {
      this.deps.logger.log('warn', 'control.cut', { waiting: this.socket.writableLength });
      this.socket.destroy();
      return;
    }
    this.#write(factLine(event));
  }

  #write(line: string): void {
    if (this.socket.writable) this.socket.write(line);
    this.#breathe();
  }

  #breathe(): void {
    const full = this.#running >= CONTROL_REQUESTS_MAX || this.socket.writableNeedDrain;
    if (full && !this.socket.isPaused()) this.socket.pause();
    else if (!full && this.socket.isPaused()) this.socket.resume();
    // Who said all it had to say (`echo … | nc -U`) still gets its answers.
    if (this.#finished && this.#running === 0) this.socket.end();
  }
}

/** @throws SansfilError COMMAND_INVALID, also for what is nested so deep that looking at it fails. */
function commandOf({ params }: RpcRequest): Command {
  try {
    return parseCommand(typeof params === 'object' && params !== null && 'command' in params ? params.command : undefined);
  } catch (error) {
    throw SansfilError.from(error, 'COMMAND_INVALID');
  }
}
