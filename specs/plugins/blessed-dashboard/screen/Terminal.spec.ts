import { describe, expect, test } from '@jest/globals';
import { padLine } from '../../../../plugins/blessed-dashboard/lines/layout.js';
import { span } from '../../../../plugins/blessed-dashboard/lines/Line.js';
import type { Frame } from '../../../../plugins/blessed-dashboard/panes/Frame.js';
import { SUSPEND_MS } from '../../../../plugins/blessed-dashboard/limits.js';
import { FakeTerminal } from './FakeTerminal.js';
import { ModelScreen } from './ModelScreen.js';

const frameOf = (text: string, columns = 80, rows = 24): Frame => ({ rows: Array.from({ length: rows }, () => padLine([span(text)], columns)) });
/** Modes that are on after all that was written, where the caret and the wrapping are on from the beginning. */
const modesAfter = (sent: string): string[] => {
  const screen = new ModelScreen(24, 80);
  for (const mode of ['25', '7']) screen.modes.add(mode);
  screen.write(sent);
  return [...screen.modes].sort();
};
const USUAL = ['25', '7'];

describe('the terminal', () => {
  test('is taken, and given back as it was', async () => {
    const fake = await new FakeTerminal().start();
    expect(fake.input.isRaw).toBe(true);
    const taken = fake.written();
    expect(modesAfter(taken)).toEqual(['1000', '1006', '1049', '2004']);
    fake.terminal.paint(frameOf('x'));
    const painted = fake.written();
    fake.terminal.stop();
    fake.terminal.stop();
    expect(modesAfter(taken + painted + fake.written())).toEqual(USUAL);
    expect([fake.input.isRaw, fake.input.flowing]).toEqual([false, false]);
    expect(fake.input.listenerCount('data')).toBe(0);
    expect(fake.process.eventNames()).toEqual([]);
    fake.terminal.paint(frameOf('y'));
    fake.type('a');
    expect([fake.written(), fake.keys]).toEqual(['', []]);
  });

  test.each(['exit', 'uncaughtExceptionMonitor'])('is given back on %s', async (event) => {
    const fake = await new FakeTerminal().start();
    fake.process.emit(event);
    expect(modesAfter(fake.written())).toEqual(USUAL);
    expect(fake.input.isRaw).toBe(false);
  });

  test('is given back on SIGTERM, which then means what it means', async () => {
    const alone = await new FakeTerminal().start();
    alone.process.emit('SIGTERM', 'SIGTERM');
    expect(alone.process.kills).toEqual([[7, 'SIGTERM']]);
    const listened = new FakeTerminal();
    let heard = 0;
    listened.process.once('SIGTERM', () => (heard += 1));
    await listened.start();
    listened.process.emit('SIGTERM', 'SIGTERM');
    expect([heard, listened.process.kills, modesAfter(listened.written())]).toEqual([1, [], USUAL]);
  });

  test.each([
    ['dumb', true, 'TERM=dumb'],
    [undefined, true, 'TERM='],
    ['xterm', false, 'no terminal'],
  ])('is refused as %s, terminal: %s', async (terminal, isTTY, reason) => {
    const fake = new FakeTerminal({ terminal });
    fake.output.isTTY = isTTY;
    await expect(fake.start()).rejects.toMatchObject({ code: 'TERMINAL_UNFIT', message: expect.stringContaining(reason) });
    expect([fake.written(), fake.input.isRaw]).toEqual(['', false]);
    fake.terminal.stop();
  });

  test.each(['linux', 'tmux-256color', 'screen-256color', 'vt220', 'xterm-kitty'])('is usable as %s', async (terminal) => {
    const fake = await new FakeTerminal({ terminal }).start();
    const screen = new ModelScreen(24, 80);
    screen.write(fake.written().replaceAll('\u001b[?1c', ''));
    fake.terminal.paint(frameOf('salut'));
    screen.write(fake.written());
    expect(screen.text[23]?.trim()).toBe('salut');
    fake.type('\u001b[[A', '\u001b[A');
    expect(fake.keys).toEqual(['f1', 'up']);
    fake.terminal.stop();
  });

  test('has no mouse where none is wanted, and changes its mind', async () => {
    const fake = await new FakeTerminal({ mouse: false }).start();
    expect(modesAfter(fake.written())).not.toContain('1000');
    fake.terminal.useMouse(true);
    expect(modesAfter(fake.written())).toEqual(['1000', '1006', ...USUAL]);
    fake.terminal.useMouse(false);
    fake.terminal.stop();
    expect(modesAfter(fake.written())).toEqual(USUAL);
  });

  test('tells its size when that changes, and is painted anew', async () => {
    const fake = await new FakeTerminal().start();
    fake.terminal.paint(frameOf('x'));
    fake.written();
    Object.assign(fake.output, { rows: 10, columns: 40 });
    fake.output.emit('resize');
    expect(fake.sizes).toEqual([{ rows: 10, columns: 40 }]);
    fake.terminal.paint(frameOf('x', 40, 10));
    const screen = new ModelScreen(10, 40);
    screen.write(fake.written());
    expect(screen.text).toEqual(Array.from({ length: 10 }, () => 'x'.padEnd(40)));
    fake.terminal.stop();
  });

  test('that is gone is told, and never fails', async () => {
    const fake = await new FakeTerminal().start();
    fake.output.emit('error', new Error('EIO'));
    fake.input.emit('end');
    expect(fake.closed).toBe(2);
    fake.terminal.stop();
    fake.output.emit('error', new Error('EIO'));
  });
});

