import { connect, type Socket } from 'node:net';
import { FRAME_2_BYTES } from '../../core/protocol/handshakeFrames.js';

export interface Attack {
  readonly port: number;
  readonly sockets: number;
  /** Where the n-th of them comes from. On Linux all of 127/8 is loopback. */
  readonly from: (n: number) => string;
  /** What each says, and how many bytes of it at once. */
  readonly says: Uint8Array;
  readonly bytesAtOnce: number;
}

const EVERY_MS = 1_000;

/** Connections that say what they have to say slowly, and call again when they are thrown out. */
export class Attackers {
  /** How often one of them was thrown out. */
  thrownOut = 0;
  /** How often one of them was let in. */
  letIn = 0;
  /** How often one of them got an answer that is as long as a frame 2. */
  answered = 0;
  readonly #sockets = new Map<number, { readonly socket: Socket; said: number }>();
  readonly #timer: NodeJS.Timeout;
  #waiting: (() => void)[] = [];

  constructor(private readonly attack: Attack) {
    for (let n = 0; n < attack.sockets; n++) this.#call(n);
    this.#timer = setInterval(() => this.#goOn(), EVERY_MS);
  }

  /** Connections that stand now. */
  get standing(): number {
    return [...this.#sockets.values()].filter(({ socket }) => socket.readyState === 'open').length;
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Who is thrown out from now on stays out. */
  hold(): void {
    clearInterval(this.#timer);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const { socket } of this.#sockets.values()) socket.destroy();
  }

  #call(n: number): void {
    const { port, from, bytesAtOnce, says } = this.attack;
    const socket = connect({ host: '127.0.0.1', port, localAddress: from(n) });
    this.#sockets.set(n, { socket, said: bytesAtOnce });
    socket.once('connect', () => {
      this.letIn++;
      socket.write(says.subarray(0, bytesAtOnce));
      this.#wake();
    });
    socket.on('error', () => socket.destroy());
    let heard = 0;
    socket.on('data', ({ length }) => {
      if (heard < FRAME_2_BYTES && heard + length >= FRAME_2_BYTES) this.answered++;
      heard += length;
      this.#wake();
    });
    socket.once('close', () => {
      this.thrownOut++;
      this.#wake();
    });
  }

  /** Each says some more; who was thrown out calls again. */
  #goOn(): void {
    const { says, bytesAtOnce } = this.attack;
    for (const [n, one] of this.#sockets) {
      if (one.socket.destroyed) this.#call(n);
      else if (one.socket.readyState === 'open' && one.said < says.length) one.socket.write(says.subarray(one.said, (one.said += bytesAtOnce)));
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
