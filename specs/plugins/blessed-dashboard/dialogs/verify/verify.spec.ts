import { describe, expect, it } from '@jest/globals';
import QRCode from 'qrcode';
import { toTerminal, type FriendView } from '../../../../../core/index.js';
import { verifyDialog } from '../../../../../plugins/blessed-dashboard/dialogs/verify/verify.js';
import type { Ink } from '../../../../../plugins/blessed-dashboard/lines/Line.js';
import { qrSize } from '../../../../../plugins/blessed-dashboard/dialogs/verify/qrLines.js';
import { dashboardScene, friend, HOSTILE_TEXT } from '../../../../support/dashboardScene.js';
import { DialogDriver, ROOM } from '../../../../support/dialogDriver.js';

const NUMBER = '00000 11111 22222 33333 44444 55555 66666 77777 88888 99999 01234 56789';
const OTHER = '98765 43210 22222 33333 44444 55555 66666 77777 88888 99999 01234 56789';

function matrixOf(text: string): boolean[][] {
  const { size, data } = QRCode.create(text, { errorCorrectionLevel: 'M' }).modules;
  return Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_none, column) => data[row * size + column] === 1));
}

interface Given {
  readonly person?: Partial<FriendView>;
  readonly language?: 'en' | 'fr';
  readonly name?: string;
  readonly room?: { readonly rows: number; readonly columns: number };
}

function opened({ person = {}, language = 'en', name = 'Zoé', room = ROOM }: Given = {}) {
  const zoe = friend(name, { safetyNumber: NUMBER, ...person });
  const driver = new DialogDriver(verifyDialog, dashboardScene({ language, view: { people: [zoe] } }), name, room);
  return { driver, zoe };
}

const code = (driver: DialogDriver<unknown>): void => {
  const effect = driver.take();
  if (effect.do !== 'qr') throw new Error('no code was asked for');
  driver.give({ type: 'answer', to: 7, tag: effect.tag, result: matrixOf(effect.text) });
};

/** Opened, and the device and the code have answered. */
function shown(given: Given = {}) {
  const { driver, zoe } = opened(given);
  code(driver.answer(zoe));
  return driver;
}

const knownAs = (driver: DialogDriver<unknown>, person: FriendView): void => {
  driver.scene = { ...driver.scene, view: { ...driver.scene.view, people: [person] } };
};

const inked = (driver: DialogDriver<unknown>, ink: Ink): string[] =>
  driver.panel().lines.flatMap((line) => line.flatMap((part) => (part.ink === ink ? [part.text] : [])));

describe('the safety number on the screen', () => {
  it.each(['en', 'fr'] as const)('stands beside its code, with how it stands and what to do (%s)', (language) => {
    expect(shown({ language }).text()).toMatchSnapshot('not verified');
    expect(shown({ language, person: { verified: true } }).text()).toMatchSnapshot('verified');
    expect(shown({ language, person: { keyChanged: true } }).text()).toMatchSnapshot('key changed');
    expect(shown({ language }).press('n').text()).toMatchSnapshot('they differ');
    expect(shown({ language, room: { rows: 14, columns: 60 } }).text()).toMatchSnapshot('no room for the code');
    expect(opened({ language }).driver.text()).toMatchSnapshot('before the device has answered');
  });

  it('has a code from which its digits can be read', () => {
    const drawn = inked(shown(), 'paper');
    const modules = drawn.flatMap((row) => [Array.from(row, (half) => half === '█' || half === '▀'), Array.from(row, (half) => half === '█' || half === '▄')]);
    const expected = matrixOf(NUMBER.replaceAll(' ', ''));
    const side = expected.length;
    expect(drawn).toHaveLength(qrSize(side).rows);
    expect(drawn.every((row) => row.length === side + 8)).toBe(true);
    expect(modules.slice(4, side + 4).map((row) => row.slice(4, side + 4))).toEqual(expected);
    // Nothing but paper around it: four modules on each side.
    const around = modules.flatMap((row, y) => row.filter((_, x) => y < 4 || y >= side + 4 || x < 4 || x >= side + 4));
    expect(around).not.toContain(true);
  });

  it('fits a window of 80 columns with its code', () => {
    expect(qrSize(matrixOf('9'.repeat(60)).length)).toEqual({ columns: 33, rows: 17 });
  });

  it.each(['en', 'fr'] as const)('keeps the number and the answers in sight with the longest name (%s)', (language) => {
    const text = shown({ language, name: 'Maximilienne-de-la-Rochefoucauld-Montbazon-et-du-Val-de-Loire-12', person: { keyChanged: true } }).text();
    for (const row of ['00000 11111 22222', '33333 44444 55555', '66666 77777 88888', '99999 01234 56789']) expect(text).toContain(row);
    expect(text).toContain(language === 'en' ? 'They differ' : 'Ils diffèrent');
  });

  it('never shows the code of another number', () => {
    const { driver, zoe } = opened();
    driver.answer(zoe);
    driver.take();
    driver.give({ type: 'answer', to: 7, tag: `qr ${OTHER}`, result: matrixOf(OTHER) });
    expect(inked(driver, 'paper')).toEqual([]);
  });

  it.each([
    { what: 'nothing', result: undefined },
    { what: 'rows of different lengths', result: [[true, false], [true]] },
    { what: 'something else than modules', result: [[1]] },
    { what: 'far too many modules', result: Array.from({ length: 400 }, () => Array.from({ length: 400 }, () => true)) },
  ])('takes no code that is none: $what', ({ result }) => {
    const { driver, zoe } = opened();
    const before = driver.answer(zoe).text();
    expect(driver.answer(result).text()).toBe(before);
  });

  it('is shown without a code when there is none to be had', () => {
    const { driver, zoe } = opened();
    driver.answer(zoe).refuse('FILE_UNREADABLE');
    expect(driver.text()).toContain('00000 11111 22222');
    expect(driver.text()).not.toContain('FILE_UNREADABLE');
  });

  it('holds nothing a terminal obeys, whatever the name', () => {
    for (const line of shown({ name: HOSTILE_TEXT }).panel().lines) for (const { text } of line) expect(toTerminal(text)).toBe(text);
  });
});

