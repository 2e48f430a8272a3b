import { SansfilError } from '../base/errors.js';
import { Lane, type Cargo, type Conditions, type Way } from './Lane.js';
import type { Rng } from './Rng.js';
import { SimulatedLink } from './SimulatedLink.js';

export interface ConnectionParts {
  readonly number: number;
  readonly conditions: Conditions;
  readonly rng: Rng;
  /** From the host that dials to the one that is called, and back. */
  readonly out: Way;
  readonly back: Way;
  /** Who listens when the knock comes, if anybody does. */
  readonly listener: () => ((link: SimulatedLink) => void) | undefined;
  /** Once, unless the dialler is gone: the link, or why there is none. */
  readonly dialled: (result: SimulatedLink | Error) => void;
  /** Both ends are over. */
  readonly over: (connection: Connection) => void;
}

/** One end of a severed connection hears of it at once; the other may go on in good faith for so long. */
const SEVERED_UNAWARE_MS_MAX = 3_000;

const reset = (): SansfilError => new SansfilError('LINK_FAILED', 'the connection was reset');

/** Two links and the two lanes between them, from the dial to the end of the second of its ends. */
export class Connection {
  readonly near: SimulatedLink;
  readonly far: SimulatedLink;
  readonly #parts: ConnectionParts;
  readonly #out: Lane;
  readonly #back: Lane;
  #answeredMs: number | undefined;
  #accepted = false;
  #dialled = false;
  /** Nothing passes any more, in either direction. */
  #dead = false;

  constructor(parts: ConnectionParts) {
    const { number, conditions, rng, out, back } = parts;
    this.#parts = parts;
    this.near = this.#end(`memory-${number}a`, out);
    this.far = this.#end(`memory-${number}b`, back);
    this.#out = new Lane(out, rng.fork('out'), conditions, this.#endsOf(this.near, this.far));
    this.#back = new Lane(back, rng.fork('back'), conditions, this.#endsOf(this.far, this.near));
    this.#out.carry('knock');
  }

  /** When somebody at the called side took its end; undefined before, and when nobody did. */
  get answeredMs(): number | undefined {
    return this.#answeredMs;
  }

  /** Whether the called side has its end too. */
  get established(): boolean {
    return this.#accepted;
  }

  /** After a cut has healed. */
  resume(): void {
    this.#out.resume();
    this.#back.resume();
  }

  /** After the weather has changed. */
  retime(): void {
    this.#out.retime();
    this.#back.retime();
  }

