import type { Clock, Timer } from '../ports/clock.js';
import type { Weather } from './faults.js';
import { Forger } from './Forger.js';
import type { Rng } from './Rng.js';

/** What travels: a frame, or a word of the stacks below the links, as SYN, SYN-ACK, the RST that answers a SYN, FIN, and RST. */
export type Cargo = Uint8Array | 'knock' | 'answer' | 'refusal' | 'end' | 'reset';

/** All that was done to packets and frames, by what it was. */
export type NetworkTally = Record<'lost' | 'doubled' | 'overtaken' | 'timedOut' | 'forged', number>;

/** What every lane of one network has in common. */
export interface Conditions {
  readonly clock: Clock;
  weather: Weather;
  readonly tally: NetworkTally;
  /** A fault for the trace: `cut`, `severed`, `frame changed`, …; `who` is a wire, `pi-board`, or one way of it, `pi>board`. */
  readonly note: (what: string, who: string) => void;
}

/** From one host to another; every connection between them shares it. */
export interface Way {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  cut: boolean;
  /** Connections begun in this direction so far. */
  dials: number;
}

interface Packet {
  readonly cargo: Cargo;
  /** When it comes; what is in front of it may make it wait longer. */
  dueMs: number;
  /** Lost so often that the sender gives the connection up, at `dueMs`. */
  hopeless: boolean;
  next: Packet | undefined;
}

/** TCP's patience, shortened so that a run sees the end of it: the first wait for an answer; each further one is twice as long. */
export const RETRANSMIT_MS = 200;
/** A packet lost that often in a row ends its connection, 12.6 s after it was first sent: 200 ms · (2^6 − 1). */
export const PACKET_TRIES_MAX = 6;
/** The longest detour of a packet that others overtake, in latencies. */
const DETOUR_LATENCIES_MAX = 3;

export interface LaneEnds {
  arrived(cargo: Cargo): void;
  /** The sender has tried often enough. */
  timedOut(): void;
  /** Somebody on the wire took so many bytes out of the stream, or put them in when negative. */
  vanished(bytes: number): void;
}

/**
 * One direction of one connection, as a TCP stream is to its ends: whatever happens to packets below, cargo comes once and
 * in order, only later. What will happen to a packet is drawn when it is sent, so one timer, for the next arrival, is enough.
 */
export class Lane {
  readonly #ends: LaneEnds;
  readonly #rng: Rng;
  #first: Packet | undefined;
  #last: Packet | undefined;
  #timer: Timer;
  /** Something was due while the way was cut. */
  #stalled = false;
  /** When the line has carried away everything given to it. */
  #idleMs = 0;
  #forger: Forger | undefined;
  readonly #arrive = (): void => this.#arriveDue();

  constructor(
    readonly way: Way,
    rng: Rng,
    private readonly conditions: Conditions,
    ends: LaneEnds,
  ) {
    this.#rng = rng;
    this.#ends = ends;
  }

  /** Whether a frame is on its way. */
  get loaded(): boolean {
    for (let packet = this.#first; packet; packet = packet.next) if (typeof packet.cargo !== 'string') return true;
    return false;
  }

  /** Takes the bytes over. `forgeable`: somebody on the wire may lay hands on it. */
  carry(cargo: Cargo, forgeable = false): void {
    const { forgery } = this.conditions.weather;
    if (typeof cargo !== 'string' && forgeable && (this.#forger || forgery > 0)) this.#hire().pass(cargo, forgery);
    else {
      this.#forger?.release();
      this.#add(cargo);
    }
  }

  /** Nothing of what is on its way arrives. */
  drop(): void {
    this.#first = undefined;
    this.#last = undefined;
    this.#stalled = false;
    this.#forger = undefined;
    this.conditions.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** After a cut has healed: what was stalled goes on. */
  resume(): void {
    if (this.#stalled && !this.way.cut) this.retime();
  }

  /** Everything on its way meets the weather of now, as if it had been sent now. */
  retime(): void {
    this.#forger?.release();
    this.#stalled = false;
    this.#idleMs = 0;
    for (let packet = this.#first; packet; packet = packet.next) this.#plan(packet);
    this.conditions.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#arm();
  }

  #hire(): Forger {
    this.#forger ??= new Forger({
      rng: this.#rng.fork('forger'),
      add: (frame) => this.#add(frame),
      vanished: (bytes) => this.#ends.vanished(bytes),
      note: (what) => {
        this.conditions.tally.forged++;
        this.conditions.note(what, this.way.name);
      },
    });
    return this.#forger;
  }

  #add(cargo: Cargo): void {
    const packet: Packet = { cargo, dueMs: 0, hopeless: false, next: undefined };
    if (this.#last) this.#last.next = packet;
    else this.#first = packet;
    this.#last = packet;
    // Healing plans for all that a cut has stalled.
    if (this.#stalled) return;
    this.#plan(packet);
    if (this.#timer === undefined) this.#arm();
  }

  /** What will happen to it, and so when it comes. */
  #plan(packet: Packet): void {
    const { clock, tally, weather } = this.conditions;
    const rng = this.#rng;
    const lineMs = typeof packet.cargo === 'string' ? 0 : packet.cargo.length / weather.bytesPerMs;
    this.#idleMs = Math.max(this.#idleMs, clock.monotonic()) + lineMs;
    let sentMs = this.#idleMs;
    packet.hopeless = false;
    for (let lost = 1; weather.loss > 0 && !packet.hopeless && rng.chance(weather.loss); lost++) {
      tally.lost++;
      sentMs += RETRANSMIT_MS * 2 ** (lost - 1);
      packet.hopeless = lost === PACKET_TRIES_MAX;
    }
    let latencyMs = rng.between(weather.latencyMs.min, weather.latencyMs.max);
    if (weather.duplicate > 0 && rng.chance(weather.duplicate)) {
      // The stream shows it once; all that is left of the second is the time it took on the line.
      this.#idleMs += lineMs;
      tally.doubled++;
    }
    if (weather.reorder > 0 && rng.chance(weather.reorder)) {
      latencyMs += rng.between(1, DETOUR_LATENCIES_MAX * weather.latencyMs.max);
      tally.overtaken++;
    }
    packet.dueMs = Math.ceil(packet.hopeless ? sentMs : sentMs + latencyMs);
  }

  #arm(): void {
    const { clock } = this.conditions;
    if (this.#first) this.#timer = clock.setTimeout(this.#arrive, this.#first.dueMs - clock.monotonic());
  }

  #arriveDue(): void {
    this.#timer = undefined;
    const now = this.conditions.clock.monotonic();
    for (let packet = this.#first; packet && packet.dueMs <= now; packet = this.#first) {
      if (packet.hopeless) return this.#ends.timedOut();
      if (this.way.cut) {
        this.#stalled = true;
        return;
      }
      this.#first = packet.next;
      if (!this.#first) this.#last = undefined;
      this.#ends.arrived(packet.cargo);
    }
    if (this.#timer === undefined) this.#arm();
  }
}
