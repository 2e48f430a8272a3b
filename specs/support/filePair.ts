import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { TransferId } from '../../core/base/ids.js';
import { CONTROL_REPLY_BYTES_MAX } from '../../core/base/limits.js';
import type { CommandOf, CommandResults, CommandType, TransferView } from '../../core/events/commands.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { ControlClient } from '../../plugins/control-socket/client.js';
import { held } from './held.js';
import { Stage, type Running } from './processes.js';

/** Of what is written at each place of a sparse file. */
export const MARK_BYTES = 64 * 1024;

/** A device in a process of its own that is asked through its control socket and can be started again on the same data. */
export class Device {
  #running: Running | undefined;
  #client: ControlClient | undefined;

  constructor(
    private readonly stage: Stage,
    private readonly directory: Running,
    readonly name: string,
    private readonly args: readonly string[],
  ) {}

  get running(): Running {
    if (!this.#running) throw new Error(`${this.name} does not run`);
    return this.#running;
  }

  /** Where its files arrive. */
  get received(): string {
    return join(this.stage.data(this.name), 'received');
  }

  async start(): Promise<void> {
    this.#running = await this.stage.device(this.name, this.directory.address, ...this.args);
    this.#client = await ControlClient.connect(this.stage.data(this.name), { lineBytesMax: CONTROL_REPLY_BYTES_MAX });
  }

  /** As a pulled plug, and back with a new process; without `--listen` on another port. */
  async replug(): Promise<void> {
    await this.running.kill();
    await this.close();
    await this.start();
  }

  ask<T extends CommandType>(command: CommandOf<T> & { readonly type: T }): Promise<CommandResults[T]> {
    if (!this.#client) throw new Error(`${this.name} does not run`);
    return this.#client.dispatch<T>(command);
  }

  async transfer(id: TransferId): Promise<TransferView> {
    const view = (await this.ask({ type: 'transfer.list' })).find((one) => one.id === id);
    if (!view) throw new Error(`${this.name} knows of no transfer ${id}`);
    return view;
  }

  /** The first fact of that type about that transfer that was not waited for yet. */
  fact<T extends DomainEvent['type'] & `transfer.${string}`>(type: T, id: TransferId): Promise<Extract<DomainEvent, { readonly type: T }>> {
    return this.running.until(`${type} at ${this.name}`, (event) => {
      // Who waits for a good end is told of another one at once.
      if (event.type === 'transfer.ended' && event.id === id && type !== 'transfer.ended') throw new Error(`${event.state} [${event.code}]`);
      return event.type === type && 'id' in event && event.id === id ? (event as Extract<DomainEvent, { readonly type: T }>) : undefined;
    });
  }

  async close(): Promise<void> {
    await this.#client?.[Symbol.asyncDispose]();
  }
}

/** Two devices that are friends, `pi` who sends and `board` who receives. */
export class FilePair implements AsyncDisposable {
  private constructor(
    readonly stage: Stage,
    readonly pi: Device,
    readonly board: Device,
  ) {}

  /** With further arguments for each of them. */
  static open(
    args: { readonly pi?: readonly string[]; readonly board?: readonly string[] } = {},
    prepare?: (stage: Stage) => Promise<void>,
  ): Promise<FilePair> {
    return Stage.with(async (stage) => {
      await prepare?.(stage);
      const directory = await stage.directory();
      const pair = new FilePair(stage, new Device(stage, directory, 'pi', args.pi ?? []), new Device(stage, directory, 'board', args.board ?? []));
      await Promise.all([pair.pi.start(), pair.board.start()]);
      await stage.befriend(pair.pi, pair.board);
      return pair;
    });
  }

  /** Offers files or folders; resolves when the receiver has been told. */
  async offer(...paths: readonly string[]): Promise<TransferId> {
    const { id } = await this.pi.ask({ type: 'file.send', to: 'board', paths: [...paths] });
    await this.board.running.until('the offer', (event) => (event.type === 'transfer.offered' && event.id === id ? true : undefined));
    return id;
  }

  async accept(id: TransferId): Promise<void> {
    await this.board.ask({ type: 'transfer.accept', id });
  }

  /** Until both sides know that it has arrived; the final paths at the receiver. */
  async arrived(id: TransferId): Promise<readonly string[]> {
    const [{ paths }] = await Promise.all([this.board.fact('transfer.completed', id), this.pi.fact('transfer.completed', id)]);
    return paths;
  }

  async deliver(...paths: readonly string[]): Promise<readonly string[]> {
    const id = await this.offer(...paths);
    await this.accept(id);
    return this.arrived(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.pi.close(), this.board.close()]);
    await this.stage[Symbol.asyncDispose]();
  }
}

/** A pair for all tests of a `describe`. */
export const heldPair = (open: () => Promise<FilePair> = () => FilePair.open()): (() => FilePair) => held(open);

/** Waits with `until` for so many bytes of that transfer. */
export const progressed =
  (id: string, bytes: number) =>
  (event: DomainEvent): number | undefined =>
    event.type === 'transfer.progressed' && event.id === id && event.bytes >= bytes ? event.bytes : undefined;

/** A file of that length with random bytes at some places and nothing stored between them. */
export async function writeSparse(path: string, bytes: number, places: readonly number[]): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.truncate(bytes);
    for (const place of places) {
      const mark = randomBytes(Math.min(MARK_BYTES, bytes - place));
      await file.write(mark, 0, mark.length, place);
    }
  } finally {
    await file.close();
  }
}

/** Of a file of any size, in hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest('hex');
}
