import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { isErrorCode, SansfilError } from '../../core/base/errors.js';

const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 15_000;
const STDERR_CHARS_SHOWN = 2_000;

/** A real process of this program, started by its command line; `ready` when it says so in JSON. */
export class Child {
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #process: ChildProcess;
  #running = true;

  constructor(
    readonly label: string,
    readonly stderrFile: string,
    args: readonly string[],
  ) {
    const stderr = openSync(stderrFile, 'a', 0o600);
    this.#process = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', stderr] });
    closeSync(stderr);
    this.ended = new Promise((resolve) => {
      this.#process.once('error', () => resolve(127));
      this.#process.once('exit', (code, signal) => {
        this.#running = false;
        resolve(code ?? signal ?? 1);
      });
    });
    // Whatever ends this process must not leave that one behind.
    process.once('exit', () => this.kill());
  }

  /** Its first JSON line. @throws SansfilError with what it said when it does not become ready */
  async ready(): Promise<Readonly<Record<string, unknown>>> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new SansfilError('WAIT_TIMEOUT', `${this.label} did not become ready`)), READY_MS_MAX);
      });
      return await Promise.race([this.#firstLine(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** In good order. True when it ended with status 0 by itself. */
  async stop(): Promise<boolean> {
    if (this.#running) this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), STOP_MS_MAX);
    const how = await this.ended;
    clearTimeout(timer);
    return how === 0;
  }

  kill(): void {
    if (this.#running) this.#process.kill('SIGKILL');
  }

  async #firstLine(): Promise<Readonly<Record<string, unknown>>> {
    const { stdout } = this.#process;
    if (stdout === null) throw new SansfilError('BUG', 'no stdout');
    const lines = createInterface({ input: stdout });
    const line = await new Promise<string | undefined>((resolve) => {
      lines.once('line', resolve);
      void this.ended.then(() => resolve(undefined));
    });
    if (line === undefined) throw new SansfilError('BUG', `${this.label} ended (${await this.ended}) before it was ready: ${await this.#lastWords()}`);
    const document: unknown = JSON.parse(line);
    if (typeof document !== 'object' || document === null) throw new SansfilError('BUG', `${this.label} said ${line.slice(0, 200)}`);
    if ('error' in document) throw failureOf(this.label, document.error);
    return document as Readonly<Record<string, unknown>>;
  }

  async #lastWords(): Promise<string> {
    return (await readFile(this.stderrFile, 'utf8')).trim().slice(-STDERR_CHARS_SHOWN);
  }
}

function failureOf(label: string, error: unknown): SansfilError {
  const { code, message }: { code?: unknown; message?: unknown } = typeof error === 'object' && error !== null ? error : {};
  return new SansfilError(typeof code === 'string' && isErrorCode(code) ? code : 'BUG', `${label}: ${String(message)}`);
}
