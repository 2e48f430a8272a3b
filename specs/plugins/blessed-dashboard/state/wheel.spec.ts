import { describe, expect, test } from '@jest/globals';
import type { Hit } from '../../../../plugins/blessed-dashboard/state/Hit.js';
import type { Scene } from '../../../../plugins/blessed-dashboard/state/Scene.js';
import type { Ui } from '../../../../plugins/blessed-dashboard/state/Ui.js';
import { update } from '../../../../plugins/blessed-dashboard/state/update.js';
import { conversationKeys } from '../../../../plugins/blessed-dashboard/panes/conversationKeys.js';
import { listedPeople } from '../../../../plugins/blessed-dashboard/state/lists.js';
import { fieldOf } from '../../../../plugins/blessed-dashboard/state/TextField.js';
import { dashboardScene } from '../../../support/dashboardScene.js';

const turn = (scene: Scene, button: 'wheel-up' | 'wheel-down', over?: Hit): Ui =>
  update(scene, { type: 'wheel', turned: { type: 'mouse', row: 5, column: 5, button }, over }).ui;

describe('the wheel', () => {
  test('moves in what it is over, and leaves what is being written alone', () => {
    const scene = dashboardScene({ ui: { composing: true } });
    const ui = turn(scene, 'wheel-up', { go: 'conversation', to: 'x' });
    expect(ui).toMatchObject({ focus: 'conversation', composing: true });
    expect(ui.cursor.conversation).toBe(conversationKeys(scene).at(-4));
    expect(turn(scene, 'wheel-up', { go: 'events' })).toMatchObject({ focus: 'conversation', composing: true, cursor: { conversation: undefined, events: 3 } });
  });

  test('chooses somebody else over the people, who have the keys then', () => {
    const scene = dashboardScene({ ui: { composing: true } });
    const [first, second] = listedPeople(scene).map(({ name }) => name);
    const people = { ...scene.ui.cursor, people: first };
    const ui = turn({ ...scene, ui: { ...scene.ui, person: first, cursor: people } }, 'wheel-down', { go: 'people' });
    expect(ui).toMatchObject({ focus: 'people', composing: false, person: second });
  });

  test('scrolls in a dialog, and does not recall what was run before', () => {
    const command = { field: fieldOf('status'), output: [], running: false, choices: [], back: 0, written: '', scrolled: 0 };
    const ui: Partial<Ui> = { commandLines: ['friends list'], dialogs: [{ kind: 'command', id: 1, state: command }] };
    expect(turn(dashboardScene({ ui }), 'wheel-up').dialogs[0]?.state).toMatchObject({ field: { text: 'status' }, back: 0 });
  });
});
