import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DEFAULT_BINDINGS } from '../../../plugins/blessed-dashboard/state/defaultKeys.js';

test('the README names every key there is, and no other', () => {
  const text = readFileSync(new URL('../../../plugins/blessed-dashboard/README.md', import.meta.url), 'utf8');
  const table = text.slice(text.indexOf('| key '), text.indexOf('While a message is written'));
  const named = new Set(Array.from(table.matchAll(/`([^`]+)`/g), ([, key = '']) => key));
  const bound = new Set(DEFAULT_BINDINGS.map(({ key }) => key));
  // The digits between the first and the last are meant by the dots between them; a line break is the message's own.
  const implied = new Set(['alt-2', 'alt-3', 'alt-4', 'alt-5', 'alt-6', 'alt-7', 'alt-8']);
  expect([...bound].filter((key) => !named.has(key) && !implied.has(key))).toEqual([]);
  expect([...named].filter((key) => !bound.has(key) && key !== 'alt-enter')).toEqual([]);
});
