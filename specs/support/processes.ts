import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FactWaiter } from '../../apps/shared/FactWaiter.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { builtAt } from './builtProgram.js';

const entry = (): string => builtAt('apps/cli/main.js');
const DIE_AT = new URL('./dieAt.mjs', import.meta.url).href;
const STEP_MS_MAX = 60_000;

/** A function of the built program, of node:fs or of node:fs/promises: `from` is the module under dist, `of` an exported class. */
export interface Site {
  readonly from: string;
  readonly of?: string;
  readonly call: string;
  /** Only calls count of which an argument is a text with this in it, or a record or row of this type or state. */
  readonly says?: string;
}

/** Where a process is to die, by its own SIGKILL. */
export interface Doom {
  readonly name: string;
  readonly at: Site;
  /** `sent`: when what the call wrote has left the process; `after` an asynchronous call: when it resolved. */
  readonly when: 'before' | 'after' | 'sent';
  readonly nth?: number;
  /** Calls count from the first one of this on. */
  readonly first?: Site;
  /** Nothing counts before there is a file of that path. */
  readonly armedBy?: string;
}

/** What a finished command line left. With --json there is one document. */
export interface Finished<T = unknown> {
  readonly exit: number | NodeJS.Signals;
  readonly document: T;
  readonly stderr: string;
}

/** A process of this program that stays: its first JSON line, then its facts. */
export class Running {
  readonly ready: Readonly<Record<string, unknown>>;
  readonly facts: FactWaiter;
  readonly ended: Promise<number | NodeJS.Signals>;
  /** All it has written there so far. */
  readonly stderr: () => string;

  constructor(
    private readonly child: ChildProcess,
    first: Pick<Running, 'ready' | 'facts' | 'ended' | 'stderr'>,
  ) {
    this.stderr = first.stderr;
    this.ready = first.ready;
    this.facts = first.facts;
    this.ended = first.ended;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('it was never there');
    return this.child.pid;
  }

  get address(): string {
    const { url, addresses } = this.ready;
    const address: unknown = url ?? (Array.isArray(addresses) ? addresses[0] : undefined);
    if (typeof address !== 'string') throw new Error(`no address in ${JSON.stringify(this.ready)}`);
    return address;
  }

  /** The first fact from now on, or not looked at yet, for which `pick` has a value. */
  until<T>(what: string, pick: (event: DomainEvent) => T | undefined): Promise<T> {
    return this.facts.until(pick, { timeoutMs: STEP_MS_MAX, what });
  }

  async stop(): Promise<number | NodeJS.Signals> {
    this.child.kill('SIGTERM');
    return this.ended;
  }

  /** As a pulled plug: nothing is written, nobody is told. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** Real processes in a folder of their own, all gone at the end. */
export class Stage implements AsyncDisposable {
  readonly #children: ChildProcess[] = [];

  private constructor(readonly folder: string) {}

  static async open(): Promise<Stage> {
    // Said here when it was not built, and not by the first process.
    entry();
    return new Stage(await mkdtemp(join(tmpdir(), 'sansfil-e2e-')));
  }

