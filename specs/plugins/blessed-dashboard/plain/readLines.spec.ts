import { describe, expect, test } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { CONSOLE_LINE_CHARS_MAX } from '../../../../plugins/blessed-dashboard/limits.js';
import { readLines } from '../../../../plugins/blessed-dashboard/plain/readLines.js';

interface Read {
  readonly lines: string[];
  readonly input: PassThrough;
  readonly ended: Promise<void>;
  readonly reading: Disposable;
}

function reading(onLine: (text: string) => Promise<void> = () => Promise.resolve()): Read {
  const input = new PassThrough();
  const lines: string[] = [];
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const line = (text: string): Promise<void> => {
    lines.push(text);
    return onLine(text);
  };
  return { lines, input, ended, reading: readLines(input, { line, end: () => end() }) };
}

describe('lines that are read', () => {
  test('are those that come, however they are cut, and the last one without an end', async () => {
    const { lines, input, ended } = reading();
    const bytes = Buffer.from('un é\r\n漢字 👩🏽‍🏫\n\nlast');
    for (const byte of bytes) input.write(Buffer.of(byte));
    input.end();
    await ended;
    expect(lines).toEqual(['un é', '漢字 👩🏽‍🏫', '', 'last']);
  });

  test('are handed over one after the other: the next one waits until the one before is done', async () => {
    let running = 0;
    let most = 0;
    const { lines, input, ended } = reading(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    });
    input.write('a\nb\nc\n');
    input.write('d\ne\n');
    input.end();
    await ended;
    expect({ most, lines }).toEqual({ most: 1, lines: ['a', 'b', 'c', 'd', 'e'] });
  });

  test('are cut where they are too long, and what follows is a line of its own', async () => {
    const { lines, input, ended } = reading();
    for (let n = 0; n < 20; n++) input.write('x'.repeat(10_000));
    input.end('\nnext\n');
    await ended;
    expect(lines.map((line) => line.length)).toEqual([CONSOLE_LINE_CHARS_MAX + 1, 4]);
  });

  test('are text, whatever the bytes', async () => {
    const { lines, input, ended } = reading();
    input.end(Buffer.of(0xff, 0xfe, 0x0a));
    await ended;
    expect(lines).toEqual(['\ufffd\ufffd']);
  });

  test('are none after it was disposed of', async () => {
    const { lines, input, reading: open } = reading();
    open[Symbol.dispose]();
    input.write('too late\n');
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines).toEqual([]);
    expect(input.isPaused()).toBe(true);
  });
});
