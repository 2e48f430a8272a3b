import { SansfilError } from '../../core/base/errors.js';
import { CHUNK_BYTES_MIN } from '../../core/base/limits.js';
import type { PeerId } from '../../core/base/ids.js';
import { Census } from '../../core/engine/Census.js';
import { SessionRegistry } from '../../core/engine/SessionRegistry.js';
import { Delivery } from '../../core/engine/Delivery.js';
import { Transfers } from '../../core/engine/Transfers.js';
import type { OpenSession, SessionConsumer } from '../../core/engine/contracts.js';
import type { SessionKeys } from '../../core/engine/handshake/exchange.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { EventHub } from '../../core/events/EventHub.js';
import type { Logger } from '../../core/ports/logger.js';
import type { Link, Transport } from '../../core/ports/transport.js';
import type { Record } from '../../core/protocol/frames.js';
import { MemoryFileSink, MemoryFileSource } from '../../core/simulation/memoryFiles.js';
import { MemoryStores } from '../../core/simulation/memoryStores.js';
import { toyFileCipher } from '../../core/simulation/toyFileCipher.js';
import { Rng } from '../../core/simulation/Rng.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { turn } from '../support/sessionWorld.js';
import { HandLink } from './HandLink.js';
import { opened, Other, READY, sealed } from './Ends.js';

/** Facts an end of a connection may be told by; anything else is more than a close. */
const ENDINGS: readonly DomainEvent['type'][] = ['session.refused', 'session.closed', 'peer.waiting'];

/** Takes messages, which nobody is to send here. */
class Messages implements SessionConsumer {
  readonly recordTypes = { from: 0x10, to: 0x1f };
  readonly records: Record[] = [];

  record(_session: OpenSession, record: Record): void {
    this.records.push(record);
  }
  opened(): void {
    return;
  }
  drained(): void {
    return;
  }
  closed(): void {
    return;
  }
}

export interface Line {
  readonly link: HandLink;
  readonly keys: SessionKeys;
}

