import { describe, expect, test } from '@jest/globals';
import { createActor, createMachine, fromPromise } from 'xstate';
import { parseAccountName } from '../../core/base/ids.js';
import { SansfilError } from '../../core/base/errors.js';
import { Census } from '../../core/engine/Census.js';
import { Node } from '../../core/engine/Node.js';
import { MemoryFileSource } from '../../core/simulation/memoryFiles.js';
import { Network } from '../../core/simulation/Network.js';
import { Rng } from '../../core/simulation/Rng.js';
import { SimulatedDirectory } from '../../core/simulation/SimulatedDirectory.js';
import { SimulatedDisk } from '../../core/simulation/SimulatedDisk.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';
import { toyFileCipher } from '../../core/simulation/toyFileCipher.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { MemoryDirectory } from '../../transports/memory/MemoryDirectory.js';
import { MemoryTransport } from '../../transports/memory/MemoryTransport.js';
import { drain } from '../support/drain.js';

const NOTHING = { actors: 0, subscriptions: 0, bufferBytes: 0 };
const PHOTO = new Uint8Array(40_000).map((_, at) => at);

/** Two friends, each on a disk that takes its time. */
class Pair {
  readonly clock = new VirtualClock();
  /** How the story ended, once it has. */
  ending: unknown = 'goes on';
  readonly #rng = new Rng(11);
  readonly #network = new Network({ clock: this.clock, rng: this.#rng });
  readonly #source = new MemoryFileSource();
  readonly #directory = new SimulatedDirectory({
    clock: this.clock,
    rng: this.#rng.fork('directory'),
    primitives: toyPrimitives(),
    verifier: toyIdentity('directory').verifier,
    place: (options) => new MemoryDirectory(options),
  });

  async begin(): Promise<readonly [Node, Node]> {
    await this.#directory.start();
    await this.#directory.acquaint(['pi', 'board'].map((name) => ({ name, peer: toyIdentity(name).signer.peerId, spki: toyIdentity(name).signer.spki })));
    this.#source.put('photo.jpg', PHOTO);
    return [await this.#node('pi', 'board'), await this.#node('board', 'pi')];
  }

  /** The devices start, write to each other, send a file: at some step of it all that an engine has is under way. */
  live(pi: Node, board: Node): void {
    const story = async (): Promise<void> => {
      await Promise.all([pi.start(), board.start()]);
      await Promise.all([
        pi.dispatch({ type: 'message.send', to: 'board', text: 'hello' }),
        board.dispatch({ type: 'message.send', to: 'pi', text: 'you too' }),
        pi.dispatch({ type: 'file.send', to: 'board', paths: ['photo.jpg'] }),
      ]);
      const offer = await this.#transferOf(board, 'offered');
      await board.dispatch({ type: 'transfer.accept', id: offer.id });
      await this.#transferOf(pi, 'done');
    };
    story().then(
      () => (this.ending = 'happy'),
      (error: unknown) => (this.ending = SansfilError.from(error).code),
    );
  }

  async step(): Promise<void> {
    if (!this.clock.step()) throw new Error('it waits for something that never comes');
    await drain();
  }

  /** Time passes until the promise has settled. */
  async through(promise: Promise<unknown>): Promise<void> {
    let settled = false;
    const mark = (): void => void (settled = true);
    promise.then(mark, mark);
    for (await drain(); !settled;) await this.step();
    await promise;
  }

  async #transferOf(node: Node, state: string): Promise<{ readonly id: string }> {
    for (;;) {
      const transfer = (await node.dispatch({ type: 'transfer.list' })).find((one) => one.state === state);
      if (transfer) return transfer;
      await new Promise<void>((resolve) => this.clock.setTimeout(() => resolve(), 10));
    }
  }

  async #node(name: string, friend: string): Promise<Node> {
    const disk = new SimulatedDisk({ clock: this.clock, rng: this.#rng.fork(name) });
    disk.commitMs = { min: 1, max: 5 };
    const { peerId: peer } = toyIdentity(friend).signer;
    await disk.committed.settings.setAccount({ name: parseAccountName(name), directoryName: 'directory' });
    await disk.committed.contacts.put({ peer, name: parseAccountName(friend), state: 'friend', verified: false, addresses: [`memory://${friend}:1`] });
    const { stores, sink } = disk.mount();
    const primitives = toyPrimitives();
    return new Node(
      {
        ...toyIdentity(name),
        ...stores,
        sink,
        source: this.#source,
        clock: this.clock,
        primitives,
        cipher: toyFileCipher(primitives),
        random: this.#rng.fork(`${name}, random`),
        logger: { log: () => undefined },
        transports: [new MemoryTransport(this.#network, name)],
        directories: [this.#directory.port(name)],
      },
      { version: '0.0.0', listen: [`memory://${name}:1`], directoryUrl: 'memory://directory' },
    );
  }
}

/** Lets a pair live for so many steps; undefined when its story is over before. */
async function liveFor(steps: number): Promise<{ readonly pair: Pair; readonly nodes: readonly [Node, Node] } | undefined> {
  const pair = new Pair();
  const nodes = await pair.begin();
  pair.live(...nodes);
  await drain();
  for (let step = 0; step < steps; step++) {
    await pair.step();
    if (pair.ending !== 'goes on') return undefined;
  }
  return { pair, nodes };
}

const machine = createMachine({ initial: 'asking', states: { asking: { invoke: { src: fromPromise(() => new Promise(() => undefined)) } } } });

describe('the census', () => {
  test('counts an actor and what it asks for until it has ended', () => {
    const census = new Census();
    const actor = createActor(machine);
    const heard: string[] = [];
    expect(census.count).toBe(0);
    census.start(actor, { completed: () => heard.push('completed'), failed: () => heard.push('failed') });
    expect(census.count).toBe(2);
    actor.stop();
    expect([census.count, heard]).toEqual([0, ['completed']]);
  });

  test('still counts the ask of an actor that died of an error', () => {
    const census = new Census();
    const actor = createActor(
      createMachine({
        ...machine.config,
        on: {
          touched: {
            actions: () => {
              throw new Error('it broke');
            },
          },
        },
      }),
    );
    const causes: string[] = [];
    census.start(actor, { failed: ({ message }) => causes.push(message) });
    actor.send({ type: 'touched' });
    expect([census.count, causes]).toEqual([1, ['it broke']]);
  });
});

describe('what is alive of a device', () => {
  test('is something while it runs, and each who listens to its facts', async () => {
    const running = await liveFor(40);
    const [pi] = running?.nodes ?? [];
    const { actors, subscriptions } = pi?.alive() ?? NOTHING;
    expect(actors).toBeGreaterThan(1);
    const listener = pi?.events$.subscribe(() => undefined);
    expect(pi?.alive().subscriptions).toBe(subscriptions + 1);
    listener?.unsubscribe();
    expect(pi?.alive().subscriptions).toBe(subscriptions);
  });

  test('is nothing after a stop at any step of starting, dialling, shaking hands, talking and sending a file', async () => {
    const left: string[] = [];
    let steps = 0;
    for (let running = await liveFor(steps); running; running = await liveFor(++steps)) {
      const { pair, nodes } = running;
      for (const [n, node] of nodes.entries()) {
        await pair.through(node.stop());
        const { actors, subscriptions } = node.alive();
        if (actors + subscriptions > 0) left.push(`after ${steps} steps, device ${n}: ${actors} actors, ${subscriptions} subscriptions`);
      }
      for (let quiet = 0; pair.clock.pending > 0 && quiet < 1_000; quiet++) await pair.step();
      if (pair.clock.pending > 0) left.push(`after ${steps} steps: ${pair.clock.pending} timers`);
      for (const node of nodes) if (node.alive().actors > 0) left.push(`after ${steps} steps: an actor began after the stop`);
    }
    expect(left).toEqual([]);
    expect(steps).toBeGreaterThan(50);
  });

  test('is nothing of one that is started after its stop', async () => {
    const pair = new Pair();
    const [pi] = await pair.begin();
    await pi.stop();
    await expect(pi.start()).rejects.toMatchObject({ code: 'STOPPED' });
    expect(pi.alive()).toEqual(NOTHING);
  });
});