describe('comparing safety numbers', () => {
  it('asks the device for the number first, so that only what was shown can be confirmed', () => {
    const { driver } = opened();
    expect(driver.commands).toEqual([{ type: 'friend.verify', name: 'Zoé' }]);
    driver.press('y');
    expect(driver.commands).toHaveLength(1);
  });

  it.each(['y', 'o'])('notes with %s that they are the same, and closes when that is done', (key) => {
    const driver = shown().press(key);
    expect(driver.commands).toEqual([{ type: 'friend.verify', name: 'Zoé', confirmed: true }]);
    expect(driver.press(key).commands).toHaveLength(1);
    expect(driver.closed).toBe(false);
    driver.answer(friend('Zoé', { verified: true }));
    expect(driver.closed).toBe(true);
    expect(driver.last?.notice?.text).toBe('The key of Zoé is verified.');
  });

  it('takes a key with y only, not with an Enter too many', () => {
    expect(shown().press('enter').commands).toEqual([]);
    expect(shown({ person: { keyChanged: true } }).press('enter').commands).toEqual([]);
    expect(shown({ person: { keyChanged: true } }).press('y').commands).toEqual([{ type: 'friend.verify', name: 'Zoé', confirmed: true }]);
  });

  it('says what to do when they differ, and takes nothing back where nothing was', () => {
    const driver = shown().press('n');
    expect(driver.commands).toEqual([]);
    expect(driver.text()).toContain('Somebody may be between you.');
  });

  it('takes the verification back when they differ', () => {
    const driver = shown({ person: { verified: true } }).press('n');
    expect(driver.commands).toEqual([{ type: 'friend.verify', name: 'Zoé', confirmed: false }]);
    knownAs(driver, friend('Zoé', { safetyNumber: NUMBER }));
    driver.answer(friend('Zoé', { safetyNumber: NUMBER }));
    expect(driver.text()).toContain('The verification was taken back.');
    expect(driver.press('r').commands).toEqual([{ type: 'friend.verify', name: 'Zoé' }]);
  });

  it('asks before a friend whose number differs is removed', () => {
    const driver = shown().press('n', 'D');
    expect(driver.closed).toBe(true);
    expect(driver.last?.open).toEqual({ kind: 'confirm', about: 'remove-friend:Zoé' });
  });

  it('confirms nothing when the key has changed since it was shown, and shows the new number', () => {
    const driver = shown();
    const changed = friend('Zoé', { safetyNumber: OTHER, keyChanged: true });
    knownAs(driver, changed);
    expect(driver.press('y').commands).toEqual([{ type: 'friend.verify', name: 'Zoé' }]);
    code(driver.answer(changed));
    expect(driver.text()).toContain('98765 43210');
    expect(driver.text()).toMatch(/The key changed while you were/);
    expect(driver.press('y').commands).toEqual([{ type: 'friend.verify', name: 'Zoé', confirmed: true }]);
  });

  it('looks again when the device says that the key has changed meanwhile', () => {
    const driver = shown().press('y');
    driver.take();
    driver.give({ type: 'refused', to: 7, tag: 'confirm', failure: { code: 'KEY_CHANGED', detail: '' } });
    expect(driver.commands).toEqual([{ type: 'friend.verify', name: 'Zoé' }]);
    driver.answer(friend('Zoé', { safetyNumber: OTHER, keyChanged: true }));
    expect(driver.text()).toContain('98765 43210');
  });

  it('says why the device refused, and can be asked again', () => {
    const driver = shown().press('y').refuse('PEER_OFFLINE');
    expect(driver.text()).toContain('[PEER_OFFLINE]');
    expect(driver.press('y').commands).toHaveLength(1);
  });

  it('is left with Esc at any time, and is done with the mouse alone', () => {
    expect(opened().driver.press('esc').closed).toBe(true);
    expect(shown().choices()).toEqual(['later', 'same', 'differ']);
    expect(shown().choose('same').commands).toHaveLength(1);
    expect(shown().choose('later').closed).toBe(true);
  });

  it('says so when that friend is gone', () => {
    const driver = shown();
    driver.scene = { ...driver.scene, view: { ...driver.scene.view, people: [] } };
    expect(driver.text()).toContain('There is no such friend any more.');
    expect(driver.press('y').commands).toEqual([]);
    expect(driver.press('enter').closed).toBe(true);
  });
});
