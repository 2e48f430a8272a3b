import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { FactWaiter } from '../../../apps/shared/FactWaiter.js';
import { CONTROL_REPLY_BYTES_MAX } from '../../../core/base/limits.js';
import type { CommandOf, CommandResults, CommandType } from '../../../core/events/commands.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import { ControlClient } from '../../../plugins/control-socket/client.js';
import { builtAt } from '../builtProgram.js';
import { Device } from '../filePair.js';
import { pollFor } from '../pollFor.js';
import { Stage, type Running } from '../processes.js';
import { textIfThere } from '../textIfThere.js';
import { SMALL, TmuxScreen, type ScreenOptions, type Size } from './TmuxScreen.js';

const STEP_MS_MAX = 30_000;
/** The clock of the first picture; what a plain shell says first. */
const STARTED = /\d\d:\d\d|^>$/m;

export interface SeatOptions extends Partial<Size> {
  readonly env?: ScreenOptions['env'];
  /** Further arguments of `run`. */
  readonly args?: readonly string[];
  /** Line by line. */
  readonly plain?: boolean;
}

/** A directory, and somebody called `board` whose device runs without a screen. */
export class Room implements AsyncDisposable {
  readonly #seats: Seat[] = [];

  private constructor(
    readonly stage: Stage,
    readonly directory: Running,
    readonly board: Device,
  ) {}

  static open(): Promise<Room> {
    return Stage.with(async (stage) => {
      const directory = await stage.directory();
      const board = new Device(stage, directory, 'board', []);
      await board.start();
      await stage.register(board);
      return new Room(stage, directory, board);
    });
  }

  /** Somebody who sits in front of the dashboard of a device with that data; nobody is registered by that. */
  async seat(name: string, options: SeatOptions = {}): Promise<Seat> {
    const seat = await Seat.take(this.stage, name, this.directory.address, options);
    this.#seats.push(seat);
    return seat;
  }

  /** The same, registered and a friend of the board. */
  async friend(name: string, options: SeatOptions = {}): Promise<Seat> {
    const seat = await this.seat(name, { ...options, args: ['--name', name, ...(options.args ?? [])] });
    await seat.until('the account', (event) => (event.type === 'directory.changed' && event.state === 'online' ? true : undefined));
    await seat.ask({ type: 'friend.request', name: 'board' });
    await this.board.running.until('the request', (event) => (event.type === 'friend.changed' && event.state === 'incoming' ? true : undefined));
    await this.board.ask({ type: 'friend.accept', name });
    await seat.until('the friendship', (event) => (event.type === 'friend.changed' && event.state === 'friend' ? true : undefined));
    return seat;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#seats.map((seat) => seat[Symbol.asyncDispose]()));
    await this.board.close();
    await this.stage[Symbol.asyncDispose]();
  }
}

/** A device and its dashboard on a terminal, and the control socket beside it. */
export class Seat implements AsyncDisposable {
  #screen: TmuxScreen | undefined;
  #client: ControlClient | undefined;
  #facts: FactWaiter | undefined;

  private constructor(
    private readonly stage: Stage,
    readonly name: string,
    private readonly command: readonly string[],
    private readonly options: SeatOptions,
  ) {}

  static async take(stage: Stage, name: string, directoryUrl: string, options: SeatOptions): Promise<Seat> {
    await mkdir(stage.data(name), { recursive: true, mode: 0o700 });
    await writeFile(join(stage.data(name), 'config.json'), JSON.stringify({ pluginOptions: { 'rsa-signing': { bits: 2048 } } }));
    const args = [
      'run',
      options.plain === true ? '--plain' : '--dashboard',
      '--data',
      stage.data(name),
      '--directory',
      directoryUrl,
      '--listen',
      '127.0.0.1:0',
      ...(options.args ?? []),
    ];
    const seat = new Seat(stage, name, [process.execPath, builtAt('apps/cli/main.js'), ...args], options);
    await seat.start();
    return seat;
  }

  get screen(): TmuxScreen {
    if (!this.#screen) throw new Error(`${this.name} is not in front of a screen`);
    return this.#screen;
  }

  get isThere(): boolean {
    return this.#screen !== undefined;
  }

  /** Where its files arrive. */
  get received(): string {
    return join(this.stage.data(this.name), 'received');
  }

  /** On the same data as before, up to the first picture. */
  async start(size: Partial<Size> = {}): Promise<void> {
    const { columns = SMALL.columns, rows = SMALL.rows, env = {} } = { ...this.options, ...size };
    await this.leave();
    this.#screen = await TmuxScreen.open({ command: this.command, folder: this.stage.folder, columns, rows, env: { TMPDIR: this.stage.folder, ...env } });
    await this.#screen.waitFor(STARTED);
    this.#client = await ControlClient.connect(this.stage.data(this.name), { lineBytesMax: CONTROL_REPLY_BYTES_MAX });
    this.#facts = await FactWaiter.on(this.#client);
  }

  ask<T extends CommandType>(command: CommandOf<T> & { readonly type: T }): Promise<CommandResults[T]> {
    if (!this.#client) throw new Error(`${this.name} does not run`);
    return this.#client.dispatch<T>(command);
  }

  /** The first fact from now on, or not looked at yet, for which `pick` has a value. */
  until<T>(what: string, pick: (event: DomainEvent) => T | undefined): Promise<T> {
    if (!this.#facts) throw new Error(`${this.name} does not run`);
    return this.#facts.until(pick, { timeoutMs: STEP_MS_MAX, what });
  }

  /** Until that is kept on disk of what is being written. */
  async drafted(text: string): Promise<void> {
    const path = join(this.stage.data(this.name), 'drafts.json');
    await pollFor(
      async () => ((await textIfThere(path))?.includes(text) === true ? true : undefined),
      () => `the draft '${text}' is not kept`,
      STEP_MS_MAX,
    );
  }

  /** As a pulled plug, with the terminal. */
  async leave(): Promise<void> {
    await this.#client?.[Symbol.asyncDispose]();
    this.#client = undefined;
    await this.#screen?.[Symbol.asyncDispose]();
    this.#screen = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }
}
