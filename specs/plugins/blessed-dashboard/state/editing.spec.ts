import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { editField, insertText, moveLine } from '../../../../plugins/blessed-dashboard/state/editing.js';
import { fieldOf, type TextField } from '../../../../plugins/blessed-dashboard/state/TextField.js';

const press = (field: TextField, ...names: readonly string[]): TextField => names.reduce((now, name) => editField(now, { type: 'key', name }) ?? now, field);

const boundaries = (text: string): readonly number[] => [
  ...Array.from(new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text), ({ index }) => index),
  text.length,
];

describe('a text that is edited', () => {
  test('loses a whole emoji, accent or flag at one backspace', () => {
    for (const cluster of ['👩🏽‍🏫', 'é', 'e\u0301', '🇫🇷', '漢', '각']) {
      expect(press(fieldOf(`a${cluster}`), 'backspace')).toEqual({ text: 'a', cursor: 1 });
      expect(press({ text: `${cluster}b`, cursor: 0 }, 'delete')).toEqual({ text: 'b', cursor: 0 });
      expect(press(fieldOf(`a${cluster}`), 'left').cursor).toBe(1);
    }
  });

  test('is edited by words, as in a shell', () => {
    expect(press(fieldOf('bonjour à tous'), 'ctrl-w')).toEqual({ text: 'bonjour à ', cursor: 10 });
    expect(press(fieldOf('bonjour à tous  '), 'ctrl-w').text).toBe('bonjour à ');
    expect(press(fieldOf('one two'), 'ctrl-left').cursor).toBe(4);
    expect(press({ text: 'one two', cursor: 0 }, 'ctrl-right').cursor).toBe(3);
    expect(press(fieldOf('one\ntwo'), 'ctrl-u')).toEqual({ text: 'one\n', cursor: 4 });
    expect(press(fieldOf('one\ntwo'), 'home').cursor).toBe(4);
    expect(press({ text: 'one\ntwo', cursor: 1 }, 'end').cursor).toBe(3);
  });

  test('moves between lines as near to its column as they go', () => {
    expect(moveLine({ text: 'long line\nab\nlong line', cursor: 8 }, 1)).toEqual({ text: 'long line\nab\nlong line', cursor: 12 });
    expect(moveLine({ text: 'ab\nlong', cursor: 7 }, -1)?.cursor).toBe(2);
    expect(moveLine(fieldOf('one'), -1)).toBeUndefined();
    expect(moveLine(fieldOf('one'), 1)).toBeUndefined();
  });

  test('takes letters, and leaves other keys to others', () => {
    expect(editField(fieldOf('a'), { type: 'key', name: 'é', text: 'é' })).toEqual({ text: 'aé', cursor: 2 });
    expect(editField(fieldOf('a'), { type: 'key', name: 'f5' })).toBeUndefined();
    expect(editField(fieldOf('a'), { type: 'key', name: 'esc' })).toBeUndefined();
  });

  test('never has its cursor inside of what a reader sees as one character', () => {
    const piece = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.constantFrom('👩🏽‍🏫', '\u0301', '\u200d', '🇫', '🏽', '\n', ' '));
    const action = fc.oneof(
      piece.map((text) => ({ text })),
      fc.constantFrom('left', 'right', 'home', 'end', 'backspace', 'delete', 'ctrl-w', 'ctrl-u', 'ctrl-left', 'ctrl-right').map((name) => ({ name })),
      fc.constantFrom(-1 as const, 1 as const).map((line) => ({ line })),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        let field = fieldOf('');
        for (const one of actions) {
          if ('text' in one) field = insertText(field, one.text);
          else if ('name' in one) field = press(field, one.name);
          else field = moveLine(field, one.line) ?? field;
          expect(boundaries(field.text)).toContain(field.cursor);
        }
      }),
    );
  });
});
