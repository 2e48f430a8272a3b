import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Timers of less are not worth it. */
const REST_MS_MIN = 2;

/**
 * Stands between a client and a server on loopback and keeps every byte that passed, by direction and connection. With
 * `bytesPerSecond` it is a slow road: each connection carries no more than that in each direction.
 */
export class RecordingProxy {
  readonly #sockets = new Set<Socket>();
  readonly #chunks: Buffer[] = [];
  readonly connections: { readonly up: Buffer[]; readonly down: Buffer[] }[] = [];
  #server: Server | undefined;
  #target: number | undefined;

  constructor(private readonly bytesPerSecond = Infinity) {}

  /** The port to give to the client. The target may be named later with `aim`. */
  async listen(): Promise<number> {
    const server = (this.#server = createServer((socket) => this.#join(socket)));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  aim(port: number): void {
    this.#target = port;
  }

  /** All bytes of both directions in the order they passed. */
  get capture(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** How much passed, both ways, since the last `forget`. */
  get carriedBytes(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, 0);
  }

  /** Drops what was kept; connections go on, and are kept no longer. */
  forget(): void {
    this.#chunks.length = 0;
    this.connections.length = 0;
  }

  /** As a cable that is pulled: every connection breaks now, new ones are possible. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
  }

  #join(near: Socket): void {
    if (this.#target === undefined) {
      near.destroy();
      return;
    }
    const far = connect(this.#target, '127.0.0.1');
    const record = { up: [] as Buffer[], down: [] as Buffer[] };
    this.connections.push(record);
    this.#pump(near, far, record.up);
    this.#pump(far, near, record.down);
  }

  #pump(from: Socket, to: Socket, into: Buffer[]): void {
    this.#sockets.add(from);
    let freeMs = 0;
    from.on('data', (chunk: Buffer) => {
      into.push(chunk);
      this.#chunks.push(chunk);
      const isFull = !to.write(chunk);
      const now = performance.now();
      freeMs = Math.max(now, freeMs) + (1_000 * chunk.length) / this.bytesPerSecond;
      const restMs = freeMs - now;
      if (!isFull && restMs < REST_MS_MIN) return;
      from.pause();
      const goOn = (): void => {
        if (restMs < REST_MS_MIN) from.resume();
        else setTimeout(() => from.resume(), restMs);
      };
      if (isFull) to.once('drain', goOn);
      else goOn();
    });
    from.on('end', () => to.end());
    // A reset on one side is passed on as a reset on the other.
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
