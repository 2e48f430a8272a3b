import { describe, expect, test } from '@jest/globals';
import { DRAFT_CHARS_MAX } from '../../../../plugins/blessed-dashboard/limits.js';
import type { Effect } from '../../../../plugins/blessed-dashboard/state/Effect.js';
import type { Scene } from '../../../../plugins/blessed-dashboard/state/Scene.js';
import { fieldOf } from '../../../../plugins/blessed-dashboard/state/TextField.js';
import type { Ui } from '../../../../plugins/blessed-dashboard/state/Ui.js';
import { settle, update, type Click } from '../../../../plugins/blessed-dashboard/state/update.js';
import type { Input } from '../../../../plugins/blessed-dashboard/state/Input.js';
import { dashboardScene, friend, named, transfer, type SceneGiven } from '../../../support/dashboardScene.js';

/** A dashboard without a screen: what keys make of its state, and what it asked the world for. */
class Hand {
  readonly asked: Effect[] = [];
  #scene: Scene;

  constructor(given: SceneGiven = {}) {
    this.#scene = dashboardScene(given);
  }

  get ui(): Ui {
    return this.#scene.ui;
  }

  /** Each one is the name of a key; one that is longer and no name is written letter by letter. */
  press(...names: readonly string[]): this {
    for (const name of names) this.give({ type: 'key', name, ...(Array.from(name).length === 1 ? { text: name } : {}) });
    return this;
  }

  write(text: string): this {
    return this.press(...Array.from(text, (letter) => (letter === ' ' ? 'space' : letter)));
  }

  give(input: Exclude<Input, { readonly type: 'mouse' }> | Click): this {
    const space = input.type === 'key' && input.name === 'space' ? { ...input, text: ' ' } : input;
    return this.#take(update(this.#scene, space));
  }

  settle(): this {
    return this.#take(settle(this.#scene));
  }

  see(view: Partial<Scene['view']>): this {
    this.#scene = { ...this.#scene, view: { ...this.#scene.view, ...view } };
    return this;
  }

  #take({ ui, effects }: { readonly ui: Ui; readonly effects: readonly Effect[] }): this {
    this.#scene = { ...this.#scene, ui };
    this.asked.push(...effects);
    return this;
  }
}

const commands = (hand: Hand): readonly unknown[] => hand.asked.flatMap((effect) => (effect.do === 'dispatch' ? [effect.command] : []));

describe('writing a message', () => {
  test('sends it with Enter, and the draft is gone', () => {
    const hand = new Hand().press('i').write('bonjour à tous');
    expect(hand.ui.drafts.get(named('Élodie'))?.text).toBe('bonjour à tous');
    hand.press('enter');
    expect(commands(hand)).toEqual([{ type: 'message.send', to: 'Élodie', text: 'bonjour à tous' }]);
    expect(hand.ui.drafts.size).toBe(0);
  });

  test('keeps the draft through Esc, another conversation and back', () => {
    const hand = new Hand({ view: { people: [friend('Bob'), friend('Élodie')] } }).press('i').write('half of').press('esc', 'esc', 'alt-1');
    expect(hand.ui.person).toBe('Bob');
    expect(hand.ui.drafts.get(named('Élodie'))?.text).toBe('half of');
  });

  test('writes every letter, also those that are keys elsewhere', () => {
    const hand = new Hand().press('i').write('q?/:jkvGypa ');
    expect(hand.ui.drafts.get(named('Élodie'))?.text).toBe('q?/:jkvGypa ');
    expect(hand.ui.dialogs).toEqual([]);
    expect(hand.asked.filter((effect) => effect.do !== 'load')).toEqual([]);
  });

  test('has a line break with Alt-Enter, and a pasted one never sends', () => {
    const hand = new Hand().press('i').write('a').press('alt-enter').write('b');
    hand.give({ type: 'paste', text: 'c\r\nq\rd' });
    expect(hand.ui.drafts.get(named('Élodie'))?.text).toBe('a\nbc\nq\nd');
    expect(commands(hand)).toEqual([]);
  });

  test('takes nothing of what is too long, says so, and keeps what was there', () => {
    const hand = new Hand().press('i').write('a');
    hand.give({ type: 'paste', text: '', tooLong: true });
    expect(hand.ui.notice).toMatchObject({ tone: 'bad', text: expect.stringContaining('too long') });
    hand.press('x').give({ type: 'paste', text: 'b'.repeat(DRAFT_CHARS_MAX) });
    expect(hand.ui.notice?.text).toContain('too long');
    expect(hand.ui.drafts.get(named('Élodie'))?.text).toBe('ax');
  });

  test('that the device refuses is a draft again, before what was written since', () => {
    const hand = new Hand().press('i').write('first').press('enter').write('second');
    const [sending] = hand.ui.sending;
    hand.give({ type: 'refused', to: 0, tag: sending?.tag ?? '', failure: { code: 'KEY_CHANGED', detail: 'the key changed' } });
    expect(hand.ui.drafts.get(named('Élodie'))).toEqual(fieldOf('first\nsecond'));
    expect(hand.ui.sending).toEqual([]);
    expect(hand.ui.notice).toMatchObject({ tone: 'bad', text: expect.stringContaining('KEY_CHANGED') });
  });

  test('does not grow without end', () => {
    const hand = new Hand().press('i').write('a');
    for (let paste = 0; paste < 10; paste++) hand.give({ type: 'paste', text: 'x'.repeat(64_000) });
    expect(hand.ui.drafts.get(named('Élodie'))?.text.length).toBe(192_001);
  });

  test('of nothing but blanks sends nothing', () => {
    expect(commands(new Hand().press('i').write('   ').press('enter'))).toEqual([]);
  });
});

