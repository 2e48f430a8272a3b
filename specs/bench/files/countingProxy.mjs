import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { performance } from 'node:perf_hooks';

/** More than a handshake, an offer and bitmaps; the first bytes of the first chunk go beyond. */
const TALK_BYTES_MAX = 256 * 1024;

/** Stands before a device and counts what passes: `up` to the device, `down` from it. */
export class CountingProxy {
  #sockets = new Set();
  #server;
  #target;
  up = 0;
  down = 0;
  /** When the newest connection carried more than talk, that way. */
  bulkAt = {};

  static async before(target) {
    const proxy = new CountingProxy();
    proxy.#target = target;
    proxy.#server = createServer((near) => proxy.#join(near)).listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port() {
    return this.#server.address().port;
  }

  close() {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(near) {
    const far = connect(this.#target, '127.0.0.1');
    this.bulkAt = {};
    this.#pump(near, far, 'up');
    this.#pump(far, near, 'down');
  }

  #pump(from, to, way) {
    let passed = 0;
    this.#sockets.add(from);
    from.on('data', (chunk) => {
      this[way] += chunk.length;
      passed += chunk.length;
      if (passed > TALK_BYTES_MAX) this.bulkAt[way] ??= performance.now();
      if (to.write(chunk)) return;
      from.pause();
      to.once('drain', () => from.resume());
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
