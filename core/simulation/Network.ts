import { SansfilError } from '../base/errors.js';
import type { Link } from '../ports/transport.js';
import type { Rng } from './Rng.js';
import { SimulatedLink, type Cargo } from './SimulatedLink.js';
import type { VirtualClock } from './VirtualClock.js';

export interface NetworkOptions {
  readonly clock: VirtualClock;
  readonly rng: Rng;
  /** One way, ms; each frame draws its own, and none overtakes another. */
  readonly latencyMs?: { readonly min: number; readonly max: number };
}

interface Connection {
  readonly near: SimulatedLink;
  readonly far: SimulatedLink;
}

/** One direction of one connection: what is on its way, in order. */
class Flight {
  readonly waiting: Cargo[] = [];
  dueMs = 0;
  scheduled = 0;

  constructor(
    readonly from: SimulatedLink,
    readonly to: SimulatedLink,
  ) {}
}

/**
 * A network in memory, on the virtual clock, every delay drawn from the seed. A cut stalls what is under way, as a pulled
 * cable does to TCP: nothing is lost and nobody is told until it heals or somebody gives up. A severed link is told to both ends.
 */
export class Network {
  readonly clock: VirtualClock;
  readonly #rng: Rng;
  readonly #latency: { readonly min: number; readonly max: number };
  readonly #listeners = new Map<string, (link: Link) => void>();
  readonly #cuts = new Set<string>();
  readonly #flights = new Set<Flight>();
  readonly #knocks = new Map<() => void, string>();
  #connections: Connection[] = [];
  #links = 0;

  constructor({ clock, rng, latencyMs = { min: 1, max: 5 } }: NetworkOptions) {
    this.clock = clock;
    this.#rng = rng.fork('network');
    this.#latency = latencyMs;
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
    const to = address.slice(0, address.lastIndexOf(':'));
    return new Promise((resolve, reject) => {
      let connection: Connection | undefined;
      const settle = (): void => {
        this.#knocks.delete(knock);
        signal.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        settle();
        if (connection) this.#abandon(connection);
        reject(SansfilError.from(signal.reason, 'LINK_FAILED'));
      };
      const answered = (): void => {
        if (signal.aborted) return;
        settle();
        if (connection) resolve(connection.near);
        else reject(new SansfilError('LINK_FAILED', `nobody listens at ${address}`));
      };
      const knock = (): void => {
        if (!this.#knocks.has(knock) || !this.#reaches(from, to) || !this.#reaches(to, from)) return;
        this.#knocks.delete(knock);
        const onLink = this.#listeners.get(address);
        if (onLink) {
          connection = this.#connect(from, to);
          onLink(connection.far);
        }
        this.clock.setTimeout(answered, this.#draw());
      };
      if (signal.aborted) {
        abort();
        return;
      }
      signal.addEventListener('abort', abort);
      this.#knocks.set(knock, from);
      this.clock.setTimeout(knock, this.#draw());
    });
  }

  /** Nothing passes between the two any more, in both directions or only from the first to the second. */
  cut(a: string, b: string, direction: 'both' | 'one' = 'both'): void {
    this.#cuts.add(`${a}>${b}`);
    if (direction === 'both') this.#cuts.add(`${b}>${a}`);
  }

  /** What was stalled goes on. */
  heal(a: string, b: string): void {
    this.#cuts.delete(`${a}>${b}`);
    this.#cuts.delete(`${b}>${a}`);
    for (const flight of this.#flights) this.#schedule(flight);
    for (const knock of this.#knocks.keys()) this.clock.setTimeout(knock, this.#draw());
  }

  /** The connection of that link breaks; an end with a frame under way towards it may see it cut in the middle. */
  sever(link: string): void {
    const connection = this.#connections.find(({ near, far }) => near.id === link || far.id === link);
    if (connection) this.#kill(connection, (end) => end.finish(this.#causeFor(end)));
  }

  /** The process on that host dies: its listeners are gone, its own ends hear nothing, the others hear of it if they can be reached. */
  crash(host: string): void {
    for (const address of [...this.#listeners.keys()]) if (address.startsWith(`${host}:`)) this.#listeners.delete(address);
    for (const [knock, from] of this.#knocks) if (from === host) this.#knocks.delete(knock);
    for (const connection of this.linksOf(host)) {
      this.#kill(connection, (end) => {
        if (end.host === host) end.vanish();
        else this.#tellLater(end, host);
      });
    }
  }

  /** The open connections with an end on that host. */
  linksOf(host: string): readonly Connection[] {
    return this.#connections.filter(({ near, far }) => near.host === host || far.host === host);
  }

  #connect(from: string, to: string): Connection {
    const number = ++this.#links;
    const near = new SimulatedLink(`memory-${number}a`, from, to, this.clock);
    const far = new SimulatedLink(`memory-${number}b`, to, from, this.clock);
    near.lane = this.#lane(new Flight(near, far));
    far.lane = this.#lane(new Flight(far, near));
    this.#connections = this.#connections.filter((one) => one.near.open || one.far.open);
    this.#connections.push({ near, far });
    return { near, far };
  }

  #lane(flight: Flight): NonNullable<SimulatedLink['lane']> {
    return {
      to: flight.to,
      carry: (cargo) => {
        flight.waiting.push(cargo);
        this.#flights.add(flight);
        this.#schedule(flight);
      },
    };
  }

  /** One timer for each piece that waits, unless the way is cut; heal schedules the rest. */
  #schedule(flight: Flight): void {
    if (!this.#reaches(flight.from.host, flight.to.host)) return;
    for (; flight.scheduled < flight.waiting.length; flight.scheduled++) {
      const now = this.clock.monotonic();
      flight.dueMs = Math.max(flight.dueMs, now + this.#draw());
      this.clock.setTimeout(() => this.#arrive(flight), flight.dueMs - now);
    }
  }

  #arrive(flight: Flight): void {
    flight.scheduled--;
    if (!this.#reaches(flight.from.host, flight.to.host)) return;
    const cargo = flight.waiting.shift();
    if (flight.waiting.length === 0) this.#flights.delete(flight);
    if (cargo !== undefined) flight.to.arrive(cargo);
  }

  #kill(connection: Connection, end: (link: SimulatedLink) => void): void {
    this.#connections = this.#connections.filter((one) => one !== connection);
    for (const link of [connection.near, connection.far]) end(link);
    for (const flight of [...this.#flights]) {
      if (flight.from !== connection.near && flight.from !== connection.far) continue;
      flight.waiting.length = 0;
      this.#flights.delete(flight);
    }
  }

  /** The dialler gave up on a connection that the other side holds already. */
  #abandon(connection: Connection): void {
    this.#kill(connection, (end) => {
      if (end === connection.near) end.vanish();
      else this.#tellLater(end, connection.near.host);
    });
  }

  #tellLater(end: SimulatedLink, from: string): void {
    if (!this.#reaches(from, end.host)) return;
    const why = this.#causeFor(end);
    this.clock.setTimeout(() => end.finish(why), this.#draw());
  }

  #causeFor(end: SimulatedLink): SansfilError {
    const underWay = [...this.#flights].some((flight) => flight.to === end && flight.waiting.some((cargo) => cargo !== 'end'));
    return underWay && this.#rng.chance(0.5) ? new SansfilError('FRAME_TRUNCATED') : new SansfilError('LINK_FAILED', 'the connection was reset');
  }

  #reaches(from: string, to: string): boolean {
    return !this.#cuts.has(`${from}>${to}`);
  }

  #draw(): number {
    return this.#rng.between(this.#latency.min, this.#latency.max);
  }
}
