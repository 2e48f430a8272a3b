import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { pollFor } from '../pollFor.js';
import { textIfThere } from '../textIfThere.js';

const run = promisify(execFile);
const WAIT_MS_MAX = 10_000;
const CAPTURE_BYTES_MAX = 2 ** 24;
/** Said by the shell in the terminal once the program has ended, so that nothing of it is still to come. */
const ENDED = /^program ended with (\d+)$/m;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export const SMALL: Size = { columns: 80, rows: 24 };
export const LARGE: Size = { columns: 200, rows: 50 };

export interface ScreenOptions extends Size {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly folder: string;
  /** On top of those here; undefined: not set. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * What must be on the screen: a text, a pattern, anything that can be said of its rows, or all of several at once. Who waits
 * for one and then looks for another beside it may have caught a picture half drawn.
 */
export type Sight = string | RegExp | ((text: string) => boolean) | readonly Sight[];

const sees = (text: string, sight: Sight): boolean => {
  if (typeof sight === 'string') return text.includes(sight);
  if (typeof sight === 'function') return sight(text);
  return sight instanceof RegExp ? sight.test(text) : sight.every((one) => sees(text, one));
};

/** A name for a key as tmux has it: `Enter`, `Escape`, `C-k`, `M-a`, `F2`, `BTab`. */
export type KeyName = string;

/**
 * A program on a real terminal: tmux with a server of its own, where somebody types, pastes, clicks and looks. The program
 * is begun and waited for by a small script, as by the shell of a person, so that what it leaves behind can be looked at.
 */
export class TmuxScreen implements AsyncDisposable {
  static #count = 0;

  private constructor(
    private readonly folder: string,
    private readonly socket: string,
  ) {}

