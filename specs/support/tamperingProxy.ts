import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export type Way = 'up' | 'down';

/** What comes out in place of a piece of the stream; undefined: the connection breaks there. `before` is what passed last. */
export type Tamper = (piece: Buffer, before: Buffer) => Buffer | undefined;

/** Somebody on the way between a client and a server on loopback who changes what passes, once. */
export class TamperingProxy {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #planned: { readonly way: Way; readonly afterBytes: number; readonly tamper: Tamper } | undefined;
  #seen = 0;

  constructor(private readonly target: number) {}

  async listen(): Promise<number> {
    const server = (this.#server = createServer((near) => this.#join(near)));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  /** The piece after so many more bytes of that way is not passed on as it is. */
  plan(way: Way, afterBytes: number, tamper: Tamper): void {
    this.#planned = { way, afterBytes, tamper };
    this.#seen = 0;
  }

  /** Nothing was changed yet. */
  get isPlanned(): boolean {
    return this.#planned !== undefined;
  }

  forget(): void {
    this.#planned = undefined;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
  }

  #join(near: Socket): void {
    const far = connect(this.target, '127.0.0.1');
    this.#pump(near, far, 'up');
    this.#pump(far, near, 'down');
  }

  #pump(from: Socket, to: Socket, way: Way): void {
    this.#sockets.add(from);
    let before: Buffer = Buffer.alloc(0);
    from.on('data', (piece: Buffer) => {
      const passed = this.#pass(piece, before, way);
      before = piece;
      if (passed === undefined) return void from.destroy();
      if (to.write(passed)) return;
      from.pause();
      to.once('drain', () => from.resume());
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }

  #pass(piece: Buffer, before: Buffer, way: Way): Buffer | undefined {
    const planned = this.#planned;
    if (planned?.way !== way) return piece;
    this.#seen += piece.length;
    // Small pieces are talk, not the bytes of a file.
    if (this.#seen < planned.afterBytes || piece.length < 4_096 || before.length < 4_096) return piece;
    this.#planned = undefined;
    return planned.tamper(piece, before);
  }
}
