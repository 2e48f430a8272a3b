import { SansfilError } from '../base/errors.js';
import type { Link } from '../ports/transport.js';
import { Connection } from './Connection.js';
import { FAIR_WEATHER, type Weather } from './faults.js';
import type { Conditions, NetworkTally, Way } from './Lane.js';
import type { Rng } from './Rng.js';
import type { SimulatedLink } from './SimulatedLink.js';
import type { VirtualClock } from './VirtualClock.js';

/** A fault that was done, not each packet. `who` is a wire, `pi-board`, or one way of it, `pi>board`. */
export interface NetworkEvent {
  readonly what: string;
  readonly who: string;
}

export interface NetworkOptions {
  readonly clock: VirtualClock;
  readonly rng: Rng;
  readonly weather?: Weather;
  readonly onEvent?: (event: NetworkEvent) => void;
}

/**
 * A network in memory, on the virtual clock, everything drawn from the seed. Links over it are what TCP makes of its weather:
 * ordered, whole and at most once, only late, until packets are lost so often that the connection ends. A cut stalls what is
 * under way, as a pulled cable does: nothing is lost and nobody is told until it heals or somebody gives up.
 */
export class Network {
  readonly clock: VirtualClock;
  readonly #rng: Rng;
  readonly #conditions: Conditions;
  readonly #listeners = new Map<string, (link: Link) => void>();
  readonly #ways = new Map<string, Way>();
  readonly #connections = new Set<Connection>();
  #dials = 0;

  constructor({ clock, rng, weather = FAIR_WEATHER, onEvent = () => undefined }: NetworkOptions) {
    this.clock = clock;
    this.#rng = rng.fork('network');
    const tally: NetworkTally = { lost: 0, doubled: 0, overtaken: 0, timedOut: 0, forged: 0 };
    this.#conditions = { clock, weather, tally, note: (what, who) => onEvent({ what, who }) };
  }

  get weather(): Weather {
    return this.#conditions.weather;
  }

  /** What is under way meets the new one, as if it had been sent now. */
  set weather(weather: Weather) {
    this.#conditions.weather = weather;
    for (const connection of this.#connections) connection.retime();
  }

  /** How often each thing was done to a packet or a frame so far. */
  get tally(): Readonly<NetworkTally> {
    return this.#conditions.tally;
  }

  /** @throws SansfilError PORT_IN_USE. Returns what ends it. */
  listen(address: string, onLink: (link: Link) => void): () => void {
    if (this.#listeners.has(address)) throw new SansfilError('PORT_IN_USE', `${address} is taken`);
    this.#listeners.set(address, onLink);
    return () => {
      if (this.#listeners.get(address) === onLink) this.#listeners.delete(address);
    };
  }

  isTaken(address: string): boolean {
    return this.#listeners.has(address);
  }

  /** Answers after a round trip; over a cut it waits for healing or the signal. @throws SansfilError LINK_FAILED */
  dial(from: string, address: string, signal: AbortSignal): Promise<Link> {
    return new Promise((resolve, reject) => {
      const cause = (): SansfilError => SansfilError.from(signal.reason, 'LINK_FAILED');
      if (signal.aborted) return reject(cause());
      const connection = this.#connect(from, address, (result) => {
        signal.removeEventListener('abort', abort);
        if (result instanceof Error) reject(result);
        else resolve(result);
      });
      const abort = (): void => {
        connection.lose(connection.near);
        reject(cause());
      };
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Nothing passes between the two any more, in both directions or only from the first to the second. */
  cut(a: string, b: string, direction: 'both' | 'one' = 'both'): void {
    this.#setCut([this.#way(a, b), ...(direction === 'both' ? [this.#way(b, a)] : [])], true);
  }

  /** What was stalled goes on. */
  heal(a: string, b: string): void {
    this.#setCut([this.#way(a, b), this.#way(b, a)], false);
  }

  healAll(): void {
    for (const { from, to } of this.#ways.values()) this.heal(from, to);
  }

  /** The connection of that link breaks; its ends are told at different moments. */
  sever(link: string): void {
    for (const connection of this.#connections) if (connection.near.id === link || connection.far.id === link) connection.sever();
  }

  /** Every connection between the two breaks, also those being dialled. */
  severBetween(a: string, b: string): void {
    for (const connection of this.#connections) {
      const { near, far } = connection;
      if ((near.host === a && far.host === b) || (near.host === b && far.host === a)) connection.sever();
    }
  }

  /** The process on that host dies: its listeners are gone, its own ends hear nothing, the others hear of it if they can be reached. */
  crash(host: string): void {
    for (const address of [...this.#listeners.keys()]) if (hostOf(address) === host) this.#listeners.delete(address);
    for (const connection of [...this.#connections]) {
      for (const end of [connection.near, connection.far]) if (end.host === host) connection.lose(end);
    }
  }

  /** Those with an end open. */
  get connections(): Iterable<Connection> {
    return this.#connections;
  }

  /** The open connections with an end on that host. */
  linksOf(host: string): readonly Connection[] {
    return [...this.#connections].filter(({ established, near, far }) => established && (near.host === host || far.host === host));
  }

  #connect(from: string, address: string, dialled: (result: SimulatedLink | Error) => void): Connection {
    const to = hostOf(address);
    const out = this.#way(from, to);
    const connection = new Connection({
      number: ++this.#dials,
      conditions: this.#conditions,
      // By wire, so that a dial more between others draws nothing away from these.
      rng: this.#rng.fork(`${out.name} ${++out.dials}`),
      out,
      back: this.#way(to, from),
      listener: () => this.#listeners.get(address),
      dialled,
      over: (over) => this.#connections.delete(over),
    });
    this.#connections.add(connection);
    return connection;
  }

  #setCut(ways: readonly Way[], cut: boolean): void {
    const changed = ways.filter((way) => way.cut !== cut);
    const [first] = changed;
    if (!first) return;
    for (const way of changed) way.cut = cut;
    this.#conditions.note(cut ? 'cut' : 'healed', changed.length === 2 ? `${first.from}-${first.to}` : first.name);
    if (!cut) for (const connection of this.#connections) connection.resume();
  }

  #way(from: string, to: string): Way {
    const name = `${from}>${to}`;
    const known = this.#ways.get(name);
    if (known) return known;
    const way = { name, from, to, cut: false, dials: 0 };
    this.#ways.set(name, way);
    return way;
  }
}

const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(':'));
