import type { BlessedProgram } from 'blessed';
import { SansfilError, type Clock, type Timer } from '../../../core/index.js';
import type { Frame } from '../panes/Frame.js';
import type { Input, Size } from '../state/Input.js';
import { SUSPEND_MS } from '../limits.js';
import type { Display, DisplayListener } from './Display.js';
import { InputReader } from './InputReader.js';
import { KeyInput, namedKey, type BlessedKey } from './keys.js';
import { Painter } from './Painter.js';
import { attributes, BELL, CLEAR, MARK_PASTES, NO_PASTE_MARKS, NO_WRAP, RELEASE, WRAP } from './sequences.js';
import { themeOf } from './theme.js';

export interface TerminalPorts {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly clock: Clock;
  /** Whose signals and end give the terminal back. */
  readonly process: Pick<NodeJS.Process, 'on' | 'prependListener' | 'off' | 'listenerCount' | 'kill' | 'pid'>;
}

export interface TerminalOptions {
  /** The type of the terminal as the environment names it. */
  readonly terminal: string | undefined;
  readonly colours: boolean;
  readonly mouse: boolean;
}

/** For figures. */
export interface Painted {
  readonly paints: number;
  readonly bytes: number;
}

interface ProgramOptions {
  readonly input: KeyInput;
  readonly output: NodeJS.WriteStream;
  readonly terminal: string;
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Why there can be no full screen; undefined: there can. */
function whyNoScreen(terminal: string | undefined, input: { readonly isTTY?: boolean }, output: { readonly isTTY?: boolean }): SansfilError | undefined {
  if (!input.isTTY || !output.isTTY) return new SansfilError('TERMINAL_UNFIT', 'There is no terminal for the dashboard here; use --plain.');
  if (terminal && terminal !== 'dumb' && terminal !== 'unknown') return undefined;
  return new SansfilError('TERMINAL_UNFIT', `The terminal (TERM=${terminal ?? ''}) cannot show the dashboard; use --plain.`);
}

/** The terminal as the dashboard needs it: frames go in, inputs come out. Whatever happens, it is given back as it was. */
export class Terminal implements Display {
  readonly #ports: TerminalPorts;
  readonly #options: TerminalOptions;
  readonly #painter: Painter;
  readonly #reader: InputReader;
  readonly #keys: KeyInput;
  #handlers: DisplayListener | undefined;
  #program: BlessedProgram | undefined;
  /** True while the screen is ours. */
  #shown = false;
  #mouse: boolean;
  #alt = false;
  #slow = false;
  /** The newest frame that a slow terminal has not got. */
  #waiting: Frame | undefined;
  #painted: Painted = { paints: 0, bytes: 0 };
  #suspended: Timer;

