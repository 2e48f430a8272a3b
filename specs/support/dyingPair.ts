import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONTROL_REPLY_BYTES_MAX } from '../../core/base/limits.js';
import type { CommandOf, CommandResults, CommandType } from '../../core/events/commands.js';
import { ControlClient } from '../../plugins/control-socket/client.js';
import { freePort } from './freePort.js';
import { Stage, type Doom, type Running, type Site } from './processes.js';
import { RecordingProxy } from './recordingProxy.js';

const STEP_MS_MAX = 45_000;

/** A moment of what two friends do, and which of them dies at it. */
export interface Phase extends Doom {
  readonly side: 'sender' | 'receiver';
}

/** A method of a class that a module under dist exports. */
export function method(path: string, call: string, says?: string): Site {
  const of = path.slice(path.lastIndexOf('/') + 1);
  return { from: `${path}.js`, of: `${of.charAt(0).toUpperCase()}${of.slice(1)}`, call, ...(says === undefined ? {} : { says }) };
}

export const sqlCommit = method('plugins/sqlite-store/Connection', 'exec', 'COMMIT');
export const sends = (record: string): Site => method('core/engine/session/RecordSender', 'send', record);

/** A device in a process of its own that is killed and started again; its friends reach it through a proxy that keeps its place. */
export class Mortal {
  #running: Running | undefined;
  #client: ControlClient | undefined;
  /** What it will die of once it is told to. */
  #fate: Doom | undefined;
  #waiting: (() => void)[] = [];

  private constructor(
    private readonly stage: Stage,
    private readonly directory: Running,
    readonly name: string,
    readonly proxy: RecordingProxy,
    private readonly ports: { readonly own: number; readonly announced: number },
  ) {}

  static async born(stage: Stage, directory: Running, name: string): Promise<Mortal> {
    const own = await freePort();
    const proxy = new RecordingProxy();
    proxy.aim(own);
    const mortal = new Mortal(stage, directory, name, proxy, { own, announced: await proxy.listen() });
    await mortal.start();
    return mortal;
  }

  get running(): Running {
    if (!this.#running) throw new Error(`${this.name} does not run`);
    return this.#running;
  }

  /** As a pulled plug, unless it is dead already; then a new process on the same data. */
  async start(doom?: Doom): Promise<void> {
    this.#fate = undefined;
    await this.#running?.kill();
    await this.#client?.[Symbol.asyncDispose]();
    this.#client = undefined;
    const args = [this.name, this.directory.address, '--listen', `127.0.0.1:${this.ports.own}`, '--announce', `127.0.0.1:${this.ports.announced}`] as const;
    this.#running = await (doom ? this.stage.doomed(doom, ...args) : this.stage.device(...args));
    this.#client = await ControlClient.connect(this.stage.data(this.name), { lineBytesMax: CONTROL_REPLY_BYTES_MAX });
    await this.#client.watch(() => this.#wake());
    void this.#client.closed.then(() => this.#wake());
  }

  /** As `start`, to die of that thereafter, but of nothing before `doomTo`: so it need not be started once more for that. */
  async startFor(fate: Doom | undefined): Promise<void> {
    if (!fate) return this.start();
    const armedBy = join(this.stage.folder, `${randomUUID()} is near`);
    await this.start({ ...fate, armedBy });
    this.#fate = { ...fate, armedBy };
  }

  /** From now on it dies at that place. */
  async doomTo(doom: Doom): Promise<void> {
    const { name, armedBy } = this.#fate ?? {};
    if (armedBy !== undefined && name === doom.name) await writeFile(armedBy, '');
    else await this.start(doom);
  }

  ask<T extends CommandType>(command: CommandOf<T> & { readonly type: T }): Promise<CommandResults[T]> {
    if (!this.#client) throw new Error(`${this.name} does not run`);
    return this.#client.dispatch<T>(command);
  }

  /**
   * What `look` finds, which is asked again after every fact of this device; undefined when `giveUp` comes first.
   * @throws Error when it takes too long
   */
  async until<T>(what: string, look: () => Promise<T | undefined>, giveUp: Promise<unknown> = new Promise(() => undefined)): Promise<T | undefined> {
    const over = { late: false, givenUp: false };
    const timer = setTimeout(() => {
      over.late = true;
      this.#wake();
    }, STEP_MS_MAX);
    void giveUp.then(() => {
      over.givenUp = true;
      this.#wake();
    });
    try {
      for (;;) {
        // Armed before looking: what happens meanwhile counts.
        const next = new Promise<void>((resolve) => this.#waiting.push(resolve));
        if (over.givenUp) return undefined;
        const found = await look();
        if (found !== undefined) return found;
        if (over.late) throw new Error(`${this.name} waited for ${what} too long: ${this.running.stderr()}`);
        await next;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** It is started again, and dies at that place before it is there for anybody. @throws Error when it does not */
  async diesStarting(doom: Doom): Promise<void> {
    const how = await this.start(doom).then(() => 'is there', String);
    if (!how.includes(`ended with SIGKILL: dies at: ${doom.name}\n`)) throw new Error(`${this.name} was not ended at: ${doom.name}; it ${how}`);
  }

  /** Resolves when it has died at the place it was doomed to, and by nothing else. */
  async died(doom: Doom): Promise<void> {
    const { running } = this;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => (timer = setTimeout(() => resolve('nothing'), STEP_MS_MAX)));
    const by = await Promise.race([running.ended, late]);
    clearTimeout(timer);
    if (by !== 'SIGKILL' || !running.stderr().includes(`dies at: ${doom.name}\n`)) {
      throw new Error(`${this.name} was ended by ${by} instead of at: ${doom.name}; ${running.stderr()}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client?.[Symbol.asyncDispose]();
    await this.proxy.close();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Two friends, and the directory where they met. */
export class DyingPair implements AsyncDisposable {
  private constructor(
    readonly stage: Stage,
    readonly sender: Mortal,
    readonly receiver: Mortal,
  ) {}

  static open(): Promise<DyingPair> {
    return Stage.with(async (stage) => {
      const directory = await stage.directory();
      const sender = await Mortal.born(stage, directory, 'pi');
      const receiver = await Mortal.born(stage, directory, 'board');
      await stage.befriend(sender, receiver);
      return new DyingPair(stage, sender, receiver);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stage[Symbol.asyncDispose]();
    await this.sender[Symbol.asyncDispose]();
    await this.receiver[Symbol.asyncDispose]();
  }
}
