import { SansfilError } from '../base/errors.js';
import { DEFAULT_SUITES } from '../protocol/suites.js';
import { converge, depart, type Departure } from './Convergence.js';
import { drawFaults, type Fault, type FaultPlan } from './faults.js';
import { drawHolders, HOLDER_NAMES, type HoldersPlan } from './holders/HoldersPlan.js';
import { holdersParts, liveHolders, mayWriteTwice } from './holders/liveHolders.js';
import { Writes } from './holders/Writes.js';
import { Misfortune } from './Misfortune.js';
import { Rng } from './Rng.js';
import type { SimulatedDevice } from './SimulatedDevice.js';
import { drawStory, Story, type StoryPlan } from './Story.js';
import { traceHash, type TraceEntry } from './trace.js';
import { World, type WorldParts } from './World.js';

/** `day`: what two or three people do all day. `holders`: four friends who share, fetch and send folders. */
export const STORIES = ['day', 'holders'] as const;
export type StoryName = (typeof STORIES)[number];

export interface RunPlan {
  readonly seed: number;
  readonly faults: ReadonlySet<Fault>;
  /** `day` when absent. */
  readonly story?: StoryName;
  /** How many, of a day; drawn when absent. */
  readonly devices?: 2 | 3;
}

/** All that was drawn for a run before it began. */
export type Drawn = DrawnDay | DrawnHolders;

interface DrawnDay {
  readonly devices: number;
  readonly rounds: number;
  readonly story: StoryPlan;
  readonly faults: FaultPlan;
  /** The devices do not all have the same cipher suites in the same order. */
  readonly mixed: boolean;
  /** How one of them goes in the end, and comes back. */
  readonly departure?: Departure;
}

interface DrawnHolders {
  readonly devices: number;
  readonly rounds: number;
  readonly story: HoldersPlan;
  readonly faults: FaultPlan;
}

export interface Verdict {
  readonly seed: number;
  readonly drawn: Drawn;
  /** Of the whole trace, hexadecimal: equal for equal seeds. */
  readonly hash: string;
  /** How long it took in the world's own time. */
  readonly virtualMs: number;
  /** What must hold and did not; empty when all is well. */
  readonly findings: readonly string[];
  readonly trace: readonly TraceEntry[];
  /** How often each thing happened: messages, files, crashes, cuts, … */
  readonly tally: Readonly<Record<string, number>>;
}

const NAMES = ['pi', 'board', 'desk'] as const;
/** Each has one in common with each other. */
const SUITE_LISTS: readonly (readonly number[])[] = [[1, 2], [2, 1], [2]];

/** What the seed says of a run. */
export function draw(plan: RunPlan): Drawn {
  return plan.story === 'holders' ? drawHoldersRun(plan) : drawDay(plan);
}

function drawHoldersRun({ seed, faults }: RunPlan): DrawnHolders {
  const rng = new Rng(seed).fork('drawn, holders');
  return {
    devices: HOLDER_NAMES.length,
    rounds: rng.between(2, 8),
    story: drawHolders(rng.fork('story')),
    faults: drawFaults(rng.fork('faults'), faults),
  };
}

function drawDay({ seed, faults, devices }: RunPlan): DrawnDay {
  const rng = new Rng(seed).fork('drawn');
  return {
    devices: devices ?? rng.between(2, NAMES.length),
    rounds: rng.chance(0.5) ? rng.between(1, 4) : rng.between(5, 10),
    story: drawStory(rng.fork('story')),
    faults: drawFaults(rng.fork('faults'), faults),
    mixed: rng.fork('suites').chance(0.3),
    ...drawDeparture(rng.fork('departure'), faults),
  };
}

function drawDeparture(rng: Rng, faults: ReadonlySet<Fault>): Pick<DrawnDay, 'departure'> {
  if (!rng.chance(0.2)) return {};
  return { departure: rng.chance(0.5) && faults.has('crashes') ? 'crash' : 'stop' };
}

function suitesOf({ mixed }: DrawnDay, rng: Rng): (name: string) => readonly number[] {
  return (name) => (mixed ? (SUITE_LISTS[rng.fork(name).between(0, SUITE_LISTS.length - 1)] ?? DEFAULT_SUITES) : DEFAULT_SUITES);
}

/**
 * One run from one seed. First people act while everything goes wrong that the plan allows (safety), then nothing goes
 * wrong any more and the world must come to what should be (liveness), then every device stops and nothing may remain.
 */
