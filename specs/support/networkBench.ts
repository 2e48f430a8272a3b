import type { Link } from '../../core/ports/transport.js';
import type { Weather } from '../../core/simulation/faults.js';
import type { NetworkEvent } from '../../core/simulation/Network.js';
import { Network, Rng, VirtualClock } from '../../core/testing.js';
import { drain } from './drain.js';
import { RecordingHandler } from './recordingHandler.js';

const NEVER = new AbortController().signal;

/** A simulated network on a clock of its own, and what a spec does with it. */
export class NetworkBench {
  readonly clock = new VirtualClock();
  readonly network: Network;
  /** What the network said that it did: `severed pi-board`. */
  readonly events: string[] = [];

  constructor(seed = 1, weather?: Weather) {
    const onEvent = ({ what, who }: NetworkEvent): void => void this.events.push(`${what} ${who}`);
    this.network = new Network({ clock: this.clock, rng: new Rng(seed), onEvent, ...(weather ? { weather } : {}) });
  }

  /** Until nothing is under way any more. */
  settle = async (): Promise<void> => {
    await drain();
    while (this.clock.step()) await drain();
  };

  /** Until the promise has settled, or nothing is left that could settle it. */
  run = async <T>(promise: Promise<T>): Promise<T> => {
    let done = false;
    const end = promise.finally(() => (done = true));
    end.catch(() => undefined);
    for (await drain(); !done; await drain()) if (!this.clock.step()) break;
    return end;
  };

  dial(signal: AbortSignal = NEVER): Promise<Link> {
    return this.network.dial('pi', 'board:1', signal);
  }

  /** A link from `pi` to `board`, both ends attached. */
  async link(): Promise<{ near: Link; far: Link; atNear: RecordingHandler; atFar: RecordingHandler }> {
    const [atNear, atFar] = [new RecordingHandler(), new RecordingHandler()];
    const accepted: Link[] = [];
    const end = this.network.listen('board:1', (link) => {
      accepted.push(link);
      link.attach(atFar);
    });
    const near = await this.run(this.dial());
    end();
    near.attach(atNear);
    const [far] = accepted;
    if (!far) throw new Error('nobody took the link');
    // What attaching has to tell is told; the time does not move.
    while (this.clock.next() === 0) this.clock.step();
    return { near, far, atNear, atFar };
  }
}

/** A frame that says which one it is. */
export const numbered = (n: number, bytes = 2): Uint8Array => {
  const frame = new Uint8Array(bytes);
  frame.set([n >>> 8, n & 255]);
  return frame;
};

export const numbersOf = (handler: RecordingHandler): number[] => handler.frames.map(([high = 0, low = 0]) => (high << 8) | low);
