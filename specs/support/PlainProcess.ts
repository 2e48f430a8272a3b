import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { builtAt } from './builtProgram.js';
import type { Stage } from './processes.js';

const STEP_MS_MAX = 60_000;

/** A process of this program as a person meets it on a pipe: lines in, lines out. */
export class PlainProcess implements AsyncDisposable {
  out = '';
  err = '';
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #child: ChildProcess;
  #from = 0;
  #wake: () => void = () => undefined;

  constructor(argv: readonly string[], { folder, input = 'pipe' }: { readonly folder: string; readonly input?: 'pipe' | 'ignore' }) {
    const env = { ...process.env, TMPDIR: folder, LC_ALL: 'C' };
    this.#child = spawn(process.execPath, [builtAt('apps/cli/main.js'), ...argv], { stdio: [input, 'pipe', 'pipe'], cwd: folder, env });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
      this.#wake();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.err += text));
    this.ended = new Promise((resolve) => this.#child.once('close', (code, signal) => resolve(code ?? signal ?? 1)));
    void this.ended.then(() => this.#wake());
  }

  /** A device on the loopback interface, with the smallest of identities. */
  static async device(stage: Stage, name: string, directoryUrl: string, input: 'pipe' | 'ignore' = 'pipe'): Promise<PlainProcess> {
    await mkdir(stage.data(name), { recursive: true, mode: 0o700 });
    await writeFile(`${stage.data(name)}/config.json`, JSON.stringify({ pluginOptions: { 'rsa-signing': { bits: 2048 } } }));
    const argv = ['run', '--plain', '--data', stage.data(name), '--directory', directoryUrl, '--listen', '127.0.0.1:0'];
    return new PlainProcess(argv, { folder: stage.folder, input });
  }

  type(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  endInput(): void {
    this.#child.stdin?.end();
  }

  /** The first place from now on, or not looked at yet, where that is said. */
  async sees(what: RegExp): Promise<RegExpExecArray> {
    const untilMs = performance.now() + STEP_MS_MAX;
    let over = false;
    void this.ended.then(() => (over = true));
    for (;;) {
      const found = what.exec(this.out.slice(this.#from));
      if (found) {
        this.#from += found.index + found[0].length;
        return found;
      }
      if (over || performance.now() > untilMs) throw new Error(`never saw ${what} in:\n${this.out}\n${this.err}`);
      const timer = setTimeout(() => this.#wake(), untilMs - performance.now());
      await new Promise<void>((wake) => (this.#wake = wake));
      clearTimeout(timer);
    }
  }

  stop(): Promise<number | NodeJS.Signals> {
    this.#child.kill('SIGTERM');
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}