  static async open({ command, folder: cwd, columns, rows, env = {} }: ScreenOptions): Promise<TmuxScreen> {
    const folder = await mkdtemp(join(tmpdir(), 'sansfil-tmux-'));
    const screen = new TmuxScreen(folder, `sansfil-${process.pid}-${(TmuxScreen.#count += 1)}`);
    try {
      await writeFile(screen.#path('begin.sh'), scriptOf(command, env, folder));
      await screen.#tmux('-u', '-f', '/dev/null', 'new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', cwd, 'sh', screen.#path('begin.sh'));
      await screen.#tmux('pipe-pane', '-O', `cat >> '${screen.#path('raw')}'`);
      // The script waits for this line, so that nothing is missed of what the program writes.
      await screen.keys('Enter');
      return screen;
    } catch (error) {
      await screen[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Letters, as typed. */
  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', '--', text);
  }

  async keys(...names: readonly KeyName[]): Promise<void> {
    await this.#tmux('send-keys', '--', ...names);
  }

  /** Bytes as a terminal would send them. */
  async send(text: string): Promise<void> {
    await this.#tmux('send-keys', '-H', ...Array.from(Buffer.from(text), (byte) => byte.toString(16).padStart(2, '0')));
  }

  /** Between marks, where the program asked for them. */
  async paste(text: string): Promise<void> {
    // Through a file: an argument takes no NUL.
    await writeFile(this.#path('pasted'), text);
    await this.#tmux('load-buffer', this.#path('pasted'));
    await this.#tmux('paste-buffer', '-p', '-r', '-d');
  }

  /** A left click on a cell, counted from 0; `button` 64 and 65: the wheel. */
  async click(row: number, column: number, button = 0): Promise<void> {
    const at = `${button};${column + 1};${row + 1}`;
    await this.send(`\u001b[<${at}M${button < 64 ? `\u001b[<${at}m` : ''}`);
  }

  /** A click on the first place where that stands. */
  async clickOn(text: string): Promise<void> {
    const rows = (await this.waitFor(text)).split('\n');
    const row = rows.findIndex((line) => line.includes(text));
    await this.click(row, rows[row]?.indexOf(text) ?? 0);
  }

  async resize({ columns, rows }: Size): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** What is on the screen now, row by row, without spaces at their ends. */
  capture(): Promise<string> {
    return this.#tmux('capture-pane', '-p');
  }

  /** The same with its colours and attributes. */
  captureStyled(): Promise<string> {
    return this.#tmux('capture-pane', '-p', '-e', '-N');
  }

  /** The screen as soon as that is to be seen. @throws Error with the last screen when it takes too long */
  async waitFor(sight: Sight, msMax = WAIT_MS_MAX): Promise<string> {
    let text = '';
    const look = async (): Promise<string | undefined> => {
      text = await this.capture();
      return sees(text, sight) ? text : undefined;
    };
    return pollFor(look, () => `waited ${msMax} ms for ${String(sight)}; the screen:\n${framed(text)}`, msMax);
  }

  /** As soon as that is not there any more. */
  waitWithout(sight: Sight, msMax?: number): Promise<string> {
    return this.waitFor((text) => !sees(text, sight), msMax);
  }

  /** A dialog of that title, open. */
  dialog(title: string): Promise<string> {
    return this.waitFor(`┌─ ${title} ─`);
  }

  /** Esc, and it is closed. A letter right after an Esc that closes nothing would be that letter with Alt. */
  async close(title: string): Promise<void> {
    await this.dialog(title);
    await this.keys('Escape');
    await this.waitWithout(`┌─ ${title} ─`);
  }

  /** How the terminal stands: tmux's own formats, such as `alternate_on` and `cursor_flag`. */
  async flag(name: string): Promise<string> {
    return (await this.#tmux('display-message', '-p', `#{${name}}`)).trim();
  }

  /** All bytes the program has written so far, and the script before and after it. */
  raw(): Promise<Buffer> {
    return readFile(this.#path('raw'));
  }

  /** Milliseconds since 1970 at which the program was begun, and its process. */
  pid(): Promise<number> {
    return pollFor(
      () => this.#pidSoFar(),
      () => 'the program was not begun',
    );
  }

  async #pidSoFar(): Promise<number | undefined> {
    const pid = Number(await textIfThere(this.#path('pid')));
    return pid > 0 ? pid : undefined;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    process.kill(await this.pid(), signal);
  }

  /** The status the program ends with, and the screen it leaves. From then on `raw` has all of what it wrote. */
  async ended(msMax = WAIT_MS_MAX): Promise<{ readonly status: number; readonly screen: string }> {
    const screen = await this.waitFor(ENDED, msMax);
    await pollFor(
      async () => ENDED.exec((await this.raw()).toString('latin1')) ?? undefined,
      () => 'what the program wrote was not kept up to its end',
      msMax,
    );
    return { status: Number(ENDED.exec(screen)?.[1]), screen };
  }

  /** Settings of the terminal before and after the program, as `stty -g` says them. */
  async settings(): Promise<readonly [before: string, after: string]> {
    const [before = '', after = ''] = await Promise.all(['before', 'after'].map((name) => readFile(this.#path(name), 'utf8')));
    return [before, after];
  }

  /** What was typed after the program had ended, as the next program got it. */
  async typedAfterwards(text: string): Promise<string> {
    await this.type(text);
    await this.keys('Enter');
    return this.waitFor(`next program got: ${text}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Its end closes the terminal, and whoever sits on it is told; what does not go then is ended.
    const pid = await this.#pidSoFar();
    await this.#tmux('kill-server').catch((error: unknown) => {
      if (!/no server running|server exited|No such file/.test(String(error))) throw error;
    });
    if (pid !== undefined) await endNow(pid);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #path(name: string): string {
    return join(this.folder, name);
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    // It draws letters beyond ASCII only where the locale has them.
    const env = { ...process.env, LC_ALL: 'C.UTF-8', TMUX: undefined, TMUX_PANE: undefined };
    return (await run('tmux', ['-L', this.socket, ...args], { env, maxBuffer: CAPTURE_BYTES_MAX })).stdout;
  }
}

/** Sends a signal; false: it is gone, or was ended and nobody has taken notice yet. */
function reaches(pid: number, signal: 0 | NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH' || code === 'ENOENT') return false;
    throw error;
  }
}

async function endNow(pid: number): Promise<void> {
  if (!reaches(pid, 'SIGKILL')) return;
  await pollFor(
    () => (reaches(pid, 0) ? undefined : true),
    () => `process ${pid} does not end`,
  );
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The program takes the place of a shell of its own, so that its number is known before it begins. */
function scriptOf(command: readonly string[], env: ScreenOptions['env'] = {}, folder: string): string {
  const at = (name: string): string => quoted(join(folder, name));
  const set = Object.entries({ LC_ALL: undefined, LC_MESSAGES: undefined, LANG: 'en_GB.UTF-8', ...env });
  const flags = set.flatMap(([name, value]) => (value === undefined ? ['-u', name] : [])).map(quoted);
  const values = set.flatMap(([name, value]) => (value === undefined ? [] : [quoted(`${name}=${value}`)]));
  const begun = [...flags, ...values, 'sh', '-c', quoted(`echo $$ > ${at('pid')}; exec "$@"`), 'sh', ...command.map(quoted)];
  return [
    'read -r _',
    `stty -g > ${at('before')}`,
    `env ${begun.join(' ')}`,
    'status=$?',
    `stty -g > ${at('after')}`,
    String.raw`printf '\nprogram ended with %s\n' "$status"`,
    String.raw`while read -r line; do printf 'next program got: %s\n' "$line"; done`,
    '',
  ].join('\n');
}

const framed = (text: string): string =>
  text
    .split('\n')
    .map((line) => `| ${line}`)
    .join('\n');
