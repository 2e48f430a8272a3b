import type { Readable } from 'node:stream';
import { CONSOLE_LINE_CHARS_MAX } from '../limits.js';

export interface LineHandler {
  /** Nothing more is read before it is done. Never rejects. */
  line(text: string): Promise<void>;
  /** There is no more to read. */
  end(): void;
}

/** Hands over the lines of a stream one after the other. A line that is too long comes cut just beyond the limit, its rest is left out. */
export function readLines(input: Readable & { unref?(): unknown }, handler: LineHandler): Disposable {
  const decoder = new TextDecoder();
  let held = '';
  let over = false;
  const take = async (text: string): Promise<void> => {
    const [first = '', ...more] = text.split('\n');
    held = (held + first).slice(0, CONSOLE_LINE_CHARS_MAX + 1);
    for (const next of more) {
      if (over) return;
      const line = held.replace(/\r$/, '');
      held = next.slice(0, CONSOLE_LINE_CHARS_MAX + 1);
      await handler.line(line);
    }
  };
  // A stream may say that it has ended while its last lines are still carried out.
  let done = Promise.resolve();
  const onData = (chunk: Uint8Array | string): void => {
    input.pause();
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    done = done
      .then(() => take(text))
      .then(() => {
        if (!over) input.resume();
      });
  };
  const onEnd = (): void => {
    done = done.then(() => (held === '' ? undefined : take('\n'))).then(() => (over ? undefined : handler.end()));
  };
  input.on('data', onData).once('end', onEnd).once('error', onEnd);
  return {
    [Symbol.dispose]: () => {
      over = true;
      input.off('data', onData).off('end', onEnd).pause();
      // What nobody reads any more keeps no process alive.
      input.unref?.();
    },
  };
}
