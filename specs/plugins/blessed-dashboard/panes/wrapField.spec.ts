import fc from 'fast-check';
import { expect, test } from '@jest/globals';
import { textWidth } from '../../../../core/index.js';
import { drawFrame } from '../../../../plugins/blessed-dashboard/panes/drawFrame.js';
import { wrapField } from '../../../../plugins/blessed-dashboard/panes/wrapField.js';
import { dashboardScene, named } from '../../../support/dashboardScene.js';
import { frameText } from '../../../support/frameText.js';

const wrap = (text: string, cursor: number, columns: number) => wrapField({ text, cursor }, columns);

test('breaks behind spaces, and the caret is where the next character is written', () => {
  expect(wrap('one two three', 13, 8)).toEqual({ rows: ['one two ', 'three'], caret: { row: 1, column: 5 } });
  expect(wrap('one two three', 8, 8)).toEqual({ rows: ['one two ', 'three'], caret: { row: 1, column: 0 } });
  expect(wrap('one two three', 7, 8).caret).toEqual({ row: 0, column: 7 });
});

test('an empty line is a row of its own', () => {
  expect(wrap('a\n\nb', 2, 8)).toEqual({ rows: ['a', '', 'b'], caret: { row: 1, column: 0 } });
  expect(wrap('a\n', 2, 8)).toEqual({ rows: ['a', ''], caret: { row: 1, column: 0 } });
});

test('behind a full row the caret begins the next one', () => {
  expect(wrap('abcd', 4, 4)).toEqual({ rows: ['abcd', ''], caret: { row: 1, column: 0 } });
});

test('counts columns, not characters', () => {
  expect(wrap('漢字e\u0301', 4, 9).caret).toEqual({ row: 0, column: 5 });
  expect(wrap('a\u001b', 2, 20)).toEqual({ rows: ['a\\u{1b}'], caret: { row: 0, column: 7 } });
});

test('leaves out nothing, and no row is too wide', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 12, max: 40 }), fc.nat(), (text, columns, at) => {
      const cursor = text.length === 0 ? 0 : at % (text.length + 1);
      const { rows, caret } = wrap(text, cursor, columns);
      for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(columns);
      expect(caret.row).toBeLessThan(rows.length);
      expect(caret.column).toBeLessThan(columns);
      expect(rows.join('').length).toBeGreaterThanOrEqual(text.replaceAll('\n', '').length);
    }),
  );
});

const withDraft = (text: string, size = { rows: 24, columns: 80 }) => {
  const ui = { composing: true, drafts: new Map([[named('Élodie'), { text, cursor: text.length }]]) };
  return drawFrame(dashboardScene({ ui, size }));
};

test('what is written grows to a third of the pane, and its end stays in sight', () => {
  const text = Array.from({ length: 40 }, (_, i) => `row ${i}`).join('\n');
  const frame = withDraft(text, { rows: 30, columns: 80 });
  const shown = frameText(frame)
    .split('\n')
    .filter((row) => / row \d+ /.test(row));
  expect(shown.length).toBeGreaterThan(3);
  expect(shown.length).toBeLessThan(8);
  expect(shown.at(-1)).toContain('row 39');
  expect(frameText(frame).split('\n')[frame.caret?.row ?? 0]).toContain('row 39');
});

test('says how much more can be written when that is little, and how much is too much', () => {
  expect(frameText(withDraft('x'.repeat(60_000)))).not.toContain('bytes left');
  expect(frameText(withDraft('é'.repeat(31_999)))).toContain('2 bytes left');
  expect(frameText(withDraft('é'.repeat(32_001)))).toContain('! 2 bytes too long');
});
