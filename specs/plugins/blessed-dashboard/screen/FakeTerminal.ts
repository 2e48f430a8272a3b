import { EventEmitter } from 'node:events';
import { VirtualClock } from '../../../../core/testing.js';
import { Terminal, type TerminalOptions } from '../../../../plugins/blessed-dashboard/screen/Terminal.js';
import type { Input, Size } from '../../../../plugins/blessed-dashboard/state/Input.js';

class FakeInput extends EventEmitter {
  readonly isTTY = true;
  isRaw = false;
  flowing = false;
  setRawMode(raw: boolean): void {
    this.isRaw = raw;
  }
  resume(): void {
    this.flowing = true;
  }
  pause(): void {
    this.flowing = false;
  }
}

class FakeOutput extends EventEmitter {
  isTTY = true;
  readonly writable = true;
  rows = 24;
  columns = 80;
  slow = false;
  writes: string[] = [];
  blocking = true;
  readonly _handle = { setBlocking: (blocking: boolean) => (this.blocking = blocking) };
  write(text: string): boolean {
    this.writes.push(text);
    return !this.slow;
  }
}

class FakeProcess extends EventEmitter {
  readonly pid = 7;
  readonly kills: (readonly [number, string | number | undefined])[] = [];
  kill(pid: number, signal?: string | number): true {
    this.kills.push([pid, signal]);
    return true;
  }
}

/** A Terminal with nothing real around it, and all that came out of it. */
export class FakeTerminal {
  readonly input = new FakeInput();
  readonly output = new FakeOutput();
  readonly process = new FakeProcess();
  readonly clock = new VirtualClock();
  readonly inputs: Input[] = [];
  readonly sizes: Size[] = [];
  closed = 0;
  readonly terminal: Terminal;

  constructor(options: Partial<TerminalOptions> = {}) {
    const { input, output, process, clock } = this;
    this.terminal = new Terminal(
      {
        input: input as unknown as NodeJS.ReadStream,
        output: output as unknown as NodeJS.WriteStream,
        process: process as unknown as NodeJS.Process,
        clock,
      },
      { terminal: 'xterm-256color', colours: true, mouse: true, ...options },
    );
  }

  async start(): Promise<this> {
    await this.terminal.start({
      input: (input) => this.inputs.push(input),
      resized: (size) => this.sizes.push(size),
      closed: () => (this.closed += 1),
    });
    return this;
  }

  type(...chunks: readonly (string | Uint8Array)[]): void {
    for (const chunk of chunks) this.input.emit('data', Buffer.from(chunk));
  }

  /** What was written since the last time. */
  written(): string {
    return this.output.writes.splice(0).join('');
  }

  /** Names of the keys that came, and what else came in full. */
  get keys(): unknown[] {
    return this.inputs.splice(0).map((input) => (input.type === 'key' ? input.name : input));
  }
}
