import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ESC_MS, PASTE_CHARS_MAX, PASTE_MS_MAX, SEQUENCE_MS_MAX } from '../../../../plugins/blessed-dashboard/limits.js';
import { FakeTerminal } from './FakeTerminal.js';

let fake: FakeTerminal;
beforeEach(async () => {
  fake = await new FakeTerminal().start();
});
afterEach(() => {
  fake.terminal.stop();
});

const settle = (): void => fake.clock.advance(PASTE_MS_MAX + SEQUENCE_MS_MAX);

describe('a key', () => {
  test.each([
    ['a', 'a'],
    ['A', 'A'],
    ['é', 'é'],
    ['👩🏽‍🏫', '👩🏽‍🏫'],
    [' ', 'space'],
    ['\r', 'enter'],
    ['\t', 'tab'],
    ['\u007f', 'backspace'],
    ['\b', 'backspace'],
    ['\u000b', 'ctrl-k'],
    ['\u0013', 'ctrl-s'],
    ['\n', 'ctrl-j'],
    ['\u0000', 'ctrl-space'],
    ['\u001ba', 'alt-a'],
    ['\u001bA', 'alt-A'],
    ['\u001b&', 'alt-&'],
    ['\u001bé', 'alt-é'],
    ['\u001b_', 'alt-_'],
    ['\u001b1', 'alt-1'],
    ['\u001b ', 'alt-space'],
    ['\u001b\r', 'alt-enter'],
    ['\u001b\u007f', 'alt-backspace'],
    ['\u001b\u000b', 'ctrl-alt-k'],
    ['\u001b[A', 'up'],
    ['\u001bOB', 'down'],
    ['\u001b[C', 'right'],
    ['\u001b[D', 'left'],
    ['\u001b[1;5C', 'ctrl-right'],
    ['\u001b[1;3D', 'alt-left'],
    ['\u001b[1;2A', 'shift-up'],
    ['\u001b\u001b[A', 'alt-up'],
    ['\u001b[H', 'home'],
    ['\u001b[4~', 'end'],
    ['\u001b[2~', 'insert'],
    ['\u001b[3~', 'delete'],
    ['\u001b[5~', 'page-up'],
    ['\u001b[6~', 'page-down'],
    ['\u001b[Z', 'shift-tab'],
    ['\u001bOP', 'f1'],
    ['\u001b[[B', 'f2'],
    ['\u001b[24~', 'f12'],
    ['\u001b[3$', 'shift-delete'],
  ])('%j is %s', (bytes, name) => {
    fake.type(bytes);
    expect(fake.keys).toEqual([name]);
    settle();
    expect(fake.keys).toEqual([]);
  });

  test('has a text when it writes one', () => {
    fake.type('é ', '\u001bé', '\u001b[A');
    expect(fake.inputs).toEqual([
      { type: 'key', name: 'é', text: 'é' },
      { type: 'key', name: 'space', text: ' ' },
      { type: 'key', name: 'alt-é' },
      { type: 'key', name: 'up' },
    ]);
  });

  test('Esc alone is known after a moment, and followed by something at once', () => {
    fake.type('\u001b');
    expect(fake.keys).toEqual([]);
    fake.clock.advance(ESC_MS);
    expect(fake.keys).toEqual(['esc']);
    fake.type('\u001b', '\u001b');
    fake.clock.advance(ESC_MS);
    expect(fake.keys).toEqual(['esc', 'esc']);
    fake.type('\u001b', 'a');
    expect(fake.keys).toEqual(['alt-a']);
  });

  test.each([
    ['\u001b[', 'alt-['],
    ['\u001bO', 'alt-O'],
    ['\u001b]', 'alt-]'],
  ])('%j that nothing follows is %s', (bytes, name) => {
    fake.type(bytes);
    fake.clock.advance(SEQUENCE_MS_MAX);
    expect(fake.keys).toEqual([name]);
  });
});

describe('a paste', () => {
  test('comes in one piece, whatever is in it and however it is cut', () => {
    const text = 'salut\r\x1b[A :quit\r\né漢\tfin';
    const bytes = Buffer.from(`\u001b[200~${text}\u001b[201~x`);
    for (let cut = 0; cut < bytes.length; cut += 1) {
      fake.type(bytes.subarray(0, cut), bytes.subarray(cut));
      expect(fake.keys).toEqual([{ type: 'paste', text: 'salut\n[A :quit\né漢\tfin' }, 'x']);
    }
  });

  test('is taken whole or not at all, and ends also when its end never comes', () => {
    fake.type('\u001b[200~', ...Array.from({ length: 20 }, () => '👍'.repeat(PASTE_CHARS_MAX / 10)));
    fake.clock.advance(PASTE_MS_MAX);
    expect(fake.inputs).toEqual([{ type: 'paste', text: '', tooLong: true }]);
    fake.type('y');
    expect(fake.keys.slice(1)).toEqual(['y']);
  });
});

