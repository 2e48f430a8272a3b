import { describe, expect, test } from '@jest/globals';
import { CONVERSATION_MESSAGES_MAX, type MessageView } from '../../../../core/index.js';
import { showMessage } from '../../../../plugins/blessed-dashboard/state/soughtMessage.js';
import type { Scene } from '../../../../plugins/blessed-dashboard/state/Scene.js';
import { settle, update } from '../../../../plugins/blessed-dashboard/state/update.js';
import { dashboardScene, message, named } from '../../../support/dashboardScene.js';

const WHO = named('漢字');
const FOUND = message(3, 'was found', { with: WHO, position: 3 });

const asked = ({ ui, effects }: ReturnType<typeof settle>) => ({ ui, older: effects.filter((effect) => effect.do === 'load-older') });

function sought(): Scene {
  const scene = dashboardScene({});
  return { ...scene, ui: { ...scene.ui, ...showMessage(scene, FOUND).ui } };
}

const having = (scene: Scene, messages: readonly MessageView[], complete = false): Scene => ({
  ...scene,
  view: { ...scene.view, conversations: new Map([[WHO, { messages, complete }]]) },
});

describe('a message that was found', () => {
  test('is under the cursor of its conversation as soon as it is loaded, read and not written to', () => {
    const { ui } = settle(having(sought(), [FOUND, message(8, 'newer', { with: WHO })]));
    expect(ui).toMatchObject({ person: WHO, focus: 'conversation', composing: false, cursor: { conversation: FOUND.id }, sought: undefined });
  });

  test('has the pages back to it asked for once, when its conversation is there', () => {
    const scene = { ...sought(), view: { ...sought().view, conversations: new Map() } };
    expect(asked(settle(scene)).older).toEqual([]);
    const there = having(scene, [message(8, 'newer', { with: WHO })]);
    const first = asked(settle(there));
    expect(first.older).toEqual([{ do: 'load-older', name: WHO, backTo: 3 }]);
    expect(asked(settle({ ...there, ui: first.ui })).older).toEqual([]);
  });

  test('is given up, and that is said, when it is not among what can be kept', () => {
    const many = Array.from({ length: CONVERSATION_MESSAGES_MAX }, () => message(8, 'newer', { with: WHO }));
    expect(settle(having(sought(), many)).ui).toMatchObject({ sought: undefined, notice: { text: expect.stringContaining('older') } });
    expect(settle(having(sought(), [], true)).ui).toMatchObject({ sought: undefined, notice: { tone: 'plain' } });
  });

  test('does not take the cursor from somebody who has gone on meanwhile', () => {
    const scene = sought();
    const { ui } = update(scene, { type: 'key', name: 'i', text: 'i' });
    expect(settle(having({ ...scene, ui }, [FOUND])).ui).toMatchObject({ composing: true, cursor: { conversation: undefined } });
  });
});
