import type { Socket } from 'node:net';

/**
 * The connections others made, up to a bound. What we have ended already and only the other side keeps open makes room for
 * the next caller: otherwise whoever connects and never closes would take all of it.
 */
export class Connections {
  /** In the order of arrival. */
  readonly #sockets = new Set<Socket>();

  constructor(private readonly max: number) {}

  /** False: there is no room. */
  admit(socket: Socket): boolean {
    if (this.#sockets.size >= this.max && !this.#makeRoom()) return false;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return true;
  }

  #makeRoom(): boolean {
    for (const socket of this.#sockets) {
      if (!socket.writableEnded) continue;
      this.#sockets.delete(socket);
      socket.destroy();
      return true;
    }
    return false;
  }
}
