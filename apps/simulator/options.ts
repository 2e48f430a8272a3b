import { Command, InvalidArgumentError } from 'commander';
import { SansfilError } from '../../core/base/errors.js';
import { FAULTS, type Fault } from '../../core/simulation/faults.js';
import { STORIES, type StoryName } from '../../core/simulation/simulate.js';
import type { SimulatorIo } from './io.js';
import { words } from './words.js';

export type CryptoKind = 'toy' | 'real';

/** What a run needs besides its seed; plain data, sent to workers. */
export interface Job {
  readonly story: StoryName;
  readonly faults: readonly Fault[];
  readonly devices: 2 | 3 | undefined;
  readonly crypto: CryptoKind;
}

export interface Options extends Job {
  readonly seed: number;
  readonly runs: number;
  readonly workers: number;
  readonly show: boolean;
  readonly ascii: boolean;
  readonly failFast: boolean;
  readonly json: boolean;
}

interface Flags {
  readonly seed?: number;
  readonly runs: number;
  readonly story: StoryName;
  readonly faults: readonly Fault[];
  readonly devices?: '2' | '3';
  readonly crypto: CryptoKind;
  readonly workers?: number;
  readonly show?: boolean;
  readonly ascii?: boolean;
  readonly failFast?: boolean;
  readonly json?: boolean;
}

const SEEDS = 2 ** 32;
const RUNS_USUAL = 1;

/** @throws CommanderError, SansfilError COMMAND_INVALID */
export function parseOptions(argv: readonly string[], io: SimulatorIo): Options {
  const command = buildCommand(io).parse(argv, { from: 'user' });
  const [surplus] = command.args;
  if (surplus !== undefined) throw new SansfilError('COMMAND_INVALID', words.seeHelp(words.surplus(surplus)));
  const flags = command.opts<Flags>();
  const { runs, story, faults, crypto } = flags;
  const seed = flags.seed ?? Math.floor(io.chance() * (SEEDS - runs));
  if (seed + runs > SEEDS) throw new SansfilError('COMMAND_INVALID', words.seeHelp(words.seedsEnd(runs)));
  if (story === 'holders' && flags.devices !== undefined) throw new SansfilError('COMMAND_INVALID', words.seeHelp(words.devicesAreFour));
  if (flags.show === true && runs > 1) throw new SansfilError('COMMAND_INVALID', words.seeHelp(words.showIsOfOne));
  return {
    seed,
    runs,
    story,
    faults,
    devices: flags.devices === undefined ? undefined : flags.devices === '2' ? 2 : 3,
    crypto,
    workers: Math.min(flags.workers ?? io.cores, runs),
    show: flags.show === true,
    ascii: flags.ascii === true || !speaksUnicode(io.env),
    failFast: flags.failFast === true,
    json: flags.json === true,
  };
}

function buildCommand(io: SimulatorIo): Command {
  const command = new Command('simulate')
    .description(words.program)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text), outputError: () => undefined })
    .addHelpText('after', `\n${words.examples}`)
    .allowExcessArguments();
  return command
    .option('--seed <number>', words.options.seed, seed)
    .option('--runs <count>', words.options.runs, count, RUNS_USUAL)
    .addOption(command.createOption('--story <name>', words.options.story).choices(STORIES).default('day'))
    .addOption(command.createOption('--faults <list>', words.options.faults(FAULTS)).argParser(faultList).default(FAULTS, 'all'))
    .addOption(command.createOption('--devices <count>', words.options.devices).choices(['2', '3']))
    .addOption(command.createOption('--crypto <kind>', words.options.crypto).choices(['toy', 'real']).default('toy'))
    .option('--workers <count>', words.options.workers, count)
    .option('--show', words.options.show)
    .option('--ascii', words.options.ascii)
    .option('--fail-fast', words.options.failFast)
    .option('--json', words.options.json);
}

function seed(text: string): number {
  const value = Number(text);
  if (!/^\d{1,10}$/.test(text) || value >= SEEDS) throw new InvalidArgumentError(words.notSeed);
  return value;
}

function count(text: string): number {
  const value = Number(text);
  if (!/^\d{1,10}$/.test(text) || value < 1) throw new InvalidArgumentError(words.notCount);
  return value;
}

function faultList(text: string): readonly Fault[] {
  if (text === 'all') return FAULTS;
  if (text === 'none') return [];
  const names = text.split(',').map((name) => name.trim());
  const stranger = names.find((name) => !FAULTS.some((fault) => fault === name));
  if (stranger !== undefined) throw new InvalidArgumentError(words.notFaults(stranger, FAULTS));
  return FAULTS.filter((fault) => names.includes(fault));
}

/** POSIX: the first of the three that is set decides. Where none is, nobody said that there is less than Unicode. */
export function speaksUnicode(env: SimulatorIo['env']): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  return locale === undefined || /utf-?8/i.test(locale);
}

/** The one line that runs that seed again and shows it. */
export function replayCommand(seedToShow: number, { story, faults, devices, crypto }: Job): string {
  const list = faults.length === FAULTS.length ? 'all' : faults.length === 0 ? 'none' : faults.join(',');
  const more = [
    story === 'day' ? '' : ` --story ${story}`,
    devices === undefined ? '' : ` --devices ${devices}`,
    crypto === 'toy' ? '' : ` --crypto ${crypto}`,
  ].join('');
  return `npm run simulate -- --seed ${seedToShow} --faults ${list}${more} --show`;
}
