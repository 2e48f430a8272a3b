import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { SansfilError } from '../../core/base/errors.js';
import { CONTROL_REPLY_BYTES_MAX } from '../../core/base/limits.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { ControlClient } from '../../plugins/control-socket/client.js';
import { describeFact } from '../shared/facts.js';
import { FactWaiter } from '../shared/FactWaiter.js';
import { formatDuration } from '../shared/format.js';
import { Child } from './Child.js';
import { tellStory, type Actor, type StoryResult } from './story.js';
import { demoWords as words } from './words.js';

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
  readonly folder: string;
}

/** A process that dies closes its sockets a moment before it is known to have ended. */
const ENDING_MS_MAX = 300;

/** The whole of sansfil in three real processes. @throws SansfilError with the reason; folder and logs are then kept */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { say } = options;
  const began = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'sansfil-demo-'));
  const children: Child[] = [];
  const devices: ControlClient[] = [];
  let passed = false;
  try {
    say(words.start);
    if (options.keep) say(words.kept(folder));
    const { told, actors } = await orInterrupted(options.interrupted, children, async () => {
      const url = await startDirectory(options, folder, children);
      const start = (name: string): Promise<Actor> => startActor(options, folder, name, url, children, devices);
      const [pi, board] = await Promise.all([start('pi'), start('viewboard')]);
      return { told: await tellStory(pi, board, (line) => say(stamped(began, line))), actors: [pi, board] };
    });
    const ms = Math.round(performance.now() - began);
    say(words.done(formatDuration(ms)));
    if (options.stay) await stay(options, actors, children);
    await Promise.all(devices.map((device) => device[Symbol.asyncDispose]()));
    for (const child of children.reverse()) if (!(await child.stop())) throw new SansfilError('BUG', words.unclean(child.label));
    passed = true;
    return { ...told, ms, folder };
  } finally {
    await Promise.all(devices.map((device) => device[Symbol.asyncDispose]()));
    await Promise.all(children.map((child) => child.stop()));
    if (!passed) say(words.failed(folder));
    else if (!options.keep) await rm(folder, { recursive: true, force: true });
  }
}

async function startDirectory({ entry, say }: DemoOptions, folder: string, children: Child[]): Promise<string> {
  const args = [entry, 'directory', '127.0.0.1', '0', '--json', '--data', join(folder, 'directory')];
  const { child, ready } = await Child.start('directory', join(folder, 'directory.stderr'), args);
  children.push(child);
  if (typeof ready['url'] !== 'string') throw new SansfilError('BUG', 'the directory gave no address');
  say(words.directoryRuns(ready['url']));
  return ready['url'];
}

async function startActor({ entry, say }: DemoOptions, folder: string, name: string, url: string, children: Child[], devices: ControlClient[]): Promise<Actor> {
  const data = join(folder, name);
  await mkdir(data, { mode: 0o700 });
  const args = [entry, 'run', '--as', name, '--json', '--data', data, '--directory', url, '--listen', '127.0.0.1:0'];
  const { child, ready } = await Child.start(name, join(folder, `${name}.stderr`), args);
  children.push(child);
  const device = await ControlClient.connect(data, { lineBytesMax: CONTROL_REPLY_BYTES_MAX });
  devices.push(device);
  say(words.deviceRuns(name, Array.isArray(ready['addresses']) ? ready['addresses'].join(', ') : ''));
  return { name, device, facts: await FactWaiter.on(device), folder: data };
}

/** The story, unless somebody interrupts it or one of its processes dies first. */
async function orInterrupted<T extends object>(interrupted: Promise<void>, children: readonly Child[], story: () => Promise<T>): Promise<T> {
  try {
    const told = await Promise.race([story(), interrupted]);
    if (told === undefined) throw new SansfilError('STOPPED', words.interrupted);
    return told;
  } catch (error) {
    // A device that died is the reason for whatever the story missed.
    for (const child of children) {
      const how = await Promise.race([child.ended, new Promise<undefined>((resolve) => setTimeout(resolve, ENDING_MS_MAX, undefined))]);
      if (how !== undefined && how !== 0) throw new SansfilError('BUG', words.died(child.label, String(how)), { cause: error });
    }
    throw error;
  }
}

/** Until Ctrl-C: what both devices hear, and how to talk to them. */
async function stay({ entry, say, interrupted }: DemoOptions, actors: readonly Actor[], children: readonly Child[]): Promise<void> {
  const command = basename(entry) === 'main.js' ? `node ${entry}` : basename(entry);
  say('');
  say(words.stay);
  for (const { name, folder } of actors) {
    const other = actors.find((actor) => actor.name !== name)?.name ?? '';
    for (const verb of [`message ${other} "Hello from ${name}" --wait`, `read ${other}`, `friends`, `send ${other} README.md`, `transfers`]) {
      say(`  ${command} ${verb} --data ${folder}`);
    }
  }
  say(words.stop);
  for (const { name, device } of actors) {
    await device.watch((event: DomainEvent) => {
      const line = describeFact(event, () => actors.find((actor) => actor.name !== name)?.name ?? '');
      if (line !== undefined) say(`[${name}] ${line}`);
    });
  }
  const died = children.map(async (child) => {
    const how = await child.ended;
    // Ctrl-C reaches the whole group of processes: they may end a moment before this one hears of it.
    if (how !== 0 && how !== 'SIGINT') throw new SansfilError('BUG', words.died(child.label, String(how)));
  });
  await Promise.race([interrupted, ...died]);
}

const stamped = (began: number, line: string): string => `[${((performance.now() - began) / 1_000).toFixed(1).padStart(5)} s] ${line}`;
