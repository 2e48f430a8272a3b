import type { Subscription } from 'rxjs';
import { assert } from '../base/assert.js';
import { SansfilError, type ErrorCode } from '../base/errors.js';
import { parseAccountName, type PeerId, type SessionId } from '../base/ids.js';
import { CHUNK_BYTES_MIN } from '../base/limits.js';
import { Node } from '../engine/Node.js';
import type { NodePorts } from '../engine/nodePorts.js';
import type { CommandOf, CommandResults, CommandType, MessageView, TransferView } from '../events/commands.js';
import type { DomainEvent, DomainEventType, Mood } from '../events/domainEvents.js';
import { inWords } from './inWords.js';
import { Lifeline } from './Lifeline.js';
import { MemoryFileSource, type MemoryFile } from './memoryFiles.js';
import { MortalClock } from './MortalClock.js';
import type { SimulatedDeviceParts } from './deviceParts.js';
import { SimulatedDisk } from './SimulatedDisk.js';

type Fact<T extends DomainEventType> = Extract<DomainEvent, { readonly type: T }>;

/** One process of a device. */
interface Life {
  readonly node: Node;
  readonly clock: MortalClock;
  readonly lifeline: Lifeline;
  readonly subscription: Subscription;
}

/** One device: the real engine over ports in memory. Its disk and its clock on the wall outlive its process. */
export class SimulatedDevice {
  readonly id: PeerId;
  readonly address: string;
  readonly disk: SimulatedDisk;
  readonly source = new MemoryFileSource();
  /** All it ever published, in all its lives. */
  readonly facts: DomainEvent[] = [];
  /** The sessions its engine says are open now. */
  readonly open = new Map<SessionId, PeerId>();
  /** Commands that this process has not answered yet. */
  readonly unanswered = new Set<string>();
  readonly #parts: SimulatedDeviceParts<SimulatedDevice>;
  #lives = 0;
  #questions = 0;
  #life: Life | undefined;
  #ready = false;

  constructor(
    readonly name: string,
    parts: SimulatedDeviceParts<SimulatedDevice>,
  ) {
    this.#parts = parts;
    this.id = parts.crypto.signer.peerId;
    this.address = `memory://${name}:1`;
    this.disk = new SimulatedDisk({ clock: parts.clock, rng: parts.rng.fork(`${name}, disk`) });
  }

  get spki(): Uint8Array {
    return this.#parts.crypto.signer.spki;
  }

  /** It has a process, which may still be starting. */
  get alive(): boolean {
    return this.#life !== undefined;
  }

  /** It takes commands. */
  get running(): boolean {
    return this.#ready;
  }

  /** What its next life would find after a power cut at this moment. */
  get committed(): SimulatedDisk['committed']['tables'] {
    return this.disk.committed.tables;
  }

  /** Complete files under their final names. */
  get received(): SimulatedDisk['received'] {
    return this.disk.received;
  }

  get folders(): ReadonlySet<string> {
    return this.disk.folders;
  }

  /** Of chunks on their way, in memory. */
  get bufferBytes(): number {
    return this.#life?.node.alive().bufferBytes ?? 0;
  }

  /** Timers its process waits for. */
  get timers(): number {
    return this.#life?.clock.pending ?? 0;
  }