  constructor(ports: TerminalPorts, options: TerminalOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#mouse = options.mouse;
    this.#painter = new Painter(themeOf(options.colours));
    this.#keys = new KeyInput(ports.input);
    this.#reader = new InputReader({
      clock: ports.clock,
      tell: (input) => this.#tell(input),
      sequence: (sequence, alt) => {
        this.#alt = alt;
        this.#keys.offer(sequence);
      },
    });
  }

  get size(): Size {
    const { rows, columns } = this.#ports.output;
    return { rows: Math.max(1, rows || 24), columns: Math.max(1, columns || 80) };
  }

  get painted(): Painted {
    return this.#painted;
  }

  /** Takes the terminal; throws when it cannot show a full screen. */
  async start(handlers: DisplayListener): Promise<void> {
    const { input, output } = this.#ports;
    const refused = whyNoScreen(this.#options.terminal, input, output);
    if (refused) throw refused;
    this.#handlers = handlers;
    const { default: blessed } = await import('blessed');
    // Its types take the streams the wrong way round.
    const makeProgram = blessed.program as unknown as (options: ProgramOptions) => BlessedProgram;
    this.#program = makeProgram({ input: this.#keys, output, terminal: knownTerminal(this.#options.terminal) });
    this.#program.on('keypress', (_text: unknown, key: BlessedKey) => {
      const named = namedKey(key, this.#alt);
      if (named) this.#tell(named);
    });
    this.#program.on('resize', this.#onResize);
    input.on('data', this.#onData);
    input.on('end', this.#onClosed);
    output.on('error', this.#onClosed);
    output.on('drain', this.#onDrain);
    this.#watchProcess();
    input.resume();
    this.#enter();
  }

  /** Puts a frame on the screen; only what changed is sent, and nothing when nothing did. */
  paint(frame: Frame): void {
    if (!this.#shown) return;
    if (this.#slow) {
      this.#waiting = frame;
      return;
    }
    const text = this.#painter.paint(frame);
    if (!text) return;
    this.#painted = { paints: this.#painted.paints + 1, bytes: this.#painted.bytes + Buffer.byteLength(text) };
    this.#slow = !this.#ports.output.write(text);
  }

  /** The next paint sends everything: something else may have written on the screen. */
  forget(): void {
    this.#painter.forget(this.size);
  }

  bell(): void {
    if (this.#shown) this.#ports.output.write(BELL);
  }

  useMouse(mouse: boolean): void {
    if (mouse === this.#mouse) return;
    this.#mouse = mouse;
    if (this.#shown) this.#program?.setMouse({ vt200Mouse: mouse, sgrMouse: mouse }, mouse);
  }

  /** Gives the terminal back as it was; may be called at any time and more than once. */
  stop(): void {
    const { input, output, process, clock } = this.#ports;
    if (this.#suspended !== undefined) clock.clearTimeout(this.#suspended);
    this.#suspended = undefined;
    for (const signal of ENDING) process.off(signal, this.#onSignal);
    process.off('SIGCONT', this.#onContinue);
    process.off('exit', this.#onExit);
    process.off('uncaughtExceptionMonitor', this.#onExit);
    this.#reader.stop();
    this.#leave();
    input.off('data', this.#onData);
    input.off('end', this.#onClosed);
    output.off('drain', this.#onDrain);
    this.#program?.destroy();
    if (this.#program) input.pause();
    this.#program = undefined;
    this.#handlers = undefined;
    this.#waiting = undefined;
  }

  #watchProcess(): void {
    const { process } = this.#ports;
    // Before the others: who listens only once is not counted any more after having listened.
    for (const signal of ENDING) process.prependListener(signal, this.#onSignal);
    process.on('SIGCONT', this.#onContinue);
    process.on('exit', this.#onExit);
    process.on('uncaughtExceptionMonitor', this.#onExit);
  }

  #enter(): void {
    const program = this.#program;
    if (!program || this.#shown) return;
    this.#shown = true;
    setBlocking(this.#ports.output, false);
    this.#keys.setRawMode(true);
    program.alternateBuffer();
    program.hideCursor();
    this.#ports.output.write(NO_WRAP + CLEAR + MARK_PASTES);
    if (this.#mouse) program.setMouse({ vt200Mouse: true, sgrMouse: true }, true);
    this.#slow = false;
    this.#painter.forget(this.size);
  }

  #leave(): void {
    const program = this.#program;
    if (!program || !this.#shown) return;
    this.#shown = false;
    setBlocking(this.#ports.output, true);
    if (this.#mouse) program.setMouse({ vt200Mouse: false, sgrMouse: false }, false);
    this.#ports.output.write(RELEASE + attributes('') + CLEAR + WRAP + NO_PASTE_MARKS);
    program.normalBuffer();
    program.showCursor();
    this.#keys.setRawMode(false);
  }

  #tell(input: Input): void {
    if (!this.#shown) return;
    if (input.type === 'key' && input.name === 'ctrl-z') this.#suspend();
    else if (input.type !== 'mouse' || this.#isOn(input)) this.#handlers?.input(input);
  }

  #isOn({ row, column }: { readonly row: number; readonly column: number }): boolean {
    const { rows, columns } = this.size;
    return row >= 0 && row < rows && column >= 0 && column < columns;
  }

  /** Gives the terminal back to the shell until it says to go on. */
  #suspend(): void {
    const { process, clock } = this.#ports;
    this.#leave();
    // Without a shell nothing stops us, and nobody would wake us.
    this.#suspended = clock.setTimeout(this.#onContinue, SUSPEND_MS);
    process.kill(0, 'SIGTSTP');
  }

  readonly #onContinue = (): void => {
    const { clock } = this.#ports;
    if (this.#suspended !== undefined) clock.clearTimeout(this.#suspended);
    this.#suspended = undefined;
    // The shell has changed the modes of the terminal behind our back.
    this.#keys.setRawMode(false);
    this.#shown = false;
    this.#enter();
    this.#handlers?.resized(this.size);
  };

  readonly #onData = (bytes: Uint8Array): void => this.#reader.read(bytes);

  readonly #onResize = (): void => {
    this.#painter.forget(this.size);
    this.#handlers?.resized(this.size);
  };

  readonly #onDrain = (): void => {
    this.#slow = false;
    const frame = this.#waiting;
    this.#waiting = undefined;
    if (frame) this.paint(frame);
  };

  readonly #onClosed = (): void => this.#handlers?.closed();

  readonly #onExit = (): void => this.stop();

  /** The terminal first, then what the signal means: for others who listen, or else the end. */
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    const { process } = this.#ports;
    this.stop();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
}

/** Node waits until a terminal has taken what is written: one that takes nothing, as over a lost connection, would stop the whole device. */
function setBlocking(output: object, blocking: boolean): void {
  const { _handle: handle } = output as { readonly _handle?: { setBlocking?(blocking: boolean): unknown } };
  handle?.setBlocking?.(blocking);
}

/** Of the descriptions that blessed can read. */
function knownTerminal(terminal: string | undefined): string {
  return terminal?.startsWith('linux') ? 'linux' : 'xterm-256color';
}
