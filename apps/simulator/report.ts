import { draw, explainIds, sequenceLines, type DiagramOptions, type Drawn, type Verdict } from '../../core/testing.js';
import { BASIC_LANGUAGES } from '../../core/shell/basicLanguages.js';
import { linesOf } from '../../core/shell/toTerminal.js';
import type { LostRange } from './Campaign.js';
import type { Console } from './Console.js';
import type { SimulatorIo } from './io.js';
import { replayCommand, type Options } from './options.js';
import { planOf } from './parts.js';
import type { FailedRun, Sum } from './Tally.js';
import { words } from './words.js';

/** So many failures are shown with the end of their trace; of the others the findings do. */
const FULL_REPORTS = 5;
const TAIL_LINES = 40;
const SEEDS_SHOWN = 5;
/** Where a terminal is narrower, its lines break. */
const WIDTH_MIN = 60;
const MINUTE_MS = 60_000;
const LINE_CHARS = 90;

const LABEL = 10;
const labelled = (label: string, text: string): string => `  ${label.padEnd(LABEL)}${text}`;

/** What was asked for and drawn, before anything runs. */
export function printPlan(console: Console, options: Options): void {
  const { seed, runs, faults, devices, crypto, workers } = options;
  console.say(words.title(runs, seed), 'names');
  console.say(labelled('faults', faults.join(', ') || words.none));
  console.say(labelled('devices', devices === undefined ? words.drawn : String(devices)));
  console.say(labelled('crypto', crypto));
  if (runs > 1) console.say(labelled('workers', String(workers)));
}

/** What the seed said of that run. */
export function printDrawn(console: Console, drawn: Drawn): void {
  for (const [what, value] of Object.entries(drawn)) console.say(labelled(what, typeof value === 'object' ? drawnWords(value as object) : String(value)));
}

/** The whole of a run, as a picture for people and as entries for programs. */
export function showRun(console: Console, { trace }: Pick<FailedRun, 'trace'>, drawing: DiagramOptions): void {
  console.say('');
  for (const entry of trace) console.document({ type: 'entry', ...entry });
  console.diagram(sequenceLines(trace, drawing));
}

/** `loss 0.12, latencyMs 1…300`: what is not nothing. */
function drawnWords(drawn: object): string {
  return Object.entries(drawn)
    .map(([name, value]: readonly [string, unknown]) => {
      if (typeof value === 'number') return value === 0 || !Number.isFinite(value) ? '' : `${name} ${Math.round(value * 1_000) / 1_000}`;
      if (typeof value === 'boolean') return value ? name : '';
      if (isRange(value)) return value.max === 0 ? '' : `${name} ${value.min}…${value.max}`;
      return typeof value === 'object' && value !== null ? drawnWords(value) : '';
    })
    .filter((part) => part !== '')
    .join(', ');
}

function isRange(value: unknown): value is { readonly min: number; readonly max: number } {
  return typeof value === 'object' && value !== null && 'min' in value && 'max' in value;
}

export function diagramOptions({ ascii }: Options, { outIsTerminal, columns }: SimulatorIo): DiagramOptions {
  return { ascii, ...(outIsTerminal && columns !== undefined ? { width: Math.max(WIDTH_MIN, columns) } : {}) };
}

/** Tells of failures as they come, and groups them at the end. */
export class FailureReport {
  readonly #kinds = new Map<string, { readonly times: number; readonly seeds: readonly number[] }>();
  #failures = 0;
  #first: number | undefined;

  constructor(
    private readonly console: Console,
    private readonly options: Options,
    private readonly drawing: DiagramOptions,
  ) {}

