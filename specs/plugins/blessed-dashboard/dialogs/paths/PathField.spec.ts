import { describe, expect, it } from '@jest/globals';
import { absolutePath, shownPath } from '../../../../../plugins/blessed-dashboard/dialogs/paths/absolutePath.js';
import {
  closedPath,
  continuesName,
  enterFolder,
  entryAtCursor,
  lookAt,
  shownEntries,
  stepPath,
  type PathField,
  type PathStep,
} from '../../../../../plugins/blessed-dashboard/dialogs/paths/PathField.js';
import type { FolderEntry } from '../../../../../plugins/blessed-dashboard/state/Effect.js';
import { key } from '../../../../support/dialogDriver.js';
import { dashboardScene, HOSTILE_TEXT } from '../../../../support/dashboardScene.js';

const SCENE = dashboardScene();
const ID = 3;
const file = (name: string): FolderEntry => ({ name, folder: false, bytes: 5 });
const folder = (name: string): FolderEntry => ({ name, folder: true, bytes: 0 });
const HOME = [folder('Documents'), folder('Downloads'), folder('Été'), file('.hidden'), file('mes notes.txt'), file(HOSTILE_TEXT)];

/** Answers each listing with what is given for that folder. */
function answered({ path, effects = [] }: PathStep, listings: Readonly<Record<string, readonly FolderEntry[]>>): PathField {
  let now = path;
  for (const effect of effects) {
    if (effect.do !== 'list-folder') continue;
    now = stepPath(now, { type: 'answer', to: ID, tag: effect.tag, result: listings[effect.path] ?? [] }, SCENE, ID)?.path ?? now;
  }
  return now;
}

const LISTINGS = { '/home/pi': HOME, '/home/pi/Documents': [file('a.pdf')], '/': [folder('home')] };
const opened = (text: string): PathField => answered(lookAt(closedPath(text, false), SCENE, ID), LISTINGS);

function press(path: PathField, ...names: readonly string[]): PathField {
  return names.reduce((now, name) => {
    const step = stepPath(now, key(name), SCENE, ID);
    return step ? answered(step, LISTINGS) : now;
  }, path);
}

const names = (path: PathField): readonly string[] => shownEntries(path).map(({ name }) => name);

describe('a path that is written', () => {
  it('is absolute, from the home folder, or below it', () => {
    expect(absolutePath('/etc/../tmp//x/', '/home/pi')).toBe('/tmp/x');
    expect(absolutePath('~', '/home/pi')).toBe('/home/pi');
    expect(absolutePath('~/a b', '/home/pi')).toBe('/home/pi/a b');
    expect(absolutePath('notes', '/home/pi')).toBe('/home/pi/notes');
    expect(absolutePath('~other/x', '/home/pi')).toBe('/home/pi/~other/x');
    expect(shownPath('/home/pi/a', '/home/pi')).toBe('~/a');
    expect(shownPath('/home/pirate/a', '/home/pi')).toBe('/home/pirate/a');
  });

  it('lists what begins like it, hidden names only after a dot', () => {
    expect(names(opened('~/'))).not.toContain('.hidden');
    expect(names(press(opened('~/'), '.'))).toEqual(['.hidden']);
    expect(names(press(opened('~/'), 'd', 'o'))).toEqual(['Documents', 'Downloads']);
    expect(names(press(opened('~/'), 'e', 't'))).toEqual(['Été']);
  });

  it('is completed by Tab as far as there is no doubt, then the list is gone through', () => {
    const path = press(opened('~/'), 'd', 'tab');
    expect(path.field.text).toBe('~/Do');
    expect(press(path, 'tab').index).toBe(1);
    expect(press(path, 'c', 'tab').field.text).toBe('~/Documents/');
    expect(names(press(path, 'c', 'tab'))).toEqual(['a.pdf']);
  });

  it('looks at a folder once, and says nothing of one it has left', () => {
    const { path, effects } = lookAt(closedPath('~/', false), SCENE, ID);
    expect(effects).toEqual([{ do: 'list-folder', path: '/home/pi', to: ID, tag: 'folder:/home/pi' }]);
    const inside = enterFolder(path, folder('Documents'), SCENE, ID).path;
    const late = stepPath(inside, { type: 'answer', to: ID, tag: 'folder:/home/pi', result: HOME }, SCENE, ID);
    expect(late?.path.entries).toBeUndefined();
    expect(stepPath(opened('~/'), key('x'), SCENE, ID)?.effects).toBeUndefined();
  });

  it('goes up by Backspace behind a slash', () => {
    expect(press(opened('~/Documents/'), 'backspace').field.text).toBe('~/');
    expect(press(opened('~/'), 'backspace').field.text).toBe('/home/');
    expect(press(opened('/'), 'backspace').field.text).toBe('');
  });

  it('keeps a name with a hostile text as it is', () => {
    const path = press(opened('~/'), 'down', 'down', 'down', 'down');
    expect(entryAtCursor(path)?.name).toBe(HOSTILE_TEXT);
  });

  it('takes a space for part of a name only where one goes on with it', () => {
    expect(continuesName(press(opened('~/'), 'm', 'e', 's'))).toBe(true);
    expect(continuesName(press(opened('~/'), 'd'))).toBe(false);
    expect(continuesName(press(opened('~/'), 'm', 'e', 's', 'down'))).toBe(false);
  });

  it('begins at the root with a second slash', () => {
    expect(press(opened('~/Documents/'), '/').field.text).toBe('/');
    expect(press(opened('~/'), '/', 'h', 'tab').field.text).toBe('/home/');
  });

  it('takes one line of what is pasted', () => {
    const path = stepPath(opened(''), { type: 'paste', text: ' /tmp/x\nrm -rf ~\n' }, SCENE, ID)?.path;
    expect(path?.field.text).toBe('/tmp/x');
    expect(stepPath(opened('~/'), { type: 'paste', text: 'a b' }, SCENE, ID)?.path.field.text).toBe('~/a b');
  });

  it('says why a folder cannot be looked at', () => {
    const failure = { code: 'FILE_UNREADABLE', detail: '' } as const;
    const { path } = lookAt(closedPath('/closed/', false), SCENE, ID);
    const refused = stepPath(path, { type: 'refused', to: ID, tag: 'folder:/closed', failure }, SCENE, ID)?.path;
    expect(refused?.failure).toEqual(failure);
    expect(refused && press(refused, 'backspace').failure).toBeUndefined();
  });
});