describe('the mouse', () => {
  test('presses the left button and turns the wheel', () => {
    fake.type('\u001b[<0;5;3M\u001b[<0;5;3m\u001b[<64;1;1M\u001b[<69;1;1M\u001b[<2;1;1M\u001b[<35;1;1M');
    expect(fake.keys).toEqual([
      { type: 'mouse', row: 2, column: 4, button: 'left' },
      { type: 'mouse', row: 0, column: 0, button: 'wheel-up' },
      { type: 'mouse', row: 0, column: 0, button: 'wheel-down' },
    ]);
  });

  test('outside the screen is nothing', () => {
    fake.type('\u001b[<0;81;1M\u001b[<0;0;1M\u001b[<0;1;25M\u001b[<0;99999;99999M');
    expect(fake.keys).toEqual([]);
  });
});

describe('whatever comes', () => {
  test.each([
    ['focus', '\u001b[I\u001b[O'],
    ['what the terminal is', '\u001b[?64;1;2;22c\u001b[>1;4600;0c'],
    ['a colour', '\u001b]11;rgb:ffff/ffff/ffff\u0007\u001b]10;rgb:0000/0000/0000\u001b\\'],
    ['a name', '\u001bP>|XTerm(370)\u001b\\'],
    ['where the caret is', '\u001b[12;40R'],
    ['a mode', '\u001b[?2026;2$y'],
    ['an old mouse', '\u001b[M !!'],
    ['keys nobody knows', '\u001b[99~\u001b[27;5;13~\u001b[97;5u'],
    ['broken text', '\u0080\u009b'],
  ])('an answer of the terminal is not typed: %s', (_, bytes) => {
    fake.type(...Array.from(bytes));
    settle();
    expect(fake.keys).toEqual([]);
    fake.type(bytes, 'q');
    expect(fake.keys).toEqual(['q']);
  });

  const piece = fc.oneof(
    fc
      .constantFrom('\u001b', '\u001b[', '\u001b[200~', '\u001b[201~', '\u001bO', '\u001b[<0;1', ';2M', '\u001b]0;', '\u0007', '\u001b[M', 'é', '👍', 'a', '\r')
      .map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  );

  test('gives keys of known shapes, text without controls, and never fails', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.array(fc.nat(40), { maxLength: 6 }), (pieces, cuts) => {
        let rest = Buffer.concat(pieces);
        for (const cut of cuts) {
          fake.type(rest.subarray(0, cut));
          rest = rest.subarray(cut);
        }
        fake.type(rest);
        settle();
        for (const input of fake.inputs.splice(0)) {
          if (input.type === 'key') expect(input.name).toMatch(/^(?:ctrl-)?(?:alt-)?(?:shift-)?(?:[a-z]+(?:-[a-z]+)?|f\d+|[^\p{Cc}]+)$/u);
          if (input.type === 'key' && input.text !== undefined) expect(input.text).toMatch(/^[^\p{Cc}\p{Cs}\ufffd]+$/u);
          if (input.type === 'paste' && !input.tooLong) expect(input.text).toMatch(/^(?:[\n\t]|[^\p{Cc}\p{Cs}\ufffd])+$/u);
          expect(['key', 'paste', 'mouse']).toContain(input.type);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('means the same in whatever pieces it comes', () => {
    const sense = fc.constantFrom(
      'a',
      'é',
      '漢',
      '\r',
      '\u001b[A',
      '\u001b[1;5C',
      '\u001bOP',
      '\u001b&',
      '\u001b[<0;3;4M',
      '\u001b[200~x\ry\u001b[201~',
      '\u001b[I',
      '\u001b]11;rgb:1\u0007',
    );
    fc.assert(
      fc.property(fc.array(sense, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 9 })), (senses, cuts) => {
        const whole = Buffer.from(senses.join(''));
        fake.type(whole);
        const expected = fake.inputs.splice(0);
        let rest: Buffer = whole;
        for (const cut of cuts) {
          fake.type(rest.subarray(0, cut));
          rest = rest.subarray(cut);
        }
        fake.type(rest);
        expect(fake.inputs.splice(0)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
