import { describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LONGEST, longestFirst } from './longestFirst.mjs';
import { ROOT } from './root.js';

const specAt = (name: string) => ({ path: join(ROOT, 'specs', `${name}.spec.ts`) });

describe('the order of the spec files', () => {
  test('begins with the longest, and goes on with the largest', () => {
    const right = [...LONGEST.slice(0, 2), 'simulation/checkersOfSessions', 'simulation/memoryStores'].map(specAt);
    expect(longestFirst([...right].reverse())).toEqual(right);
  });

  test('names only files that are there, each once', () => {
    expect(LONGEST.filter((name) => !existsSync(specAt(name).path))).toEqual([]);
    expect(new Set(LONGEST).size).toBe(LONGEST.length);
  });
});