  /** What stands above already: nothing, what was drawn, or all of the trace as well. */
  add(run: FailedRun, how: 'new' | 'drawn' | 'shown'): void {
    const replay = replayCommand(run.seed, this.options);
    const { trace, ...facts } = run;
    const drawn = draw(planOf(this.options, run.seed));
    this.console.document({ type: 'failure', ...facts, drawn, replay });
    this.console.say('');
    this.console.say(words.failed(run.seed), 'bad');
    for (const line of run.findings.flatMap(linesOf)) this.console.say(`  ${explainIds(line, trace)}`, 'bad');
    this.#group(run);
    if (how === 'shown') return;
    if (++this.#failures <= FULL_REPORTS) {
      if (how === 'new') printDrawn(this.console, drawn);
      if (trace.length > 0) this.console.diagram(sequenceLines(trace, { ...this.drawing, tail: TAIL_LINES }));
    }
    this.console.say(words.replay(replay), 'names');
  }

  /** Nobody knows how the rest of its seeds would have ended. */
  addLost({ first, count, seed, reason }: LostRange): void {
    const replay = seed === undefined ? undefined : replayCommand(seed, this.options);
    this.console.document({ type: 'lost', first, count, seed, reason, replay });
    this.console.say(words.lost(first, first + count - 1, seed, reason), 'bad');
    if (replay !== undefined) this.console.say(words.replay(replay), 'names');
  }

  /** What went wrong, the most frequent first, and the line to begin with. */
  printSummary(): void {
    const kinds = [...this.#kinds].sort(([, a], [, b]) => b.times - a.times);
    for (const [finding, { times, seeds }] of kinds) {
      this.console.say(labelled(`${times} ×`, `${finding} (${words.seeds(seeds, times - seeds.length)})`), 'bad');
    }
    if (this.#first !== undefined) this.console.say(words.replay(replayCommand(this.#first, this.options)), 'names');
  }

  /** The same finding with other numbers and ids is the same trouble. */
  #group({ seed, findings }: FailedRun): void {
    this.#first ??= seed;
    for (const finding of findings) {
      const name = (finding.split('\n', 1)[0] ?? finding).replace(/\b[0-9a-f]{8,}\b|\d+/g, 'N');
      const kind = this.#kinds.get(name) ?? { times: 0, seeds: [] };
      this.#kinds.set(name, { times: kind.times + 1, seeds: kind.seeds.length < SEEDS_SHOWN ? [...kind.seeds, seed] : kind.seeds });
    }
  }
}

export const perSecond = (runs: number, ms: number): string => {
  const rate = ms > 0 ? (runs * 1_000) / ms : 0;
  return rate >= 10 ? String(Math.round(rate)) : rate.toFixed(1);
};

export function printSum(console: Console, { runs: asked }: Options, sum: Sum, failed: number, tookMs: number): void {
  const { runs, virtualMs, happened } = sum;
  console.document({ type: 'summary', ...sum, asked, failed, tookMs: Math.round(tookMs) });
  console.say('');
  console.say(words.summary(runs, asked, failed, BASIC_LANGUAGES.en.duration(tookMs), perSecond(runs, tookMs)), failed > 0 ? 'bad' : 'good');
  console.say(labelled('virtual', words.virtual(virtualMs < MINUTE_MS ? BASIC_LANGUAGES.en.duration(virtualMs) : `${(virtualMs / 3_600_000).toFixed(1)} h`)));
  const things = Object.entries(happened).sort(([, a], [, b]) => b - a);
  for (const [i, line] of filled(things.map(([what, times]) => `${what} ${times}`)).entries()) console.say(labelled(i === 0 ? 'happened' : '', line));
}

/** Parts with commas between them, in lines of a readable length. */
function filled(parts: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const [i, part] of parts.entries()) {
    const text = i + 1 < parts.length ? `${part},` : part;
    const last = lines.at(-1);
    if (last !== undefined && last.length + text.length < LINE_CHARS) lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(text);
  }
  return lines;
}

/** Of everything that happened: two runs with one hash are the same run. */
export function printHash(console: Console, { hash, seed }: Pick<Verdict, 'hash' | 'seed'>): void {
  console.document({ type: 'hash', seed, hash });
  console.say(labelled('hash', hash));
}
