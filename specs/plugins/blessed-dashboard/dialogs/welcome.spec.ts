import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAccountName, toTerminal, type AccountView, type DirectoryState, type ErrorCode, type NodeView } from '../../../../core/index.js';
import { welcomeDialog } from '../../../../plugins/blessed-dashboard/dialogs/welcome.js';
import { dashboardScene, HOSTILE_TEXT, named, SAMPLE_VIEW } from '../../../support/dashboardScene.js';
import { DialogDriver } from '../../../support/dialogDriver.js';

interface Given {
  readonly language?: 'en' | 'fr';
  readonly state?: DirectoryState;
  readonly code?: ErrorCode;
  readonly name?: string;
  readonly addresses?: readonly string[];
}

function viewOf({ state = 'unregistered', code, name, addresses }: Given) {
  const account: AccountView = {
    peer: NODE.peer,
    fingerprint: NODE.fingerprint,
    state,
    ...(name === undefined ? {} : { name: named(name), directory: 'directory.local' }),
  };
  const url = state === 'unconfigured' ? {} : { url: 'mqtts://directory.local:8883' };
  const node: NodeView = { ...NODE, ...(addresses ? { addresses } : {}), directory: { ...url, state, ...(code === undefined ? {} : { code }) } };
  return { account, node };
}

const NODE = SAMPLE_VIEW.node as NodeView;
const opened = ({ language = 'en', ...given }: Given = {}) => new DialogDriver(welcomeDialog, dashboardScene({ language, view: viewOf(given) }));
const register = (name: string) => ({ type: 'account.register', name });
const refused = (driver: DialogDriver<unknown>, code: ErrorCode) => driver.give({ type: 'refused', to: 7, tag: 'register', failure: { code, detail: '' } });