describe('going from pane to pane', () => {
  test('Tab goes round, Shift-Tab back, also out of a draft', () => {
    const hand = new Hand({ ui: { focus: 'people' } }).press('tab');
    expect(hand.ui.focus).toBe('conversation');
    hand.press('i', 'tab');
    expect(hand.ui).toMatchObject({ focus: 'transfers', composing: false });
    hand.press('tab', 'tab');
    expect(hand.ui.focus).toBe('people');
    hand.press('shift-tab');
    expect(hand.ui.focus).toBe('events');
  });

  test('Esc leaves step by step and ends at the people', () => {
    const hand = new Hand({ ui: { focus: 'transfers' } }).press('/').write('vid').press('enter');
    expect(hand.ui.filters.transfers).toBe('vid');
    hand.press('esc');
    expect(hand.ui).toMatchObject({ focus: 'transfers', filters: { transfers: '' } });
    hand.press('esc');
    expect(hand.ui.focus).toBe('people');
    expect(hand.press('esc').ui.focus).toBe('people');
  });

  test('Alt and a digit opens somebody, with the keys of a French keyboard as well', () => {
    const digit = new Hand().press('alt-2').ui.person;
    expect(new Hand().press('alt-é').ui.person).toBe(digit);
  });

  test('Alt-A goes to the next who wrote, and says so when nobody did', () => {
    const people = [friend('Anna'), friend('Bob', { unread: 2 }), friend('Carl', { unread: 1 })];
    const hand = new Hand({ view: { people }, ui: { person: named('Anna') } }).press('alt-a');
    expect(['Bob', 'Carl']).toContain(hand.ui.person);
    const none = new Hand({ view: { people: [friend('Anna')] } }).press('alt-a');
    expect(none.ui.notice?.text).toBe('Nothing is unread.');
  });

  test('a click goes there, a second one opens', () => {
    const hand = new Hand({ view: { people: [friend('Anna'), friend('Bob')] }, ui: { focus: 'people', person: named('Anna') } });
    hand.give({ type: 'click', hit: { go: 'people', to: 'Bob' } });
    expect(hand.ui).toMatchObject({ focus: 'people', person: 'Bob', composing: false });
    hand.give({ type: 'click', hit: { go: 'people', to: 'Bob' } });
    expect(hand.ui).toMatchObject({ focus: 'conversation', composing: true });
  });
});

describe('what follows by itself', () => {
  test('somebody is open as long as there is somebody, and their conversation is loaded once', () => {
    const hand = new Hand({ view: { people: [friend('Bob')], conversations: new Map() }, ui: { person: undefined } }).settle().settle();
    expect(hand.ui.person).toBe('Bob');
    expect(hand.asked.filter((effect) => effect.do === 'load')).toEqual([{ do: 'load', name: 'Bob' }]);
    hand.see({ people: [] }).settle();
    expect(hand.ui.person).toBeUndefined();
  });

  test('what is before the eyes is read, once, and nothing else is', () => {
    const people = [friend('Bob', { unread: 1 })];
    const conversations = new Map([[named('Bob'), { messages: [], complete: true }]]);
    const elsewhere = new Hand({ view: { people, conversations }, ui: { person: named('Bob'), focus: 'people' } }).settle();
    expect(commands(elsewhere)).toEqual([]);
    const there = new Hand({ view: { people, conversations }, ui: { person: named('Bob'), focus: 'conversation' } }).settle().settle();
    expect(commands(there)).toEqual([{ type: 'message.read', from: 'Bob' }]);
    there.see({ people: [friend('Bob', { unread: 2 })] }).settle();
    expect(commands(there)).toHaveLength(2);
  });

  test.each<[string, SceneGiven]>([
    ['in a window that is too small to show it', { size: { rows: 7, columns: 80 } }],
    ['while a filter hides it', { ui: { filters: { people: '', conversation: 'x', transfers: '', events: '' } } }],
    ['under a dialog', { ui: { dialogs: [{ kind: 'presence', id: 1, state: { index: 0 } }] } }],
    ['above the end', { ui: { cursor: { people: undefined, conversation: 'older', transfers: undefined, events: undefined } } }],
  ])('nothing is read %s', (_where, given) => {
    const people = [friend('Bob', { unread: 1 })];
    const conversations = new Map([[named('Bob'), { messages: [], complete: true }]]);
    const hand = new Hand({ ...given, view: { people, conversations }, ui: { person: named('Bob'), focus: 'conversation', ...given.ui } }).settle();
    expect(commands(hand)).toEqual([]);
  });

  test('without an account the first steps open, once', () => {
    const account = { peer: friend('x').peer, fingerprint: 'AAAA', state: 'unregistered' } as const;
    const hand = new Hand({ view: { account, people: [] }, ui: { welcomed: false } }).settle();
    expect(hand.ui.dialogs.map(({ kind }) => kind)).toEqual(['welcome']);
    hand.press('esc').settle();
    expect(hand.ui.dialogs).toEqual([]);
  });

  test('the first steps close by themselves when the account comes from elsewhere', () => {
    const account = { peer: friend('x').peer, fingerprint: 'AAAA', state: 'unregistered' } as const;
    const hand = new Hand({ view: { account, people: [] }, ui: { welcomed: false } }).settle();
    hand.see({ account: { ...account, name: named('Pi'), state: 'connecting' } }).settle();
    expect(hand.ui.dialogs).toEqual([]);
    hand.press('f3').settle();
    expect(hand.ui.dialogs.map(({ kind }) => kind)).toEqual(['welcome']);
  });
});