describe('a paint', () => {
  test('is one write, none when nothing changed, and counted', async () => {
    const fake = await new FakeTerminal().start();
    fake.written();
    fake.terminal.paint(frameOf('x'));
    expect(fake.output.writes).toHaveLength(1);
    const bytes = fake.written().length;
    fake.terminal.paint(frameOf('x'));
    expect(fake.output.writes).toEqual([]);
    expect(fake.terminal.painted).toEqual({ paints: 1, bytes });
    fake.terminal.stop();
  });

  test('never stops the device, and the last words are waited for', async () => {
    const fake = await new FakeTerminal().start();
    expect(fake.output.blocking).toBe(false);
    fake.terminal.stop();
    expect(fake.output.blocking).toBe(true);
  });

  test('waits for a slow terminal, which then gets only the newest', async () => {
    const fake = await new FakeTerminal().start();
    fake.output.slow = true;
    fake.terminal.paint(frameOf('first'));
    fake.written();
    fake.terminal.paint(frameOf('second'));
    fake.terminal.paint(frameOf('third'));
    expect(fake.written()).toBe('');
    fake.output.slow = false;
    fake.output.emit('drain');
    const sent = fake.written();
    expect(sent).toContain('third');
    expect(sent).not.toContain('second');
    fake.terminal.stop();
  });
});

describe('Ctrl-Z', () => {
  test('gives the terminal to the shell, and takes it back', async () => {
    const fake = await new FakeTerminal().start();
    const taken = fake.written();
    fake.type('\u001a');
    expect([fake.process.kills, fake.keys, fake.input.isRaw]).toEqual([[[0, 'SIGTSTP']], [], false]);
    const left = taken + fake.written();
    expect(modesAfter(left)).toEqual(USUAL);
    fake.process.emit('SIGCONT');
    expect([fake.input.isRaw, fake.sizes.length]).toEqual([true, 1]);
    expect(modesAfter(left + fake.written())).toEqual(modesAfter(taken));
    fake.clock.advance(SUSPEND_MS);
    expect(fake.sizes).toHaveLength(1);
    fake.terminal.stop();
  });

  test('where no shell is comes back by itself', async () => {
    const fake = await new FakeTerminal().start();
    fake.type('\u001a');
    fake.clock.advance(SUSPEND_MS);
    expect([fake.input.isRaw, fake.sizes.length]).toEqual([true, 1]);
    fake.terminal.stop();
  });
});
