import type { Hand, Range, Reports } from '../../apps/simulator/Hand.js';
import type { SimulatorIo } from '../../apps/simulator/io.js';
import { runSeeds } from '../../apps/simulator/runSeeds.js';
import { runSimulator, type Workshop } from '../../apps/simulator/simulator.js';
import { draw, type Verdict } from '../../core/testing.js';

/** A run that goes well, or as said. */
export const verdict = (seed: number, over: Partial<Verdict> = {}): Verdict => ({
  seed,
  drawn: draw({ seed, faults: new Set() }),
  hash: '0123456789abcdef',
  virtualMs: 1_000,
  findings: [],
  trace: [],
  tally: { messages: 2, cuts: 1 },
  ...over,
});

/** Runs seeds in this thread, as a thread of its own would. */
export class LocalHand implements Hand {
  ended = false;
  #seed: number | undefined;

  constructor(private readonly one: (seed: number) => Promise<Verdict>) {}

  run(range: Range, reports: Reports): Promise<void> {
    return runSeeds(range, { run: this.one, nowMs: () => 0, underWay: (seed) => (this.#seed = seed) }, reports);
  }

  underWay(): number | undefined {
    return this.#seed;
  }

  end(): Promise<void> {
    this.ended = true;
    return Promise.resolve();
  }
}

export interface Desk extends Partial<Pick<SimulatorIo, 'outIsTerminal' | 'errIsTerminal' | 'columns' | 'env'>> {
  readonly simulate?: (seed: number) => Promise<Verdict>;
  readonly hire?: Workshop['hire'];
  readonly interrupted?: Promise<void>;
  readonly chance?: number;
}

/** One command line of the simulator in this process. Its clock stands until it is moved. */
export function simulatorLine(argv: readonly string[], desk: Desk = {}) {
  const said = { out: '', err: '', nowMs: 0 };
  let tick: () => void = () => undefined;
  const io: SimulatorIo = {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    outIsTerminal: desk.outIsTerminal === true,
    errIsTerminal: desk.errIsTerminal === true,
    columns: desk.columns,
    env: desk.env ?? {},
    cores: 2,
    nowMs: () => said.nowMs,
    every: (_ms, callback) => {
      tick = callback;
      return () => (tick = () => undefined);
    },
    chance: () => desk.chance ?? 0,
    interrupted: () => desk.interrupted ?? new Promise(() => undefined),
  };
  const simulate = desk.simulate ?? ((seed) => Promise.resolve(verdict(seed)));
  const exit = runSimulator(argv, io, { run: () => simulate, hire: desk.hire ?? (() => new LocalHand(simulate)) });
  const pass = (ms: number): void => {
    said.nowMs += ms;
    tick();
  };
  return {
    exit,
    said,
    pass,
    lines: () => said.out.trimEnd().split('\n'),
    documents: () =>
      said.out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
  };
}