describe('what changes under the hands', () => {
  const asking = (name: string) => friend(name, { state: 'incoming' });
  const offer = (number: number) => transfer(number, `offer-${number}.txt`, { state: 'offered', createdMs: number });

  test('of a friend who is gone while one writes nothing becomes a key', () => {
    const hand = new Hand({ view: { people: [friend('Bob'), friend('Élodie')] } }).press('i').write('Good ');
    hand.see({ people: [friend('Bob')] }).settle();
    hand.write('Day, q').settle();
    expect(hand.ui.dialogs).toEqual([]);
    expect(hand.asked.filter(({ do: what }) => what === 'dispatch' || what === 'quit')).toEqual([]);
    expect(hand.ui.drafts.get(named('Élodie'))?.text).toBe('Good Day, q');
    expect(hand.ui.notice?.text).toContain('Élodie is not your friend any more');
    hand.press('esc').settle();
    expect(hand.ui).toMatchObject({ person: 'Bob', composing: false });
    expect(hand.ui.drafts.get(named('Élodie'))?.text).toBe('Good Day, q');
  });

  test.each(['y', 'n'])('%s for somebody who withdrew only shows who asks next', (key) => {
    const hand = new Hand({ view: { people: [asking('Anna'), asking('Mallory')] }, ui: { focus: 'people', person: named('Anna') } });
    hand.see({ people: [asking('Mallory')] }).settle();
    hand.press(key);
    expect(commands(hand)).toEqual([]);
    expect(hand.ui.dialogs).toMatchObject([{ kind: 'friend-request', state: { name: 'Mallory' } }]);
    hand.press('esc', 'down', key);
    expect(commands(hand)).toEqual([{ type: key === 'y' ? 'friend.accept' : 'friend.decline', name: 'Mallory' }]);
  });

  test('files that are offered meanwhile are not declined with the key for those under the cursor', () => {
    const hand = new Hand({ view: { transfers: [offer(1)] }, ui: { focus: 'transfers' } }).settle();
    hand.see({ transfers: [offer(1), offer(2)] }).settle();
    hand.press('n');
    expect(commands(hand)).toEqual([{ type: 'transfer.decline', id: offer(1).id }]);
  });

  test('files nobody has the cursor on are shown before they are declined', () => {
    const hand = new Hand({ view: { transfers: [offer(1)] }, ui: { focus: 'people' } }).give({ type: 'click', hit: { action: 'decline-file' } });
    expect(commands(hand)).toEqual([]);
    expect(hand.ui.dialogs).toMatchObject([{ kind: 'file-question', state: { id: offer(1).id } }]);
  });
});

describe('leaving', () => {
  test('asks first when files are on their way and the device would stop', () => {
    const hand = new Hand({ ends: 'device' }).press('q');
    expect(hand.ui.dialogs.map(({ kind }) => kind)).toEqual(['confirm']);
    expect(hand.asked).toEqual([]);
  });

  test('is done at once when nothing is under way, or the device goes on anyway', () => {
    expect(new Hand({ view: { transfers: [] } }).press('q').asked).toContainEqual({ do: 'quit' });
    expect(new Hand({ ends: 'shell' }).press('q').asked).toContainEqual({ do: 'quit' });
  });

  test('works from every dialog with a key that writes nothing', () => {
    expect(new Hand({ view: { transfers: [] } }).press('f1', 'ctrl-c').asked).toContainEqual({ do: 'quit' });
    expect(new Hand({ view: { transfers: [] } }).press('f1', 'q').asked).not.toContainEqual({ do: 'quit' });
    const asked = new Hand({ ends: 'device' }).press('ctrl-c', 'ctrl-c');
    expect(asked.ui.dialogs.map(({ kind }) => kind)).toEqual(['confirm']);
  });

  test('is no letter of a message', () => {
    expect(new Hand({ view: { transfers: [] } }).press('i', 'q').asked).not.toContainEqual({ do: 'quit' });
  });
});
