import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isKeyName, readKeys } from '../../../../plugins/blessed-dashboard/files/keyFile.js';
import { ACTION_NAMES } from '../../../../plugins/blessed-dashboard/state/actionNames.js';
import { DEFAULT_BINDINGS } from '../../../../plugins/blessed-dashboard/state/defaultKeys.js';
import { actionOf, keysOf } from '../../../../plugins/blessed-dashboard/state/Keymap.js';

describe('the usual keys', () => {
  test('are keys, and mean one thing each where they mean something', () => {
    expect(DEFAULT_BINDINGS.filter(({ key }) => !isKeyName(key))).toEqual([]);
    const places = DEFAULT_BINDINGS.map(({ context, key }) => `${context} ${key}`);
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
  });

  test('reach every action', () => {
    const keymap = { bindings: DEFAULT_BINDINGS };
    expect(ACTION_NAMES.filter((action) => keysOf(keymap, action).length === 0)).toEqual([]);
  });

  test('need no AltGr on a French keyboard, and its upper row works without Shift', () => {
    expect(DEFAULT_BINDINGS.filter(({ key }) => /[~#{[|`\\^@\]}¤]$/.test(key))).toEqual([]);
    const upper = ['&', 'é', '"', "'", '(', '-', 'è', '_', 'ç'];
    upper.forEach((key, index) => expect(actionOf({ bindings: DEFAULT_BINDINGS }, `alt-${key}`, ['everywhere'])).toBe(`person-${index + 1}`));
  });
});

describe('keys a person wrote down', () => {
  test('win over the usual ones, and null takes one away', () => {
    const { value, problem } = readKeys({ everywhere: { 'ctrl-t': 'jump', q: null }, people: { b: 'verify' } }, DEFAULT_BINDINGS);
    const keymap = { bindings: value };
    expect(problem).toBeUndefined();
    expect(keysOf(keymap, 'jump')).toEqual(['ctrl-t', 'ctrl-k']);
    expect(actionOf(keymap, 'q', ['people', 'list', 'everywhere'])).toBeUndefined();
    expect(actionOf(keymap, 'b', ['people', 'list', 'everywhere'])).toBe('verify');
    expect(actionOf(keymap, 'b', ['conversation', 'list', 'everywhere'])).toBe('browse');
  });

  test.each([
    [['not', 'an', 'object'], 'it is not an object of contexts'],
    [{ nowhere: { a: 'help' } }, "there is no context 'nowhere'"],
    [{ everywhere: { 'hyper-x': 'help' } }, "'hyper-x' is no key"],
    [{ everywhere: { 'ctrl-x': 'explode' } }, "'ctrl-x' is bound to no action there is"],
    [{ everywhere: { 'ctrl-x': 3 } }, "'ctrl-x' is bound to no action there is"],
  ])('are told what is wrong with %j, and the rest counts', (document, problem) => {
    const read = readKeys(document, DEFAULT_BINDINGS);
    expect(read.problem).toContain(problem);
    expect(read.value).toEqual(DEFAULT_BINDINGS);
  });

  test('cannot take away every way out', () => {
    const all = Object.fromEntries(DEFAULT_BINDINGS.filter(({ context }) => context === 'everywhere').map(({ key }) => [key, null]));
    expect(readKeys({ everywhere: all }, DEFAULT_BINDINGS)).toEqual({ value: DEFAULT_BINDINGS, problem: expect.stringContaining('no key would be left') });
  });

  test('never throw, whatever is in the file', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(readKeys(JSON.parse(text), DEFAULT_BINDINGS).value.length).toBeGreaterThan(0);
      }),
    );
  });
});