describe('the first steps', () => {
  it.each(['en', 'fr'] as const)('say what this is, and what there is to do (%s)', (language) => {
    expect(opened({ language }).text()).toMatchSnapshot('a name to choose');
    expect(opened({ language, state: 'unconfigured' }).text()).toMatchSnapshot('no directory');
    expect(opened({ language, state: 'offline', code: 'DIRECTORY_UNREACHABLE' }).text()).toMatchSnapshot('not reached');
    expect(opened({ language }).write('Élodie').text()).toMatchSnapshot('a name is written');
    expect(refused(opened({ language }).write('Élodie').press('enter'), 'NAME_TAKEN').text()).toMatchSnapshot('it is taken');
    expect(opened({ language, name: 'Pi-3', code: 'DIRECTORY_CHANGED' }).text()).toMatchSnapshot('not known there any more');
    expect(opened({ language, name: 'Pi-3', state: 'online' }).text()).toMatchSnapshot('the account');
    expect(opened({ language, name: 'Pi-3', state: 'offline', code: 'DIRECTORY_TIMEOUT', addresses: [] }).text()).toMatchSnapshot('the account, not reached');
  });

  it('register the name, and close when the account is there', () => {
    const driver = opened().write('Élodie').press('enter');
    expect(driver.commands).toEqual([register('Élodie')]);
    expect(driver.text()).toContain('Registering Élodie…');
    driver.answer({ ...SAMPLE_VIEW.account, name: 'Élodie' });
    expect(driver.closed).toBe(true);
    expect(driver.last?.notice).toEqual({ text: 'Registered as Élodie. Add a friend with a.', tone: 'good' });
  });

  it('ask once, however often Enter is pressed, and take no letters meanwhile', () => {
    const driver = opened().write('Zoé').press('enter', 'enter').write('x').press('enter');
    expect(driver.commands).toEqual([register('Zoé')]);
    expect(driver.text()).toContain('Registering Zoé…');
  });

  it('register nothing that is no name, and say why while it is written', () => {
    const said = (name: string): string => opened().write(name).text();
    expect(said('a/b')).toContain('/ cannot be part of a name.');
    expect(said('Zoé et moi')).toContain('A space cannot be part of a name.');
    expect(said('-a')).toContain('begins and ends with');
    expect(said('a.')).toContain('begins and ends with');
    expect(said('é'.repeat(33))).toContain('too long');
    expect(opened().press('enter').commands).toEqual([]);
    expect(opened().write('a/b').press('enter').commands).toEqual([]);
  });

  it('say what is wrong with whatever is written exactly when it is no name', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.stringMatching(/^[a-zé._-]{1,40}$/)), (text) => {
        const driver = opened().give({ type: 'paste', text }).press('enter');
        const [command] = driver.commands as { readonly name: string }[];
        if (command) expect(() => parseAccountName(command.name)).not.toThrow();
        else if (text.trim() !== '') expect(driver.text()).toMatch(/cannot be part of a name|begins and ends|too long|at both ends/);
      }),
    );
  });

  it.each(['NAME_TAKEN', 'DIRECTORY_UNREACHABLE', 'RATE_LIMITED'] as const)('say why it was refused (%s), and let it be tried again', (code) => {
    const driver = refused(opened().write('Zoé').press('enter'), code);
    expect(driver.text()).toContain(`[${code}]`);
    expect(driver.closed).toBe(false);
    expect(driver.press('enter').commands).toEqual([register('Zoé'), register('Zoé')]);
  });

  it('forget the refusal as soon as another name is written', () => {
    expect(refused(opened().write('Zoé').press('enter'), 'NAME_TAKEN').write('2').text()).toContain('Enter registers this device as Zoé2.');
  });

  it('have nothing to register where there is no directory', () => {
    const driver = opened({ state: 'unconfigured' }).write('Zoé').press('enter');
    expect(driver.commands).toEqual([]);
    expect(driver.text()).toContain('sansfil run --directory HOST');
  });

  it('take of a paste one line, and never a key', () => {
    const driver = opened().give({ type: 'paste', text: '\n  Zoé\r\nq\u001b' });
    expect(driver.press('enter').commands).toEqual([register('Zoé')]);
  });

  it('are left with Esc, and are done with the mouse as well', () => {
    expect(opened().press('esc').closed).toBe(true);
    expect(opened().choose('esc').closed).toBe(true);
    expect(opened().write('Zoé').choose('enter').commands).toHaveLength(1);
  });

  it('show the account as soon as there is one', () => {
    const driver = opened().write('Zo');
    driver.scene = dashboardScene({ view: viewOf({ name: 'Pi-3', state: 'online' }) });
    expect(driver.text()).toContain('== Account ==');
    expect(driver.press('enter').closed).toBe(true);
  });

  it('wait for the device to answer', () => {
    const driver = new DialogDriver(welcomeDialog, dashboardScene({ view: { account: undefined, node: undefined } }));
    expect(driver.text()).toContain('The device has not answered yet.');
    expect(driver.press('enter').commands).toEqual([]);
  });

  it('hold nothing a terminal obeys', () => {
    const driver = opened({ addresses: [HOSTILE_TEXT] }).give({ type: 'paste', text: HOSTILE_TEXT });
    for (const { text } of driver.panel().lines.flat()) expect(toTerminal(text)).toBe(text);
  });

  it.each([6, 10, 14])('keep the field in sight in %d rows', (rows) => {
    const { lines, caret } = welcomeDialog.draw(opened().write('Zoé').state, dashboardScene({ view: viewOf({}) }), { rows, columns: 40 });
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(lines[caret?.row ?? 99]?.map(({ text }) => text).join('')).toBe('» Zoé');
  });
});

describe('the account', () => {
  it('logs in when it is asked to, and says so', () => {
    const driver = opened({ name: 'Pi-3', state: 'offline' }).press('enter', 'enter');
    expect(driver.commands).toEqual([{ type: 'account.login' }]);
    driver.answer(SAMPLE_VIEW.account);
    expect(driver.closed).toBe(true);
    expect(driver.last?.notice?.text).toBe('Logged in as Pi-3.');
  });

  it('says why it could not', () => {
    const driver = opened({ name: 'Pi-3', state: 'offline' }).press('enter');
    expect(refused(driver, 'LOGIN_FAILED').text()).toContain('[LOGIN_FAILED]');
  });

  it('lists no more addresses than there is room for', () => {
    const addresses = Array.from({ length: 40 }, (_, i) => `tcp://192.168.1.${i}:9000`);
    expect(opened({ name: 'Pi-3', state: 'online', addresses }).text()).toContain('and 36 more');
  });
});
