import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { befriend, control, startDevice, startDirectory } from '../devices.mjs';
import { CountingProxy } from './countingProxy.mjs';
import { acceptAll } from './pair.mjs';
import { freePort } from './sshServer.mjs';

const STEP_MS_MAX = 120_000;

/** Looked for every millisecond: what is counted by a proxy is no fact of a device. */
export async function until(what, look) {
  for (const began = performance.now(); performance.now() - began < STEP_MS_MAX; await sleep(1)) {
    const found = look();
    if (found) return found;
  }
  throw new Error(`waited too long for ${what}`);
}

/** A device that can be killed and started again; its friends reach it through a proxy that keeps its place. */
class Mortal {
  #args;
  #process;
  #control;

  constructor(name, proxy, args) {
    Object.assign(this, { name, proxy });
    this.#args = args;
  }

  static async born(folder, name, url) {
    const port = await freePort();
    const proxy = await CountingProxy.before(port);
    const more = ['--listen', `127.0.0.1:${port}`, '--announce', `127.0.0.1:${proxy.port}`, '--receive', join(folder, `${name} received`)];
    const mortal = new Mortal(name, proxy, [folder, name, url, more]);
    await mortal.start();
    return mortal;
  }

  get pid() {
    return this.#process.pid;
  }

  get client() {
    return this.#control.client;
  }

  async start() {
    this.#process = await startDevice(...this.#args);
    this.#control = await control(this.#args[0], this.name);
    acceptAll(this);
  }

  async kill() {
    await this.#process.kill();
    await this.#control.close();
  }

  async stop() {
    await this.#control.close();
    await this.#process.stop();
    this.proxy.close();
  }

  until = (holds) => this.#control.until(holds);
  watch = (watcher) => this.#control.watch(watcher);
  forget = () => this.#control.forget();
}

/** Two friends whose bytes are counted. */
export class MortalPair {
  #directory;

  /** The receiver's data and files are in `receiverFolder`. */
  static async open(folder, receiverFolder) {
    const pair = new MortalPair();
    pair.#directory = await startDirectory(folder);
    const { url } = pair.#directory.ready;
    pair.pi = await Mortal.born(folder, 'pi', url);
    pair.board = await Mortal.born(receiverFolder, 'board', url);
    await befriend(pair.pi, pair.board);
    return pair;
  }

  /** Bytes from the sender to the receiver so far, whoever dialled. */
  get carried() {
    return this.board.proxy.up + this.pi.proxy.down;
  }

  /** When the connection that stands now began to carry chunks. */
  get bulkAt() {
    return this.board.proxy.bulkAt.up ?? this.pi.proxy.bulkAt.down;
  }

  forget() {
    for (const { forget, proxy } of [this.pi, this.board]) {
      forget();
      proxy.bulkAt = {};
    }
  }

  async stop() {
    await this.pi.stop();
    await this.board.stop();
    await this.#directory.stop();
  }
}