  /** Rejects when it cannot start, and has no process then. */
  async start(): Promise<void> {
    assert(!this.#life, `${this.name} is running`);
    const life = (this.#life = this.#begin());
    try {
      await life.node.start();
      if (this.#life === life) this.#ready = true;
    } catch (error) {
      if (this.#life === life) this.#end(life);
      throw error;
    }
  }

  dispatch<T extends CommandType>(command: CommandOf<T> & { readonly type: T }): Promise<CommandResults[T]> {
    assert(this.#life, `${this.name} is not running`);
    this.#parts.onAsk(this, command);
    return this.#life.node.dispatch<T>(command);
  }

  /** A person asks and waits for the answer. */
  ask<T extends CommandType>(command: CommandOf<T> & { readonly type: T }): Promise<CommandResults[T]> {
    return this.#parts.run(this.#asked<T>(command));
  }

  /** A person asks and goes on with something else; what came of it is noted. */
  attempt<T extends CommandType>(command: CommandOf<T> & { readonly type: T }): void {
    const life = this.#life;
    this.#asked<T>(command).catch((error: unknown) => {
      const { code, message } = SansfilError.from(error);
      if (code === 'BUG') this.#parts.onBug(`${this.name} was asked for ${inWords(command)}: ${message}`);
      if (this.#life === life) this.#parts.onCommand(this, `${inWords(command)}: ${code}`);
    });
  }

  message(to: string, text: string): Promise<MessageView> {
    return this.ask({ type: 'message.send', to, text });
  }

  read(from: string): Promise<readonly MessageView[]> {
    return this.ask({ type: 'message.read', from });
  }

  file(to: string, name: string, bytes: Uint8Array): Promise<TransferView> {
    this.has(name, bytes);
    return this.ask({ type: 'file.send', to, paths: [name] });
  }

  /** A file in its own folder, which can be sent. */
  has(name: string, bytes: Uint8Array, { modifiedMs = 0, mode = 0o644 }: Partial<Omit<MemoryFile, 'bytes'>> = {}): void {
    this.source.put(name, bytes, modifiedMs, mode);
    this.#parts.onFile(name, { bytes, modifiedMs, mode });
  }

  /** Says yes to the offer that came last. */
  accept(): Promise<TransferView> {
    const offer = this.facts.findLast((fact): fact is Fact<'transfer.offered'> => fact.type === 'transfer.offered' && fact.direction === 'in');
    assert(offer, `nobody offered anything to ${this.name}`);
    return this.ask({ type: 'transfer.accept', id: offer.id });
  }

  /** In good order. What it still waits for afterwards is a leak. */
  async stop(): Promise<void> {
    const life = this.#life;
    if (!life) return;
    this.#ready = false;
    await life.node.stop();
    // It may have lost power meanwhile.
    if (this.#life !== life) return;
    const { pending } = life.clock;
    life.subscription.unsubscribe();
    const { actors, subscriptions, bufferBytes } = life.node.alive();
    this.#end(life);
    assert(pending === 0, `${this.name} stopped and still waits for ${pending} timers`);
    assert(actors === 0 && subscriptions === 0, `${this.name} stopped and still has ${actors} actors and ${subscriptions} subscriptions`);
    assert(bufferBytes === 0, `${this.name} stopped and still has ${bufferBytes} bytes of buffers`);
  }

  /** Power cut: nothing is told, nothing is flushed, timers and unsynced bytes are gone. */
  crash(): void {
    if (this.#life) this.#end(this.#life);
    this.disk.crash();
  }

  of<T extends DomainEventType>(type: T): readonly Fact<T>[] {
    return this.facts.filter((fact): fact is Fact<T> => fact.type === type);
  }

  /** The texts it received, in the order they reached the application. */
  get heard(): readonly string[] {
    return this.of('message.received').map(({ text }) => text);
  }

  /** How the last session, or attempt at one, with that peer ended; undefined while none did. */
  outcomeOf(peer: PeerId): { readonly mood: Mood; readonly code?: ErrorCode } | undefined {
    const last = this.facts.findLast((fact) => (fact.type === 'session.closed' || fact.type === 'session.refused') && fact.peer === peer);
    if (last?.type !== 'session.closed' && last?.type !== 'session.refused') return undefined;
    return { mood: last.mood, ...(last.code === undefined ? {} : { code: last.code }) };
  }

  /** As after a first day that went well: it has its account and these friends. Before its first start. */
  async acquaint(friends: readonly { readonly friend: SimulatedDevice; readonly addresses: readonly string[] }[], directoryName: string): Promise<void> {
    const { settings, contacts } = this.disk.committed;
    await settings.setAccount({ name: parseAccountName(this.name), directoryName });
    for (const { friend, addresses } of friends) {
      await contacts.put({ peer: friend.id, name: parseAccountName(friend.name), state: 'friend', verified: false, addresses });
    }
  }

  #asked<T extends CommandType>(command: CommandOf<T> & { readonly type: T }): Promise<CommandResults[T]> {
    const what = inWords(command);
    this.#parts.onCommand(this, what);
    const key = `${what} (${++this.#questions})`;
    this.unanswered.add(key);
    const answer = this.dispatch<T>(command);
    const life = this.#life;
    return answer.then(
      (result) => {
        this.unanswered.delete(key);
        return result;
      },
      (error: unknown) => {
        this.unanswered.delete(key);
        // Of a process that ends meanwhile nobody knows how far it came.
        if (this.#life === life && SansfilError.from(error).code !== 'STOPPED') this.#parts.onRefused(this, command);
        throw error;
      },
    );
  }

  #begin(): Life {
    const { crypto, wiretap, suites } = this.#parts;
    const clock = new MortalClock(this.#parts.clock, this.disk.wall);
    const lifeline = new Lifeline();
    const ports = this.#ports(clock, lifeline);
    const node = new Node(crypto.twist?.(ports) ?? ports, {
      version: '0.0.0',
      listen: [this.address],
      directoryUrl: 'memory://directory',
      tap: wiretap.tap(this.name),
      chunkBytes: CHUNK_BYTES_MIN,
      contentChunkBytes: CHUNK_BYTES_MIN,
      ...(suites ? { suites } : {}),
    });
    return { node, clock, lifeline, subscription: node.events$.subscribe((fact) => this.#note(fact)) };
  }

  #ports(clock: MortalClock, lifeline: Lifeline): NodePorts {
    const { rng, crypto, wiretap, transport, directory } = this.#parts;
    const { primitives, signer, verifier, cipher } = crypto;
    const { stores, sink } = this.disk.mount();
    return {
      ...stores,
      sink,
      source: this.source,
      clock,
      primitives: wiretap.primitives(this.name, primitives),
      ...{ signer, verifier, cipher },
      random: rng.fork(`${this.name}, life ${++this.#lives}`),
      logger: { log: () => undefined },
      transports: [lifeline.transport(transport())],
      directories: [lifeline.directory(directory())],
    };
  }

  #end(life: Life): void {
    life.subscription.unsubscribe();
    life.lifeline.cut();
    life.clock.die();
    this.#parts.wiretap.forget(this.name);
    this.open.clear();
    this.unanswered.clear();
    this.#life = undefined;
    this.#ready = false;
  }

  #note(fact: DomainEvent): void {
    this.facts.push(fact);
    if (fact.type === 'session.opened') this.open.set(fact.session, fact.peer);
    if (fact.type === 'session.closed') this.open.delete(fact.session);
    this.#parts.onFact(this, fact);
  }
}