  /** It breaks: one end hears of it soon, the other later. An end with a frame on its way to it may see that cut in the middle. */
  sever(): void {
    if (this.#dead) return;
    const { rng, conditions } = this.#parts;
    const whys = [this.#causeFor(this.near), this.#causeFor(this.far)] as const;
    const [soon, later] = [this.#latency(), rng.between(0, SEVERED_UNAWARE_MS_MAX)];
    const nearFirst = rng.chance(0.5);
    this.#die();
    conditions.note('severed', `${this.near.host}-${this.far.host}`);
    this.near.finishIn(nearFirst ? soon : later, whys[0]);
    this.far.finishIn(nearFirst ? later : soon, whys[1]);
  }

  /** Whoever held that end is gone without a goodbye; the other end hears of it if it can be reached. */
  lose(end: SimulatedLink): void {
    if (!end.open || (end === this.far && !this.#accepted)) return;
    const other = this.#otherThan(end);
    const why = this.#causeFor(other);
    if (end === this.near) this.#dialled = true;
    // What had left before the power went may arrive, or be lost with it.
    const arrives = this.#dialled && this.#accepted && !this.#laneFrom(end).way.cut && this.#parts.rng.chance(0.5);
    if (arrives) this.#laneFrom(end).carry('reset');
    else this.#laneFrom(end).drop();
    end.vanish();
    if (arrives) return;
    // A knock that was answered by somebody who is gone is asked for again, and nobody is there.
    if (this.#dialled) this.#reset(other, why);
    else this.#back.carry('refusal');
  }

  #end(id: string, way: Way): SimulatedLink {
    const link: SimulatedLink = new SimulatedLink(id, way.from, way.to, this.#parts.conditions.clock, {
      carry: (cargo) => {
        if (!this.#dead) this.#laneFrom(link).carry(cargo, link.attached);
      },
      took: (bytes) => this.#otherThan(link).taken(bytes),
      ended: (why) => this.#ended(link, why),
    });
    return link;
  }

  #endsOf(from: SimulatedLink, to: SimulatedLink): ConstructorParameters<typeof Lane>[3] {
    return {
      arrived: (cargo) => this.#arrived(to, cargo),
      timedOut: () => this.#timedOut(from),
      vanished: (bytes) => from.taken(bytes),
    };
  }

  #arrived(end: SimulatedLink, cargo: Cargo): void {
    if (cargo === 'knock') this.#answer();
    else if (cargo === 'answer') this.#tellDialler(this.near);
    else if (cargo === 'refusal') this.near.finish(new SansfilError('LINK_FAILED', `nobody listens at ${this.far.host}`));
    else if (cargo === 'reset') end.finish(reset());
    else if (end.open) end.arrive(cargo);
    else if (cargo !== 'end') this.#reset(this.#otherThan(end), reset());
  }

  #answer(): void {
    const onLink = this.#parts.listener();
    this.#accepted = onLink !== undefined;
    if (onLink) this.#answeredMs = this.#parts.conditions.clock.monotonic();
    // The answer leaves first: what the called side sends at once must not come before it.
    this.#back.carry(onLink ? 'answer' : 'refusal');
    onLink?.(this.far);
  }

  #tellDialler(result: SimulatedLink | Error): void {
    if (this.#dialled) return;
    this.#dialled = true;
    this.#parts.dialled(result);
  }

  #ended(end: SimulatedLink, why: Error | undefined): void {
    if (end === this.near) {
      if (!this.#dialled) this.#tellDialler(why ?? reset());
      if (!this.#accepted) this.far.vanish();
    }
    if (this.near.open || this.far.open) return;
    this.#die();
    this.#parts.over(this);
  }

  /** That end has sent something often enough without an answer. */
  #timedOut(end: SimulatedLink): void {
    const why = new SansfilError('LINK_FAILED', 'the connection timed out');
    const lane = this.#laneFrom(end);
    this.#parts.conditions.tally.timedOut++;
    this.#parts.conditions.note('timed out', lane.way.name);
    lane.drop();
    end.finish(why);
    // The dialler counts for itself: it has no answer either.
    if (this.#dialled) this.#reset(this.#otherThan(end), reset());
    else this.near.finish(why);
  }

  /** Tells that end, by a packet that nobody sends again: who misses it learns of it when it sends something. */
  #reset(end: SimulatedLink, why: Error): void {
    const { loss } = this.#parts.conditions.weather;
    const { cut } = this.#laneFrom(this.#otherThan(end)).way;
    if (!cut && !(loss > 0 && this.#parts.rng.chance(loss))) end.finishIn(this.#latency(), why);
  }

  #causeFor(end: SimulatedLink): SansfilError {
    const truncated = this.#laneFrom(this.#otherThan(end)).loaded && this.#parts.rng.chance(0.5);
    return truncated ? new SansfilError('FRAME_TRUNCATED') : reset();
  }

  #die(): void {
    this.#dead = true;
    this.#out.drop();
    this.#back.drop();
  }

  #laneFrom(end: SimulatedLink): Lane {
    return end === this.near ? this.#out : this.#back;
  }

  #otherThan(end: SimulatedLink): SimulatedLink {
    return end === this.near ? this.far : this.near;
  }

  #latency(): number {
    const { min, max } = this.#parts.conditions.weather.latencyMs;
    return this.#parts.rng.between(min, max);
  }
}
