import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { padLine } from '../../../../plugins/blessed-dashboard/lines/layout.js';
import { span, type Ink, type Line } from '../../../../plugins/blessed-dashboard/lines/Line.js';
import type { Frame } from '../../../../plugins/blessed-dashboard/panes/Frame.js';
import { Painter } from '../../../../plugins/blessed-dashboard/screen/Painter.js';
import { themeOf } from '../../../../plugins/blessed-dashboard/screen/theme.js';
import { byCodePoint, ModelScreen, type Measure } from './ModelScreen.js';

const SIZE = { rows: 3, columns: 14 };
const INKS: readonly Ink[] = ['plain', 'strong', 'cursor', 'bad', 'paper'];
const frameOf = (...rows: readonly Line[]): Frame => ({ rows: Array.from({ length: SIZE.rows }, (_, row) => padLine(rows[row] ?? [], SIZE.columns)) });
const newPainter = (colours = true): Painter => {
  const painter = new Painter(themeOf(colours));
  painter.forget(SIZE);
  return painter;
};

const letter = fc.constantFrom(
  'a',
  'b',
  ' ',
  '─',
  '│',
  'é',
  'e\u0301',
  '漢',
  '字',
  '👩🏽‍🏫',
  '👍',
  '🇫🇷',
  '1\ufe0f\u20e3',
  '❤\ufe0f',
  '❤',
  'ש',
  'क्षि',
  '\u1112\u1161\u11ab',
);
const anyText = fc.oneof({ weight: 3, arbitrary: fc.string({ unit: letter, maxLength: 12 }) }, fc.string({ unit: 'binary', maxLength: 12 }));
const anyLine = fc.array(fc.tuple(anyText, fc.constantFrom(...INKS)), { maxLength: 3 }).map((parts) => parts.map(([text, ink]) => span(text, ink)));
const anyCaret = fc.option(fc.record({ row: fc.nat(SIZE.rows - 1), column: fc.nat(SIZE.columns - 1) }), { nil: undefined });
const anyFrame: fc.Arbitrary<Frame> = fc
  .tuple(fc.array(anyLine, { maxLength: SIZE.rows }), anyCaret)
  .map(([lines, caret]) => (caret ? { ...frameOf(...lines), caret } : frameOf(...lines)));

const isMark = /^[\p{M}\u200d\ufe0e\ufe0f\u{e0000}-\u{e0fff}]/u;
const MEASURES: readonly (readonly [string, Measure | undefined])[] = [
  ['measures as we do', undefined],
  ['knows no joined characters and counts each twice', byCodePoint((character) => (isMark.test(character) ? 0 : character < '\u0080' ? 1 : 2))],
  ['draws marks and joiners by themselves', byCodePoint((character) => (/[\u3041-\ud7a3]/.test(character) ? 2 : 1))],
  ['draws emoji narrow and marks not at all', byCodePoint((character) => (isMark.test(character) ? 0 : /[\u3041-\ud7a3]/.test(character) ? 2 : 1))],
];

