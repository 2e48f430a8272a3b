import { describe, expect, test } from '@jest/globals';
import { drawFrame } from '../../../../plugins/blessed-dashboard/panes/drawFrame.js';
import { conversationKeys } from '../../../../plugins/blessed-dashboard/panes/conversationKeys.js';
import type { Scene } from '../../../../plugins/blessed-dashboard/state/Scene.js';
import { settle, update } from '../../../../plugins/blessed-dashboard/state/update.js';
import { dashboardScene, message, MESSAGES, named, NOW_MS, transfer, transferIdOf } from '../../../support/dashboardScene.js';
import { frameText } from '../../../support/frameText.js';

const WHO = named('Élodie');
const read = MESSAGES.map((one) => (one.state === 'received' ? { ...one, state: 'read' as const } : one));
const withMessages = (scene: Scene, messages: Scene['view']['conversations'] extends ReadonlyMap<unknown, infer C> ? C : never): Scene => ({
  ...scene,
  view: { ...scene.view, conversations: new Map([[WHO, messages]]) },
});
const settled = (scene: Scene): Scene => ({ ...scene, ui: settle(scene).ui });
const press = (scene: Scene, name: string): Scene => settled({ ...scene, ui: update(scene, { type: 'key', name }).ui });
const shown = (scene: Scene): string => frameText(drawFrame(scene));

describe('what was new', () => {
  test('stays marked while it is read, until somebody leaves or answers', () => {
    const opened = withMessages(settled(dashboardScene()), { messages: read, complete: true });
    expect(shown(opened)).toContain('─ 2 new ─');
    const left = press(press(opened, 'shift-tab'), 'tab');
    expect(shown(left)).not.toContain(' new ');
    const writing = { ...opened, ui: { ...opened.ui, composing: true, drafts: new Map([[WHO, { text: 'oui', cursor: 3 }]]) } };
    expect(shown(press(writing, 'enter'))).not.toContain(' new ');
  });
});

describe('a transfer that is over', () => {
  test('is said to be so, when somebody would cancel it or hold it', () => {
    const cursor = { people: undefined, conversation: undefined, transfers: transferIdOf(1), events: undefined };
    const scene = dashboardScene({ ui: { focus: 'transfers', cursor } });
    for (const name of ['X', 'P', 'R']) expect(press(scene, name).ui.notice?.text).toContain('over already');
  });
});

describe('an offer', () => {
  test('that is held before it is answered says so', () => {
    const offer = transfer(50, 'held.bin', { direction: 'out', state: 'offered', pausedBy: 'me' });
    expect(shown(dashboardScene({ view: { transfers: [offer] } }))).toMatch(/held\.bin .*║ paused by you · 8\.0 MiB/);
  });
});

describe('a long conversation', () => {
  const messages = Array.from({ length: 120 }, (_, i) =>
    message(i, `text-${i}- ${'word '.repeat((i * 7) % 40)}`, { createdMs: NOW_MS - (200 - i) * 1_000, direction: i % 3 === 0 ? 'out' : 'in' }),
  );

  test.each([
    { rows: 24, columns: 80 },
    { rows: 14, columns: 44 },
    { rows: 50, columns: 200 },
  ])('leaves nothing out when it is read page by page at $columns columns', (size) => {
    let scene = withMessages(dashboardScene({ size, view: { transfers: [] } }), { messages, complete: true });
    let seen = shown(scene);
    for (let pages = 0; pages < 200 && scene.ui.cursor.conversation !== conversationKeys(scene)[0]; pages++) {
      scene = press(scene, 'page-up');
      seen += shown(scene);
    }
    for (const { text } of messages) expect(seen).toContain(text.split(' ', 1)[0]);
  });

  test('says how much newer there is, and how to get there', () => {
    const scene = withMessages(dashboardScene({ view: { transfers: [] } }), { messages, complete: true });
    const up = press(press(scene, 'up'), 'up');
    expect(shown(up)).toContain(' 2 newer, End shows the last ');
    expect(shown(press(up, 'end'))).not.toContain('newer');
  });
});