/** One registry that strangers send frames to, while a friend goes on talking to it. */
export class Besieged {
  readonly clock = new VirtualClock();
  readonly id: PeerId;
  readonly hub = new EventHub();
  readonly census = new Census();
  readonly registry: SessionRegistry;
  readonly messages = new Messages();
  readonly stores = new MemoryStores();
  readonly source = new MemoryFileSource();
  readonly sink = new MemoryFileSink();
  readonly delivery: Delivery;
  readonly transfers: Transfers;
  facts: DomainEvent[] = [];
  /** What went wrong in our own house, in words. */
  readonly errors: string[] = [];
  readonly other = new Other('other', this.clock);
  readonly #rejections: unknown[] = [];
  readonly #note = (reason: unknown): void => {
    this.#rejections.push(reason);
  };
  #links = 0;
  #friend: Line | undefined;
  #words = 0;
  /** The link of the next dial. */
  #dialled: HandLink | undefined;
  #wanted = false;

  /** `delivery`: what comes as messages is not only noted but taken, as a device does. */
  constructor({ delivery }: { readonly delivery: boolean } = { delivery: false }) {
    const { signer, verifier } = toyIdentity('besieged');
    this.id = signer.peerId;
    this.hub.events$.subscribe((fact) => this.facts.push(fact));
    const primitives = toyPrimitives();
    const shared = { primitives, clock: this.clock, facts: this.hub, random: new Rng(5), census: this.census };
    const logger: Logger = {
      log: (level, event, fields) => {
        if (level === 'error') this.errors.push(`${event} ${JSON.stringify(fields)}`);
      },
    };
    this.registry = new SessionRegistry({
      ...shared,
      transports: [this.#transport()],
      signer,
      verifier,
      policy: { admits: () => true, addressesOf: () => ['hand://other'] },
      logger,
    });
    const contents = { find: () => Promise.resolve(undefined) };
    const files = {
      source: this.source,
      sink: this.sink,
      chunkBytes: CHUNK_BYTES_MIN,
      contentChunkBytes: CHUNK_BYTES_MIN,
      cipher: toyFileCipher(primitives),
      store: this.stores.transfers,
      contents,
    };
    this.transfers = new Transfers({ ...shared, ...files, sessions: this.registry, logger, trustOf: () => undefined, present: () => [] });
    this.delivery = new Delivery({ ...shared, store: this.stores.messages, sessions: this.registry, logger });
    this.registry.consume(delivery ? this.delivery : this.messages);
    this.registry.consume(this.transfers);
    process.on('unhandledRejection', this.#note);
  }

  get sessions(): number {
    return this.registry.sessions().filter(({ peer }) => peer === this.other.id).length;
  }

  /** A connection from an address nobody called from before, so that the limit of one address is not what is tried. */
  accept(): HandLink {
    const n = ++this.#links;
    const link = new HandLink(`in${n}`, `10.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`);
    this.registry.accept(link);
    return link;
  }

  /** The registry calls the other one; its HELLO is on the link. */
  async dial(): Promise<HandLink> {
    if (this.#wanted) this.registry.nudge(this.other.id);
    else this.registry.want(this.other.id, 'fuzz');
    this.#wanted = true;
    await turn();
    const link = this.#dialled;
    this.#dialled = undefined;
    if (!link) throw new Error('it does not dial');
    return link;
  }

  giveUp(): void {
    this.registry.unwant(this.other.id, 'fuzz');
    this.#wanted = false;
  }

  /** The other one calls; the registry has sent READY and waits for ours. */
  async shakenHands(other = this.other): Promise<Line> {
    const link = this.accept();
    const exchange = other.calls(this.id);
    link.deliver(exchange.hello());
    await turn();
    await exchange.verifySecond(only(link.take()));
    await exchange.prove();
    const { frame, keys } = exchange.finish();
    link.deliver(frame);
    await turn();
    return { link, keys };
  }

  /** The registry calls the other one and has sent frame 3 and READY. */
  async calledOut(): Promise<Line> {
    const link = await this.dial();
    const exchange = this.other.isCalled();
    exchange.judge(only(link.take()));
    await exchange.prove();
    link.deliver(exchange.second);
    await turn();
    const [third] = link.sent.splice(0, 1);
    await exchange.verifyThird(third ?? new Uint8Array(0));
    return { link, keys: exchange.finish() };
  }

  /** An open session, in which nothing was said yet. */
  async open(line: Line): Promise<Line> {
    line.link.deliver(sealed(line.keys, READY));
    await turn();
    return line;
  }

  /** The friend says something and is answered: what others do is not felt here. */
  async friendGoesOn(): Promise<void> {
    this.#friend ??= await this.#befriend();
    const { link, keys } = this.#friend;
    if (this.registry.open(keys.peer) === undefined && link.closed) throw new Error('the session of the friend ended');
    const echo = new Uint8Array(8).fill(++this.#words & 255);
    link.deliver(sealed(keys, { type: 'ping', echo }));
    const answer = opened(keys, only(link.take()));
    if (answer.type !== 'pong' || answer.echo.some((byte) => byte !== echo[0])) throw new Error(`the friend hears ${answer.type}`);
  }

  /** Nothing but the end of that connection may have come of it. */
  mustHaveOnlyEnded(link: HandLink): void {
    if (!link.closed) throw new Error('the connection goes on');
    this.mustBeUnmoved();
  }

  mustBeUnmoved(): void {
    this.mustBeSound();
    const odd = this.facts.filter((fact) => !ENDINGS.includes(fact.type));
    if (odd.length > 0) throw new Error(`it published ${JSON.stringify(odd)}`);
    if (this.messages.records.length > 0) throw new Error('a record was taken');
    if (this.sessions > 0) throw new Error('a session stands');
    this.facts = [];
  }

  /** Nothing of ours broke. */
  mustBeSound(): void {
    const faults = this.facts.filter((fact) => fact.type === 'fault' || ('code' in fact && fact.code === 'BUG'));
    if (faults.length > 0) throw new Error(`it published ${JSON.stringify(faults)}`);
    if (this.errors.length > 0) throw new Error(`it logged ${this.errors.join()}`);
    if (this.#rejections.length > 0) throw new Error('a promise was rejected and nobody knew', { cause: this.#rejections[0] });
  }

  /** It failed: nobody looks at it any more. */
  abandon(): void {
    process.off('unhandledRejection', this.#note);
  }

  /** Everything stops, and nothing is left to wait for. */
  async end(): Promise<void> {
    this.abandon();
    await Promise.all([this.delivery.stop(), this.transfers.stop()]);
    const stopped = this.registry.stop();
    for (let i = 0; i < 3; i++) await turn();
    await stopped;
    this.clock.advance(1);
    if (this.clock.pending > 0 || this.census.count > 0) throw new Error(`${this.clock.pending} timers and ${this.census.count} actors are left`);
  }

  async #befriend(): Promise<Line> {
    const friend = new Other('friend', this.clock);
    const line = await this.open(await this.shakenHands(friend));
    opened(line.keys, only(line.link.take()));
    this.facts = [];
    return line;
  }

  #transport(): Transport {
    return {
      scheme: 'hand',
      dial: (): Promise<Link> => {
        this.#dialled = new HandLink(`out${++this.#links}`, 'other');
        return Promise.resolve(this.#dialled);
      },
      listen: () => Promise.reject(new SansfilError('LINK_FAILED')),
    };
  }
}

export function only(frames: readonly Uint8Array[]): Uint8Array {
  const [frame] = frames;
  if (!frame || frames.length > 1) throw new Error(`${frames.length} frames instead of one`);
  return frame;
}
