import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { conversationKeys, idOfKey } from '../../../../plugins/blessed-dashboard/panes/conversationKeys.js';
import { drawFrame } from '../../../../plugins/blessed-dashboard/panes/drawFrame.js';
import { windowOfBlocks } from '../../../../plugins/blessed-dashboard/panes/windowOfBlocks.js';
import { span, type Line } from '../../../../plugins/blessed-dashboard/lines/Line.js';
import { listedEvents, listedPeople, listedTransfers } from '../../../../plugins/blessed-dashboard/state/lists.js';
import type { Ui } from '../../../../plugins/blessed-dashboard/state/Ui.js';
import {
  dashboardScene,
  friend,
  journal,
  message,
  messageIdOf,
  MESSAGES,
  named,
  peerOf,
  transfer,
  transferIdOf,
  type SceneGiven,
} from '../../../support/dashboardScene.js';
import { frameText, textOf } from '../../../support/frameText.js';

const NOWHERE: Ui['cursor'] = { people: undefined, conversation: undefined, transfers: undefined, events: undefined };
const screen = (given: SceneGiven): string => frameText(drawFrame(dashboardScene(given)));
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

describe('the row under the cursor is seen wherever it is', () => {
  const view = {
    people: many(200, (i) => friend(`person-${String(i).padStart(3, '0')}`)),
    transfers: many(60, (i) => transfer(i, `file-${i}.bin`, { createdMs: i })),
    journal: journal(
      ...many(300, (i) => ({ type: 'presence.changed' as const, peer: peerOf('x'), name: named(`who-${i}-`), state: 'online' as const, sinceMs: 0 })),
    ),
    conversations: new Map([[named('person-000'), { messages: many(300, (i) => message(i, `text-${i}-`)), complete: true }]]),
  };
  const person = named('person-000');
  const sizes = [
    { rows: 24, columns: 80 },
    { rows: 50, columns: 200 },
    { rows: 9, columns: 34 },
  ];

  test.each(sizes)('of people at $columns columns', (size) => {
    for (const { name } of listedPeople(dashboardScene({ view })).filter((_, i) => i % 7 === 0)) {
      expect(screen({ view, size, ui: { focus: 'people', person, cursor: { ...NOWHERE, people: name } } })).toMatch(new RegExp(`».*${name}`));
    }
  });

  test.each(sizes)('of transfers at $columns columns', (size) => {
    for (const { id, items } of listedTransfers(dashboardScene({ view })).filter((_, i) => i % 7 === 0)) {
      const shown = screen({ view, size, ui: { focus: 'transfers', person, cursor: { ...NOWHERE, transfers: id } } });
      expect(shown).toMatch(new RegExp(`» +↓ ${items[0]?.name ?? ''}`));
    }
  });

  test.each(sizes)('of events at $columns columns', (size) => {
    for (const { number } of listedEvents(dashboardScene({ view })).filter((_, i) => i % 31 === 0)) {
      expect(screen({ view, size, ui: { focus: 'events', person, cursor: { ...NOWHERE, events: number } } })).toContain(`who-${number - 1}-`);
    }
  });

  test.each(sizes)('of messages at $columns columns', (size) => {
    const ui = { focus: 'conversation', person } as const;
    const keys = conversationKeys(dashboardScene({ view, ui, size }));
    expect(keys).toHaveLength(300);
    for (const [index, key] of keys.entries()) {
      if (index % 31 === 0)
        expect(screen({ view, size, ui: { ...ui, cursor: { ...NOWHERE, conversation: key } } })).toMatch(new RegExp(`» \\d\\d:\\d\\d .*text-${index}-`));
    }
  });

  test('the newest message is seen when the cursor is nowhere', () => {
    for (const size of sizes) expect(screen({ view, size, ui: { focus: 'conversation', person } })).toContain('text-299-');
  });
});

describe('a message that is higher than the screen', () => {
  const text = many(200, (i) => `line-${i}-`).join('\n');
  const view = {
    conversations: new Map([[named('Élodie'), { messages: [message(1, 'before'), message(2, text), message(3, 'after')], complete: true }]]),
    transfers: [],
  };

  test('is read from its beginning to its end with the keys there are', () => {
    const keys = conversationKeys(dashboardScene({ view }));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.map(idOfKey).filter((id, i, all) => all.indexOf(id) === i)).toEqual([1, 2, 3].map(messageIdOf));
    const seen = keys.map((key) => screen({ view, ui: { cursor: { ...NOWHERE, conversation: key } } })).join('\n');
    for (let i = 0; i < 200; i++) expect(seen).toContain(`│ line-${i}- `);
  });
});

describe('keys of a conversation', () => {
  test('are those of messages and files as they came', () => {
    const keys = conversationKeys(dashboardScene());
    for (const { id } of MESSAGES) expect(keys).toContain(id);
    expect(keys).toHaveLength(MESSAGES.length + 2);
    expect(keys.indexOf(transferIdOf(3))).toBe(keys.indexOf(messageIdOf(7)) + 1);
  });

  test('follow the filter', () => {
    const filters = { people: '', conversation: 'PHOTO', transfers: '', events: '' };
    expect(conversationKeys(dashboardScene({ ui: { filters } }))).toEqual([messageIdOf(9)]);
  });
});

describe('what a friend writes', () => {
  const lines = (text: string): string[] => {
    const view = { conversations: new Map([[named('Élodie'), { messages: [message(1, text)], complete: true }]]), transfers: [], people: [friend('Élodie')] };
    const rows = screen({ view, size: { rows: 40, columns: 120 } }).split('\n');
    return rows.filter((row) => row.includes('forged'));
  };

  test('always begins behind the bar, whatever is in it', () => {
    const parts = fc.constantFrom(
      'forged ',
      '\n',
      '\r\n',
      '14:03   You ║ ',
      '└ waits: ',
      ' ',
      '\t',
      '───── Today ─────',
      '\u001b[2K',
      '\u2028',
      '漢',
      'x'.repeat(80),
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (pieces) => {
        for (const row of lines(pieces.join(''))) expect(row).toMatch(/^│.{27}│[ »] (?:\d\d:\d\d Élodie| {12}) │ /);
      }),
      { numRuns: 60 },
    );
  });
});

describe('windowOfBlocks', () => {
  const block = (index: number, rows: number): Line[] => many(rows, (row) => [span(`${index}.${row}`)]);

  test('shows the line that is wanted, and as many rows as there are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 30 }),
        (heights, a, l, rows) => {
          const at = a % heights.length;
          const line = l % (heights[at] ?? 1);
          const shown = windowOfBlocks({ count: heights.length, at, line, blockOf: (index) => block(index, heights[index] ?? 0) }, rows).map(textOf);
          const all = heights.flatMap((height, index) => block(index, height)).map(textOf);
          expect(shown).toHaveLength(Math.min(rows, all.length));
          expect(shown).toContain(`${at}.${line}`);
          const from = all.indexOf(shown[0] ?? '');
          expect(shown).toEqual(all.slice(from, from + shown.length));
        },
      ),
    );
  });

  test('asks for no more than what may be seen', () => {
    let asked = 0;
    const blockOf = (index: number): Line[] => {
      asked++;
      return block(index, 1);
    };
    windowOfBlocks({ count: 10_000, at: 5_000, blockOf }, 50);
    expect(asked).toBeLessThan(120);
  });
});
