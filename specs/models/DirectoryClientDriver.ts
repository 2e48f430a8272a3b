import { expect } from '@jest/globals';
import type { SnapshotFrom } from 'xstate';
import { TOKEN_MS } from '../../core/base/limits.js';
import { SansfilError } from '../../core/base/errors.js';
import { MemoryStores } from '../../core/simulation/memoryStores.js';
import { Device, DirectoryWorld, named } from '../support/directoryWorld.js';
import type { ModelDriver } from './describeModel.js';
import type { directoryClientModel, DirectoryModelEvent } from './directoryClient.model.js';

/** Enough for what goes by itself while nothing is in its way; no pause is that short. */
const SOON_MS = 100;
/** More than the longest pause between two tries, and than the spread after a common loss. */
const PAUSE_MS = 45_000;

type After = SnapshotFrom<typeof directoryClientModel>;

/** The real agent at the real directory service: does what the model's events say, and is asked how it stands. */
export class DirectoryClientDriver implements ModelDriver<typeof directoryClientModel> {
  readonly #world = new DirectoryWorld();
  readonly #stores = new MemoryStores();
  #device: Device | undefined;
  #name = 'ada';
  #others = 0;

  async begin(): Promise<this> {
    await this.#world.open();
    return this;
  }

  /** @param after the situation the model comes to */
  async act(event: DirectoryModelEvent['type'], after: After): Promise<void> {
    switch (event) {
      case 'start':
      case 'start alone':
        this.#device = await new Device('ada', this.#world, { stores: this.#stores, ...(event === 'start' ? {} : { url: null }) }).start();
        return this.#world.pass(SOON_MS);
      case 'stop':
        await this.#world.through(this.#agent.stop());
        this.#device = undefined;
        return;
      case 'register':
        return this.#ask(event, after, () => this.#agent.register(named(this.#name)));
      case 'register another name':
        this.#name = `${this.#name}a`;
        return this.#ask(event, after, () => this.#agent.register(named(this.#name)));
      case 'log in':
        return this.#ask(event, after, () => this.#agent.login());
      case 'wait':
        return this.#world.pass(PAUSE_MS);
      case 'wait for hours':
        return this.#world.pass(2 * TOKEN_MS);
      default:
        return this.#happen(event);
    }
  }

  /** How the device stands, against how the model says that it must. */
  check(model: After): void {
    const { agent, facts } = this.#device ?? {};
    const state = agent?.state ?? 'off';
    expect({ state, account: agent?.account !== undefined }).toEqual({ state: model.value, account: agent !== undefined && model.context.registered });
    if (state === 'off') expect(this.#world.clock.pending).toBe(0);
    expect(facts?.filter(({ type }) => type === 'fault') ?? []).toEqual([]);
    const told = facts?.findLast((fact) => fact.type === 'directory.changed');
    if (told?.type === 'directory.changed')
      expect(told).toEqual({ type: 'directory.changed', state, ...(agent?.code === undefined ? {} : { code: agent.code }) });
    expect(agent?.presence ?? 'offline').toBe(state === 'online' ? 'online' : 'offline');
  }

  async end(): Promise<void> {
    if (this.#device) await this.#world.through(this.#agent.stop());
    expect(this.#world.clock.pending).toBe(0);
  }

  get #agent(): Device['agent'] {
    if (!this.#device) throw new Error('the model asks a device that does not run');
    return this.#device.agent;
  }

  async #happen(event: DirectoryModelEvent['type']): Promise<void> {
    const { place } = this.#world;
    if (event === 'the connection drops') place.cut('ada');
    if (event === 'the directory goes') place.down();
    if (event === 'the directory comes') place.up();
    if (event === 'the directory forgets') await this.#world.wipe();
    if (event === 'somebody takes the name') await this.#takeName();
    await this.#world.pass();
  }

  async #takeName(): Promise<void> {
    const other = await new Device('other', this.#world, { seed: `other ${++this.#others}` }).start();
    await other.agent.register(named(this.#name));
    await other.agent.stop();
  }

  /** The answer a person gets must fit to how the device stands afterwards. */
  async #ask(event: DirectoryModelEvent['type'], after: After, command: () => Promise<unknown>): Promise<void> {
    const before = this.#agent.state;
    const answer = await this.#world.through(command()).then(
      () => 'done',
      (error: unknown) => SansfilError.from(error).code,
    );
    expect(answer).toBe(expectedAnswer(event, before, after));
  }
}

function expectedAnswer(event: DirectoryModelEvent['type'], before: string, { value, context }: After): string {
  if (event === 'log in' && before === 'unregistered' && !context.registered) return 'NOT_REGISTERED';
  if (event === 'register' && (before === 'online' || before === 'offline')) return 'ALREADY_REGISTERED';
  if (value === 'online') return 'done';
  return value !== 'unconfigured' && context.up ? 'NAME_TAKEN' : 'DIRECTORY_UNREACHABLE';
}
