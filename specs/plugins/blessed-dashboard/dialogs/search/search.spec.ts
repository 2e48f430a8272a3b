import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { excerpt } from '../../../../../plugins/blessed-dashboard/dialogs/search/excerpt.js';
import { searchDialog } from '../../../../../plugins/blessed-dashboard/dialogs/search/search.js';
import { toTerminal } from '../../../../../core/index.js';
import { DialogDriver } from '../../../../support/dialogDriver.js';
import { dashboardScene, friend, HOSTILE_TEXT, message, named } from '../../../../support/dashboardScene.js';

const WHO = named('Élodie');
const PEOPLE = [friend('Élodie'), friend('漢字'), friend('asks', { state: 'incoming' })];
const FOUND = [message(1, 'Le câble est là.'), message(3, `${HOSTILE_TEXT} CÂBLE ${HOSTILE_TEXT}`, { direction: 'out' })];

const opened = (about?: string, language: 'en' | 'fr' = 'en'): DialogDriver<unknown> =>
  new DialogDriver(searchDialog, dashboardScene({ view: { people: PEOPLE }, language }), about);

const plain = (text: string, sought: string): string =>
  excerpt(text, sought)
    .map(({ text: part, ink }) => (ink === 'accent' ? `[${part}]` : part))
    .join('');

describe('searching messages', () => {
  it.each(['en', 'fr'] as const)('shows when, who and where it was found (%s)', (language) => {
    const dialog = opened(WHO, language);
    expect(dialog.text()).toMatchSnapshot();
    dialog.write('câble').press('enter').answer(FOUND);
    expect(dialog.text()).toMatchSnapshot();
    expect(opened(WHO, language).write('rien').press('enter').answer([]).text()).toMatchSnapshot();
  });

  it('looks in the open conversation, or with Tab in those of everybody', () => {
    const dialog = opened(WHO).write('a').press('enter');
    expect(dialog.commands).toEqual([{ type: 'message.history', with: WHO, search: 'a', limit: 100 }]);
    dialog.answer([]).press('tab');
    expect(dialog.commands).toEqual([
      { type: 'message.history', with: WHO, search: 'a', limit: 100 },
      { type: 'message.history', with: '漢字', search: 'a', limit: 100 },
    ]);
    dialog.answer([message(5, 'a1')]).answer([message(9, 'a2', { with: named('漢字') })]);
    expect(dialog.text()).toMatch(/a2[^]*a1/);
  });

  it('goes to the message the cursor is on', () => {
    const dialog = opened(undefined)
      .write('a')
      .press('enter')
      .answer([message(5, 'a1')])
      .answer([message(2, 'a2', { with: named('漢字') })]);
    dialog.press('down', 'enter');
    expect(dialog.closed).toBe(true);
    expect(dialog.last?.message).toMatchObject({ with: '漢字', text: 'a2' });
  });

  it('does not take what was found for something else that was written since', () => {
    const dialog = opened(WHO).write('a').press('enter');
    const late = dialog.take();
    dialog.write('b').press('enter').give({ type: 'answer', to: 7, tag: late.tag, result: FOUND });
    expect(dialog.text()).not.toContain('câble');
    dialog
      .answer([message(1, 'ab')])
      .write('c')
      .press('enter');
    expect(dialog.closed).toBe(false);
    expect(dialog.commands).toHaveLength(1);
  });

  it('asks nothing when nothing is written', () => {
    expect(opened(WHO).press('enter').write('  ').press('enter').commands).toEqual([]);
  });

  it('says why a conversation could not be searched, and shows the others', () => {
    const dialog = opened(undefined)
      .write('a')
      .press('enter')
      .refuse('PEER_OFFLINE')
      .answer([message(5, 'a1')]);
    expect(dialog.text()).toContain('[PEER_OFFLINE]');
    expect(dialog.text()).toContain('a1');
  });
});

describe('the excerpt', () => {
  it('begins shortly before what was found, however it is written', () => {
    expect(plain('Le CÂBLE est là', 'câble')).toBe('Le [CÂBLE] est là');
    expect(plain('Straße', 'SS')).toBe('Stra[ß]e');
    expect(plain(`${'mot '.repeat(20)}trésor`, 'trésor')).toBe('…mot mot mot [trésor]');
    expect(plain('a\r\nb', 'b')).toBe('a [b]');
    expect(plain('nothing here', 'x')).toBe('nothing here');
  });

  it('is safe to show, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, sought) => {
        for (const part of excerpt(text, sought)) expect(toTerminal(part.text)).toBe(part.text);
      }),
    );
  });
});
