import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const OPEN_THEN_CLOSE = `
  const { createServer } = require('node:net');
  const { parentPort, workerData: { path, turn } } = require('node:worker_threads');
  const server = createServer().listen(path, () => {
    parentPort.postMessage('open');
    Atomics.wait(turn, 0, 0);
    server.close();
    Atomics.store(turn, 0, 2);
    Atomics.notify(turn, 0);
  });
`;

/** A door in a thread of its own that takes nobody in, and closes when it is told to. */
export class ClosingDoor implements AsyncDisposable {
  readonly #turn = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  private constructor(path: string) {
    this.#worker = new Worker(OPEN_THEN_CLOSE, { eval: true, workerData: { path, turn: this.#turn } });
  }

  static async open(path: string): Promise<ClosingDoor> {
    const door = new ClosingDoor(path);
    await once(door.#worker, 'message');
    return door;
  }

  /** Returns when the door is closed; who called before that has not been heard of meanwhile. */
  closeNow(): void {
    Atomics.store(this.#turn, 0, 1);
    Atomics.notify(this.#turn, 0);
    Atomics.wait(this.#turn, 0, 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
