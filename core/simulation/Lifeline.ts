import type { Directory } from '../ports/directory.js';
import type { Transport } from '../ports/transport.js';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/**
 * What one process reaches of the world, for as long as it lives. Code of a process that lost power in the middle of
 * something still runs to its next `await` here; it must not dial, log in or be answered any more.
 */
export class Lifeline {
  #alive = true;

  get alive(): boolean {
    return this.#alive;
  }

  cut(): void {
    this.#alive = false;
  }

  transport(inner: Transport): Transport {
    return {
      scheme: inner.scheme,
      dial: (address, options) => (this.#alive ? inner.dial(address, options) : never()),
      listen: (address, onLink) => (this.#alive ? inner.listen(address, onLink) : never()),
    };
  }

  directory(inner: Directory): Directory {
    return {
      schemes: inner.schemes,
      connect: async (options, handler) => {
        if (!this.#alive) return never();
        const connection = await inner.connect(options, handler);
        if (this.#alive) return connection;
        // The process died while it logged in: nobody is left to hold what it was given.
        await connection.close();
        return never();
      },
    };
  }
}
