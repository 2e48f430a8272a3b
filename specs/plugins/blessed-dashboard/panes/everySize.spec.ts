import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { drawFrame } from '../../../../plugins/blessed-dashboard/panes/drawFrame.js';
import { hitAt } from '../../../../plugins/blessed-dashboard/panes/Frame.js';
import { widthOf } from '../../../../plugins/blessed-dashboard/lines/layout.js';
import type { Scene } from '../../../../plugins/blessed-dashboard/state/Scene.js';
import { dashboardScene, friend, HOSTILE_TEXT, journal, message, named, peerOf, TRANSFERS } from '../../../support/dashboardScene.js';
import { textOf } from '../../../support/frameText.js';
import { PANES } from '../../../../plugins/blessed-dashboard/state/paneNames.js';

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    HOSTILE_TEXT,
    '漢'.repeat(50),
    '👩🏽‍🏫'.repeat(20),
    'e\u0301\u0302\u0303'.repeat(30),
    '\n\n\n',
    '\t\t',
    'x'.repeat(400),
    '',
    ' '.repeat(90),
    '\u0301',
    'ﷺﷺ',
  ),
);
const SIZE = fc.record({ rows: fc.integer({ min: 1, max: 60 }), columns: fc.integer({ min: 1, max: 210 }) });

/** A scene in which everything that others choose is hostile. */
const SCENES = fc
  .record({
    size: SIZE,
    name: HOSTILE,
    text: HOSTILE,
    draft: HOSTILE,
    focus: fc.constantFrom(...PANES),
    language: fc.constantFrom('en' as const, 'fr' as const),
    composing: fc.boolean(),
    state: fc.constantFrom('friend' as const, 'incoming' as const, 'outgoing' as const),
    keyChanged: fc.boolean(),
    dialog: fc.boolean(),
  })
  .map(({ size, name, text, draft, focus, language, composing, state, keyChanged, dialog }): Scene => {
    const who = named(name);
    return dashboardScene({
      size,
      language,
      view: {
        people: [friend(name, { state, keyChanged, unread: 3, presence: 'away', sinceMs: 1 }), friend('Élodie')],
        away: new Map([[who, { code: 'PEER_UNREACHABLE', retryAtMs: Infinity }]]),
        conversations: new Map([[who, { messages: [message(1, text), message(2, text, { direction: 'out', state: 'queued', with: who })], complete: false }]]),
        transfers: TRANSFERS.map((one) => ({ ...one, with: who, item: text, items: [{ name: text, bytes: NaN }, ...one.items], secondsLeft: Infinity })),
        journal: journal(
          { type: 'presence.changed', peer: peerOf(name), name: who, state: 'online', sinceMs: 0 },
          { type: 'fault', where: text, code: 'BUG', detail: text },
        ),
      },
      ui: {
        person: who,
        focus,
        composing,
        drafts: new Map([[who, { text: draft, cursor: draft.length }]]),
        notice: composing ? undefined : { text, tone: 'bad' },
        dialogs: dialog ? [{ kind: 'presence', id: 1, state: { index: 0 } }] : [],
      },
    });
  });

describe('a frame of any size, whatever others write', () => {
  test('fills the screen exactly, and has its caret on it', () => {
    fc.assert(
      fc.property(SCENES, (scene) => {
        const { rows, caret } = drawFrame(scene);
        expect(rows).toHaveLength(scene.size.rows);
        expect(rows.filter((row) => widthOf(row) !== scene.size.columns).map(textOf)).toEqual([]);
        if (caret) {
          expect(caret.row).toBeLessThan(scene.size.rows);
          expect(caret.column).toBeLessThan(scene.size.columns);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('every size from the smallest on', () => {
    for (let rows = 1; rows <= 30; rows += 1) {
      for (const columns of [1, 2, 3, 7, 29, 30, 31, 44, 59, 60, 61, 79, 99, 100, 101, 139, 140, 200]) {
        for (const focus of PANES) {
          const frame = drawFrame(dashboardScene({ size: { rows, columns }, ui: { focus } }));
          expect(frame.rows.map(widthOf)).toEqual(Array.from({ length: rows }, () => columns));
        }
      }
    }
  });
});

describe('what a click means', () => {
  const scene = dashboardScene({ ui: { focus: 'people' } });
  const frame = drawFrame(scene);
  const at = (text: string): { row: number; column: number } => {
    const row = frame.rows.findIndex((line) => textOf(line).includes(text));
    const line = frame.rows[row] ?? [];
    const before = textOf(line).slice(0, textOf(line).indexOf(text));
    return { row, column: widthOf([{ text: before as never, ink: 'plain' }]) };
  };
  const hit = (text: string) => hitAt(frame, at(text).row, at(text).column);

  test('a person', () => expect(hit('board-12')).toEqual({ go: 'people', to: 'board-12' }));
  test('a message', () => expect(hit('Merci')).toMatchObject({ go: 'conversation', to: expect.stringMatching(/^[0-9a-f]{32}$/) }));
  test('an answer to an offer', () => expect(hit('Alt-O Answer ')).toMatchObject({ action: 'accept-file' }));
  test('the title of a pane', () => expect(hit('Events')).toEqual({ go: 'events' }));
  test('a hint', () => expect(hit('F1 Help')).toEqual({ action: 'help' }));
  test('what is being written', () => expect(hit('writes to')).toEqual({ go: 'conversation' }));
  test('outside the screen', () => {
    expect(hitAt(frame, -1, 0)).toBeUndefined();
    expect(hitAt(frame, 99, 0)).toBeUndefined();
    expect(hitAt(frame, 3, 999)).toBeUndefined();
  });
});
