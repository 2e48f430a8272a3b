import { Socket, type OnReadOpts } from 'node:net';
import type { ByteStream } from '../../core/index.js';

/** Bytes of one read. */
const READ_BYTES = 64 * 1024;

/*
 * A socket gives every read a buffer of its own, and it is these buffers that make the collector run: at a gigabyte a
 * second one large collection for every 16 MiB, together more time than all copying. Here a socket reads into the same
 * 64 KiB each time; whoever listens must be done with them when the call returns, as StreamLink is.
 */

/** What a socket is made with (`onread` of net.connect), and where its bytes go. */
export class Reads {
  listener: (bytes: Uint8Array) => void = () => undefined;
  readonly onread: OnReadOpts;

  constructor() {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    this.onread = {
      buffer,
      callback: (length) => {
        this.listener(new Uint8Array(buffer.buffer, 0, length));
        return true;
      },
    };
  }
}

/** A socket that was made with `reads` and is paused, as a byte stream. */
export class TcpStream implements ByteStream {
  constructor(
    private readonly socket: Socket,
    private readonly reads: Reads,
  ) {}

  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'data' | 'end' | 'close' | 'error', listener: (what: never) => void): unknown {
    if (event !== 'data') return this.socket.on(event, listener as () => void);
    this.reads.listener = listener as (bytes: Uint8Array) => void;
    return this.socket.resume();
  }

  write(bytes: Uint8Array, written: (error?: Error | null) => void): boolean {
    return this.socket.write(bytes, written);
  }

  cork(): void {
    this.socket.cork();
  }

  uncork(): void {
    this.socket.uncork();
  }

  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }
}

/**
 * What a server accepted, `pauseOnConnect`, as such a stream. A server cannot be told to accept sockets with `onread`, so
 * the handle moves to a socket that has it; with a Node that keeps its handles elsewhere it is read as any socket.
 */
export function adopt(accepted: Socket): { readonly socket: Socket; readonly stream: ByteStream } {
  const holder = accepted as unknown as { _handle?: object | null };
  const handle = holder._handle;
  const reads = new Reads();
  if (!handle) {
    accepted.on('data', (bytes) => reads.listener(bytes));
    return { socket: accepted, stream: new TcpStream(accepted, reads) };
  }
  const socket = new Socket({ handle, onread: reads.onread } as object).pause();
  holder._handle = null;
  // It has nothing left to close; the server forgets it.
  accepted.destroy();
  return { socket, stream: new TcpStream(socket, reads) };
}