  /** With what is set up on it; what has begun is ended when that fails. */
  static async with<T>(setUp: (stage: Stage) => Promise<T>): Promise<T> {
    const stage = await Stage.open();
    try {
      return await setUp(stage);
    } catch (error) {
      await stage[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The data folder of that name. */
  data(name: string): string {
    return join(this.folder, name);
  }

  directory(...args: readonly string[]): Promise<Running> {
    return this.#start(['directory', ...(args.length === 0 ? ['127.0.0.1', '0'] : args), '--json', '--data', this.data('directory')]);
  }

  /** A device on the loopback interface, with the smallest of identities: its key is made fastest. */
  device(name: string, directoryUrl: string, ...more: readonly string[]): Promise<Running> {
    return this.#device(undefined, name, directoryUrl, more);
  }

  /** The same, to die at that place. */
  doomed(doom: Doom, name: string, directoryUrl: string, ...more: readonly string[]): Promise<Running> {
    return this.#device(doom, name, directoryUrl, more);
  }

  /** The same, of another build of the program. */
  planted(program: { readonly folder: string }, name: string, directoryUrl: string, ...more: readonly string[]): Promise<Running> {
    return this.#device(undefined, name, directoryUrl, more, join(program.folder, 'dist', 'apps', 'cli', 'main.js'));
  }

  async #device(doom: Doom | undefined, name: string, directoryUrl: string, more: readonly string[], program?: string): Promise<Running> {
    await mkdir(this.data(name), { recursive: true, mode: 0o700 });
    await writeFile(join(this.data(name), 'config.json'), JSON.stringify({ pluginOptions: { 'rsa-signing': { bits: 2048 } } }));
    const listen = more.includes('--listen') ? [] : ['--listen', '127.0.0.1:0'];
    return this.#start(['run', '--json', '--data', this.data(name), '--directory', directoryUrl, ...listen, ...more], doom, program);
  }

  /** A verb on the device of that name. @throws Error when it fails */
  async ask<T>(name: string, ...argv: readonly string[]): Promise<T> {
    const { exit, document, stderr } = await this.run<T>([...argv, '--data', this.data(name)]);
    if (exit !== 0) throw new Error(`sansfil ${argv.join(' ')} ended with ${exit}: ${JSON.stringify(document)} ${stderr}`);
    return document;
  }

  /** A command line, with --json, to its end. */
  async run<T>(argv: readonly string[], input?: string): Promise<Finished<T>> {
    return this.#finish(this.#spawn([...argv, '--json']), input);
  }

  /** The same, ended by SIGTERM as soon as it has said something. */
  async interrupt<T>(argv: readonly string[]): Promise<Finished<T>> {
    const child = this.#spawn([...argv, '--json']);
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    return this.#finish(child);
  }

  async #finish<T>(child: ChildProcess, input?: string): Promise<Finished<T>> {
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    // A verb that has heard enough ends without reading the rest, which is its right.
    child.stdin?.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
    child.stdin?.end(input);
    const exit = await endOf(child);
    const lines = stdout.split('\n').filter((line) => line !== '');
    return { exit, document: JSON.parse(lines.at(-1) ?? 'null') as T, stderr };
  }

  /** Two devices that are friends. */
  async befriend(a: { name: string; running: Running }, b: { name: string; running: Running }): Promise<void> {
    for (const each of [a, b]) await this.register(each);
    await this.meet(a, b);
  }

  async register({ name, running }: { name: string; running: Running }): Promise<void> {
    await running.until(`the directory at ${name}`, (event) => (event.type === 'directory.changed' && event.state === 'unregistered' ? true : undefined));
    await this.ask(name, 'register', name);
  }

  /** Both are registered, and become friends. */
  async meet(a: { name: string; running: Running }, b: { name: string; running: Running }): Promise<void> {
    const changed = (state: string) => (event: DomainEvent) => (event.type === 'friend.changed' && event.state === state ? true : undefined);
    await this.ask(a.name, 'friends', 'add', b.name);
    await b.running.until('the request', changed('incoming'));
    await this.ask(b.name, 'friends', 'accept', a.name);
    await a.running.until('the friendship', changed('friend'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await Promise.all(this.#children.map(endOf));
    await rm(this.folder, { recursive: true, force: true });
  }

  async #start(argv: readonly string[], doom?: Doom, program?: string): Promise<Running> {
    const child = this.#spawn(argv, doom, program);
    const ended = endOf(child);
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    let first: (line: string) => void = () => undefined;
    const readyLine = new Promise<string>((resolve) => (first = resolve));
    const facts = await FactWaiter.on({
      watch: (onFact) => {
        if (child.stdout === null) throw new Error('no stdout');
        let seen = false;
        createInterface({ input: child.stdout }).on('line', (line) => {
          if (seen) onFact(JSON.parse(line) as DomainEvent);
          else first(line);
          seen = true;
        });
        return Promise.resolve();
      },
      closed: ended.then((how) => new Error(`sansfil ${argv.join(' ')} ended with ${how}: ${stderr}`)),
    });
    const line = await Promise.race([readyLine, ended.then((how) => Promise.reject(new Error(`sansfil ${argv.join(' ')} ended with ${how}: ${stderr}`)))]);
    const ready = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if ('error' in ready) throw Object.assign(new Error(line), { exit: await ended, document: ready });
    return new Running(child, { ready, facts, ended, stderr: () => stderr });
  }

  #spawn(argv: readonly string[], doom?: Doom, program = entry()): ChildProcess {
    // Whoever runs the specs, the program says in English what they compare.
    const env = { ...process.env, LC_ALL: 'C', TMPDIR: this.folder, ...(doom && { SANSFIL_DIES_AT: JSON.stringify(doom) }) };
    const child = spawn(process.execPath, [...(doom ? ['--import', DIE_AT] : []), program, ...argv], { stdio: 'pipe', cwd: this.folder, env });
    this.#children.push(child);
    return child;
  }
}

function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode ?? child.signalCode ?? 1);
  return new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal ?? 1)));
}
