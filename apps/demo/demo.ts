import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { SansfilError } from '../../core/base/errors.js';
import { attachShell } from '../shared/attachShell.js';
import { language } from '../shared/words.js';
import { Cast } from './Cast.js';
import { tellStory, type Actor, type StoryResult } from './story.js';
import { demoWords } from './words.js';

export interface DemoOptions {
  /** The file Node was started with. */
  readonly entry: string;
  /** Stay with the two devices running after the checks, and show the Pi so. */
  readonly stay: 'dashboard' | 'plain' | undefined;
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
  const play = async (): Promise<{ told: StoryResult; actors: readonly [Actor, Actor] }> => {
    const url = await cast.startDirectory();
    const [pi, board] = await Promise.all([cast.startActor('pi', url), cast.startActor('viewboard', url)]);
    return { told: await tellStory(pi, board, (line) => say(stamped(began, line))), actors: [pi, board] };
  };
  const played = await Promise.race([play(), interrupted]);
  if (played === undefined) throw new SansfilError('STOPPED', demoWords().interrupted);
  const ms = Math.round(performance.now() - began);
  say(demoWords().done(language.duration(ms)));
  if (options.stay) await stay(options, options.stay, played.actors, cast);
  return { ...played.told, ms };
}

/** Until somebody leaves the Pi: its dashboard, and how to be the ViewBoard meanwhile, which that says itself in a message. */
async function stay({ entry, say, interrupted }: DemoOptions, kind: 'dashboard' | 'plain', [pi, board]: readonly [Actor, Actor], cast: Cast): Promise<void> {
  const command = `${basename(entry) === 'main.js' ? `node ${entry}` : basename(entry)} dashboard --data ${board.folder}`;
  say('');
  say(demoWords().stay);
  say(`  ${command}`);
  await board.device.dispatch({ type: 'message.send', to: pi.name, text: demoWords().beMe(command) });
  await attachShell({ dataFolder: pi.folder, plain: kind === 'plain', ended: Promise.race([interrupted, cast.died()]) });
}

const stamped = (began: number, line: string): string => `[${((performance.now() - began) / 1_000).toFixed(1).padStart(5)} s] ${line}`;
