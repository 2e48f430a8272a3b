import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { SansfilError } from '../../core/base/errors.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { language } from '../shared/words.js';
import { Cast } from './Cast.js';
import { tellStory, type Actor, type StoryResult } from './story.js';
import { demoWords } from './words.js';

export interface DemoOptions {
  /** The file Node was started with. */
  readonly entry: string;
  /** Stay with the two devices running after the checks. */
  readonly stay: boolean;
  /** Leave the folder. */
  readonly keep: boolean;
  readonly interrupted: Promise<void>;
  readonly say: (line: string) => void;
}

export interface DemoResult extends StoryResult {
  readonly ms: number;
  /** When it was kept. */
  readonly folder?: string;
}

/**
 * The whole of sansfil in three real processes.
 * @throws SansfilError with the reason; folder and logs are then kept. STOPPED when interrupted before the end.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { say, keep } = options;
  const folder = await mkdtemp(join(tmpdir(), 'sansfil-demo-'));
  const cast = new Cast(folder, options.entry, say);
  try {
    say(demoWords().start);
    if (keep) say(demoWords().kept(folder));
    const result = await perform(options, cast);
    const unclean = await cast.stop();
    if (unclean.length > 0) throw new SansfilError('BUG', demoWords().unclean(unclean.join(', ')));
    if (!keep) await rm(folder, { recursive: true, force: true });
    return keep ? { ...result, folder } : result;
  } catch (error) {
    const reason = await cast.blame(error);
    await cast.stop();
    if (SansfilError.is(reason) && reason.code === 'STOPPED' && !keep) await rm(folder, { recursive: true, force: true });
    else say(demoWords().failed(folder));
    throw reason;
  }
}

async function perform(options: DemoOptions, cast: Cast): Promise<StoryResult & { readonly ms: number }> {
  const { say, interrupted } = options;
  const began = performance.now();
  const play = async (): Promise<{ told: StoryResult; actors: readonly Actor[] }> => {
    const url = await cast.startDirectory();
    const [pi, board] = await Promise.all([cast.startActor('pi', url), cast.startActor('viewboard', url)]);
    return { told: await tellStory(pi, board, (line) => say(stamped(began, line))), actors: [pi, board] };
  };
  const played = await Promise.race([play(), interrupted]);
  if (played === undefined) throw new SansfilError('STOPPED', demoWords().interrupted);
  const ms = Math.round(performance.now() - began);
  say(demoWords().done(language.duration(ms)));
  if (options.stay) await stay(options, played.actors, cast);
  return { ...played.told, ms };
}

/** Until Ctrl-C: what both devices hear, and how to talk to them. */
async function stay({ entry, say, interrupted }: DemoOptions, actors: readonly Actor[], cast: Cast): Promise<void> {
  const command = basename(entry) === 'main.js' ? `node ${entry}` : basename(entry);
  const otherThan = (name: string): string => actors.find((actor) => actor.name !== name)?.name ?? '';
  say('');
  say(demoWords().stay);
  for (const { name, folder } of actors) {
    const other = otherThan(name);
    for (const verb of [`message ${other} "${demoWords().greeting(name)}" --wait`, `read ${other}`, 'friends', `send ${other} README.md`, 'transfers']) {
      say(`  ${command} ${verb} --data ${folder}`);
    }
  }
  say(demoWords().stop);
  for (const { name, device } of actors) {
    await device.watch((event: DomainEvent) => {
      const line = language.fact(event, () => otherThan(name));
      if (line !== undefined) say(`[${name}] ${line}`);
    });
  }
  await Promise.race([interrupted, cast.died()]);
}

const stamped = (began: number, line: string): string => `[${((performance.now() - began) / 1_000).toFixed(1).padStart(5)} s] ${line}`;
