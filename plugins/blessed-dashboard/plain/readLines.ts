import type { Readable } from 'node:stream';
import { CONSOLE_LINE_CHARS_MAX } from '../limits.js';

export interface LineHandler {
  /** Nothing more is read before it is done. Never rejects. */
  line(text: string): Promise<void>;
  /** There is no more to read. */
  end(): void;
}

/** Hands over the lines of a stream one after the other. A line that is too long comes cut just beyond the limit, its rest is left out. */
export function readLines(input: Readable, handler: LineHandler): Disposable {
  const decoder = new TextDecoder();
  let held = '';
  let over = false;
  const take = async (text: string): Promise<void> => {
    const [first = '', ...more] = text.split(/\r?\n/);
    held = (held + first).slice(0, CONSOLE_LINE_CHARS_MAX + 1);
    for (const next of more) {
      if (over) return;
      const line = held;
      held = next.slice(0, CONSOLE_LINE_CHARS_MAX + 1);
      await handler.line(line);
    }
  };
  const onData = (chunk: Uint8Array | string): void => {
    input.pause();
    void take(typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })).then(() => {
      if (!over) input.resume();
    });
  };
  const onEnd = (): void => {
    const last = held;
    held = '';
    void (last === '' ? Promise.resolve() : handler.line(last)).then(() => {
      if (!over) handler.end();
    });
  };
  input.on('data', onData).once('end', onEnd).once('error', onEnd);
  return {
    [Symbol.dispose]: () => {
      over = true;
      input.off('data', onData).off('end', onEnd).pause();
    },
  };
}