describe('what a paint sends', () => {
  test('is only what changed', () => {
    const painter = newPainter();
    const screen = new ModelScreen(SIZE.rows, SIZE.columns);
    screen.write(painter.paint(frameOf([span('hello world')], [span('second')])));
    expect(screen.text).toEqual(['hello world   ', 'second        ', '              ']);
    expect(painter.paint(frameOf([span('hello world')], [span('second')]))).toBe('');
    const sent = painter.paint(frameOf([span('hello World')], [span('second')]));
    expect(sent.replaceAll('\u001b', '^')).toBe('^[?2026h^[?25l^[1;7H^[0mW^[0m^[?2026l');
    screen.write(sent);
    expect(screen.text[0]).toBe('hello World   ');
  });

  test('puts the caret where text is written, and only there', () => {
    const painter = newPainter();
    const screen = new ModelScreen(SIZE.rows, SIZE.columns);
    const frame = frameOf([span('a')]);
    screen.write(painter.paint({ ...frame, caret: { row: 1, column: 4 } }));
    expect([screen.caret, screen.modes.has('25')]).toEqual([{ row: 1, column: 4 }, true]);
    expect(painter.paint({ ...frame, caret: { row: 1, column: 4 } })).toBe('');
    screen.write(painter.paint({ ...frame, caret: { row: 0, column: 1 } }));
    expect([screen.caret, screen.modes.has('25')]).toEqual([{ row: 0, column: 1 }, true]);
    screen.write(painter.paint(frame));
    expect(screen.modes.has('25')).toBe(false);
  });

  test('after the screen was lost is everything', () => {
    const painter = newPainter();
    const whole = painter.paint(frameOf([span('a')]));
    painter.forget(SIZE);
    expect(painter.paint(frameOf([span('a')]))).toBe(whole);
  });

  test('keeps a text with a thousand marks on one letter short', () => {
    expect(newPainter().paint(frameOf([span(`a${'\u0301'.repeat(1_000)}`)])).length).toBeLessThan(200);
  });

  test('shows a QR code black on white, and without colours in reverse', () => {
    expect(newPainter().paint(frameOf([span('█', 'paper')]))).toContain('\u001b[0;30;47;107m');
    const plain = newPainter(false).paint(frameOf(...INKS.map((ink) => [span('x', ink)])));
    expect(plain).not.toMatch(/\u001b\[[\d;]*(?:[349]\d|10\d)[\d;]*m/);
  });
});

describe.each(MEASURES)('on a terminal that %s', (_, measure) => {
  test('any frames one after the other leave what the last one alone leaves', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { minLength: 2, maxLength: 5 }), (frames) => {
        const painter = newPainter();
        const screen = new ModelScreen(SIZE.rows, SIZE.columns, measure);
        for (const frame of frames) screen.write(painter.paint(frame));
        const fresh = new ModelScreen(SIZE.rows, SIZE.columns, measure);
        fresh.write(newPainter().paint(frames.at(-1) ?? { rows: [] }));
        expect(screen.picture).toEqual(fresh.picture);
        const caret = frames.at(-1)?.caret;
        expect(screen.modes.has('25')).toBe(caret !== undefined);
        if (caret) expect(screen.caret).toEqual(caret);
      }),
      { numRuns: 500 },
    );
  });

  test('what follows a tricky character is never shifted', () => {
    fc.assert(
      fc.property(fc.string({ unit: letter, maxLength: 4 }), (text) => {
        const screen = new ModelScreen(SIZE.rows, SIZE.columns, measure);
        screen.write(newPainter().paint({ rows: [[...padLine([span(text)], 8), span('X', 'strong'), span('Y    ')]] }));
        const row = screen.picture[0] ?? '';
        expect(row).toContain('X<0;1>Y<0>');
        expect(row.endsWith('X<0;1>Y<0> <0> <0> <0> <0>')).toBe(true);
      }),
    );
  });
});

describe('hostile text', () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      '\u001b]0;title\u0007',
      '\u001b]8;;http://x\u001b\\x',
      '\u001b]52;c;YQ==\u0007',
      '\u001b[31m',
      '\u001b[2J',
      '\u001bP1$r\u001b\\',
      '\u009b31m',
    ),
    fc.constantFrom(
      '\u009d0;x\u009c',
      '\u202eabc',
      '\u2066x',
      '\ud83d',
      '\udc00',
      '\r\n',
      '\u0007',
      '\u0008',
      '\u007f',
      '\u200b',
      '\ufeff',
      '\ue000',
      '\u000e',
    ),
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  );

  test('reaches the terminal as text only', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 6 }), (parts) => {
        const screen = new ModelScreen(SIZE.rows, SIZE.columns);
        screen.write(newPainter().paint({ rows: [parts.map((part) => span(part)), [span(parts.join(''))], padLine([span(parts.join('a'))], SIZE.columns)] }));
      }),
      { numRuns: 1_000 },
    );
  });
});
