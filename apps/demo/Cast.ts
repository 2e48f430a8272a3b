import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SansfilError } from '../../core/base/errors.js';
import { CONTROL_REPLY_BYTES_MAX } from '../../core/base/limits.js';
import { ControlClient } from '../../plugins/control-socket/client.js';
import { FactWaiter } from '../shared/FactWaiter.js';
import { Child } from './Child.js';
import type { Actor } from './story.js';
import { demoWords } from './words.js';

/** A process that dies closes its sockets a moment before it is known to have ended. */
const ENDING_MS_MAX = 300;

/** The processes of the demo and the lines to them. After `stop` none runs, and none can be started any more. */
export class Cast {
  readonly #children: Child[] = [];
  readonly #devices: ControlClient[] = [];
  #stopped = false;

  constructor(
    readonly folder: string,
    /** The file Node was started with. */
    readonly entry: string,
    readonly say: (line: string) => void,
  ) {}

  /** Its `mqtt://host:port`. */
  async startDirectory(): Promise<string> {
    const { url } = await this.#start('directory', ['directory', '127.0.0.1', '0', '--data', join(this.folder, 'directory')]).ready();
    if (typeof url !== 'string') throw new SansfilError('BUG', 'the directory gave no address');
    this.say(demoWords().directoryRuns(url));
    return url;
  }

  async startActor(name: 'pi' | 'viewboard', directory: string): Promise<Actor> {
    const data = join(this.folder, name);
    await mkdir(data, { mode: 0o700 });
    const ready = await this.#start(name, ['run', '--as', name, '--data', data, '--directory', directory, '--listen', '127.0.0.1:0']).ready();
    const device = await ControlClient.connect(data, { lineBytesMax: CONTROL_REPLY_BYTES_MAX });
    this.#devices.push(device);
    this.say(demoWords().deviceRuns(name, Array.isArray(ready['addresses']) ? ready['addresses'].join(', ') : ''));
    return { name, device, facts: await FactWaiter.on(device), folder: data };
  }

  /** Rejects when one of them ends by itself, otherwise than in good order. */
  async died(): Promise<never> {
    const ends = this.#children.map(async (child) => {
      const how = await child.ended;
      // Ctrl-C reaches the whole group of processes: they may end a moment before this one hears of it.
      if (how === 0 || how === 'SIGINT') return new Promise<never>(() => undefined);
      throw new SansfilError('BUG', demoWords().died(child.label, String(how)));
    });
    return Promise.race(ends);
  }

  /** The reason behind a failure: a process that died, if one did. */
  async blame(failure: unknown): Promise<unknown> {
    const soon = new Promise<undefined>((resolve) => setTimeout(resolve, ENDING_MS_MAX, undefined));
    for (const child of this.#children) {
      const how = await Promise.race([child.ended, soon]);
      if (how !== undefined && how !== 0) return new SansfilError('BUG', demoWords().died(child.label, String(how)), { cause: failure });
    }
    return failure;
  }

  /** In good order, the directory last. The labels of those that did not end with status 0. */
  async stop(): Promise<readonly string[]> {
    this.#stopped = true;
    await Promise.all(this.#devices.map((device) => device[Symbol.asyncDispose]()));
    const unclean: string[] = [];
    for (const child of this.#children.toReversed()) if (!(await child.stop())) unclean.push(child.label);
    return unclean;
  }

  #start(label: string, argv: readonly string[]): Child {
    if (this.#stopped) throw new SansfilError('STOPPED');
    const child = new Child(label, join(this.folder, `${label}.stderr`), [this.entry, ...argv, '--json']);
    this.#children.push(child);
    return child;
  }
}