export async function simulate(plan: RunPlan, parts: WorldParts): Promise<Verdict> {
  return plan.story === 'holders' ? simulateHolders(plan, parts) : simulateDay(plan, parts);
}

async function simulateDay(plan: RunPlan, parts: WorldParts): Promise<Verdict> {
  const drawn = drawDay(plan);
  const suites = suitesOf(drawn, new Rng(plan.seed).fork('suites'));
  const world = await World.begin({ ...parts, seed: plan.seed, calm: plan.faults.size === 0, suites });
  return judge(world, drawn, live(world, drawn));
}

async function simulateHolders(plan: RunPlan, parts: WorldParts): Promise<Verdict> {
  const drawn = drawHoldersRun(plan);
  const again = mayWriteTwice(drawn.faults);
  const writes = new Writes((finding) => again || world.report(finding));
  // Who lies closes sessions: that is not calm.
  const world: World = await World.begin({ ...holdersParts(parts, drawn.story, writes), seed: plan.seed });
  return judge(world, drawn, liveHolders(world, drawn, parts, pause));
}

async function judge(world: World, drawn: Drawn, life: Promise<void>): Promise<Verdict> {
  const findings: string[] = [];
  try {
    await life;
  } catch (error) {
    findings.push(...(world.findings.length > 0 ? world.findings : [reasonOf(error)]));
  }
  const { trace, clock } = world;
  return {
    seed: world.seed,
    drawn,
    get hash() {
      return traceHash(trace);
    },
    virtualMs: clock.monotonic(),
    findings,
    trace,
    get tally() {
      return tallyOf(trace);
    },
  };
}

async function live(world: World, drawn: DrawnDay): Promise<void> {
  const rng = new Rng(world.seed).fork('life');
  const story = new Story(drawn.story, rng.fork('story'));
  world.onFact = (device, fact) => story.hear(device, fact);
  const names = NAMES.slice(0, drawn.devices);
  if (drawn.story.acquainted) await world.acquainted(names, addressBook(drawn.story, rng.fork('addresses')));
  else for (const name of names) await world.install(name);
  world.network.weather = drawn.faults.weather;
  const misfortune = new Misfortune(world, drawn.faults, rng.fork('misfortune'));
  const pace = rng.fork('pace');
  for (let round = 0; round < drawn.rounds; round++) {
    story.round(world.devices);
    misfortune.round();
    await world.runFor(pause(pace));
  }
  misfortune.end();
  const settle = (): void => {
    for (const { alive, name } of world.devices) if (!alive) world.boot(name);
    story.answer(world.devices);
  };
  const report = (left: readonly string[]): void => {
    for (const what of left) world.report(what);
    world.check();
  };
  report(await converge(world, settle));
  if (drawn.departure) {
    const name = names[rng.fork('departure').between(0, names.length - 1)] ?? 'pi';
    report(await depart(world, name, drawn.departure, settle));
  }
  await world.end();
}

/** What one believes to be the addresses of the other: the right one, or one where somebody else or nobody is, or both. */
function addressBook({ moved }: StoryPlan, rng: Rng): (friend: SimulatedDevice) => readonly string[] {
  return ({ address }) => {
    if (!moved) return [address];
    const wrong = `memory://${NAMES[rng.between(0, NAMES.length - 1)] ?? 'pi'}:${rng.between(1, 2)}`;
    return rng.chance(0.5) ? [wrong, address] : [wrong];
  };
}

/** Mostly moments, sometimes longer than silence may last, rarely hours. */
function pause(rng: Rng): number {
  if (rng.chance(0.02)) return rng.between(60, 90) * 60_000;
  return rng.chance(0.2) ? rng.between(1_000, 120_000) : rng.between(0, 1_500);
}

function reasonOf(error: unknown): string {
  const { code, message, stack } = SansfilError.from(error);
  return `${code}: ${message} ${stack?.split('\n')[1]?.trim() ?? ''}`;
}

function tallyOf(trace: readonly TraceEntry[]): Readonly<Record<string, number>> {
  const tally: Record<string, number> = {};
  const count = (what: string): void => void (tally[what] = (tally[what] ?? 0) + 1);
  for (const entry of trace) {
    if (entry.kind === 'fact') count(entry.fact.type);
    else if (entry.kind === 'fault') count(entry.what);
    else if (entry.kind === 'frame' && entry.moment === 'sent') count('frame');
  }
  return tally;
}
