import { homedir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { ROOT } from '../support/root.js';
import { isProduct, textFiles } from './sourceTree.js';
import { FILE_LINES_MAX, FUNCTION_LINES_MAX, LINE_LENGTH_MAX, TIDY_RULES } from './tidyRules.js';
import { signCallSites } from './signCallSites.js';
import { deadFiles } from './deadFiles.js';

/** Rule → texts that it must complain about, and texts that look alike and are fine. Assembled so that this file stays clean. */
const SAMPLES: Readonly<Record<string, { readonly path?: string; readonly bad: readonly string[]; readonly good: readonly string[] }>> = {
  bannedCalls: {
    path: 'core/engine/sample.ts',
    bad: [
      'const t = Date.now();',
      'const t = new Date();',
      'const r = Math.random();',
      'setTimeout(() => undefined, 5);',
      'const later = setTimeout;',
      'queueMicrotask(go);',
      'const b = Buffer.from([1]);',
      'let b: Buffer;',
      'const e = process.env;',
      'const r = globalThis.crypto;',
      'const id = crypto.randomUUID();',
      'console.log(1);',
      'const t = performance.now();',
    ],
    good: [
      'clock.setTimeout(go, 5);',
      'interface Clock { setTimeout(go: () => void, ms: number): unknown }',
      'const d = new Date(clock.now());',
      'function f(process: Step) { return process.name; }',
      'const o = { process: 1 };',
      '// Date.now() is what a comment may name',
    ],
  },
  noExportStar: { bad: [`export * from './a.js';`], good: [`export { a } from './a.js';`] },
  noDefaultClass: { bad: ['export default class A {}'], good: ['export class A {}', 'export default definePlugin({});'] },
  noAny: { bad: ['const a = b as any;', 'function f(a: any) { return a; }', 'type A = any[];'], good: [`const any = 'any';`, 'const a: unknown = 1;'] },
  noFocus: {
    path: 'specs/sample.spec.ts',
    bad: [`test.only('a', f);`, `describe.skip('a', f);`, `it.todo('a');`, `xit('a', f);`, `fdescribe('a', f);`, `test.only.each([1])('a', f);`],
    good: [`test('only', f);`, `test.each([1])('a', f);`, `exit('a');`],
  },
  noSwallowing: {
    bad: ['try { f(); } catch {}', 'try { f(); } catch (e) { /* fine */ }', 'p.catch(() => {});', 'p.catch(() => undefined);'],
    good: ['try { f(); } catch (e) { report(e); }', 'p.catch((e: unknown) => report(e));'],
  },
  functionLength: {
    bad: [`function f() {\n${'g();\n'.repeat(FUNCTION_LINES_MAX)}}`, `const f = () => {\n${'g();\n'.repeat(FUNCTION_LINES_MAX)}};`],
    good: [`function f() {\n${'g();\n'.repeat(FUNCTION_LINES_MAX - 2)}}`, `const machine = {\n${'a: 1,\n'.repeat(200)}};`],
  },
  fileLength: { bad: ['a();\n'.repeat(FILE_LINES_MAX + 1)], good: ['a();\n'.repeat(FILE_LINES_MAX)] },
  lines: { bad: [`// ${'x'.repeat(LINE_LENGTH_MAX)}\n`, 'a();\t\n', 'a(); \n', 'a();\r\n', 'a();'], good: [`//${'x'.repeat(LINE_LENGTH_MAX - 2)}\n`] },
  comments: {
    bad: ['TO' + 'DO later', '@ts-' + 'ignore', 'eslint-' + 'disable-next-line', 'FIX' + 'ME'].flatMap((text) => [
      `// ${text}`,
      `f(); /* ${text} */`,
      `{\n// ${text}\n}`,
    ]),
    good: [`const text = 'TODO';`, '// all that is to do'],
  },
  documents: { bad: ['// see NOWHERE' + '.md'], good: ['// see README.md', '// see ERRORS.md'] },
  machinePaths: { bad: [`const a = '${ROOT}core';`, `// ${homedir()}/notes`], good: [`const a = '/home/pi/x';`, `const a = './core';`] },
  nouns: { bad: [], good: ['x'] },
};

describe('the tree is tidy', () => {
  test.each(Object.entries(TIDY_RULES))('%s', (_name, rule) => {
    expect(textFiles().flatMap((source) => rule(source))).toEqual([]);
  });

  test('one place signs with the identity key', () => {
    const sites = textFiles().flatMap(signCallSites);
    expect(sites).toHaveLength(1);
    expect(sites[0]).toMatch(/^plugins\/rsa-signing\//);
  });

  test('every file is reached from an entry point', () => {
    expect(deadFiles(textFiles())).toEqual([]);
  });

  test('there is something to look at', () => {
    expect(textFiles().filter(({ path }) => isProduct(path)).length).toBeGreaterThan(30);
  });
});

describe.each(Object.entries(TIDY_RULES))('the rule %s', (name, rule) => {
  const { path = 'core/base/sample.ts', bad = [], good = [] } = SAMPLES[name] ?? {};

  test('complains about what it is against', () => {
    expect(bad.filter((text) => rule({ path, text }).length === 0)).toEqual([]);
  });

  test('leaves alone what only looks like it', () => {
    expect(good.length).toBeGreaterThan(0);
    expect(good.filter((text) => rule({ path, text }).length > 0)).toEqual([]);
  });
});

describe('the whole-tree rules', () => {
  test('a name like utils is refused', () => {
    expect(TIDY_RULES['nouns']?.({ path: 'core/base/utils.ts', text: '' })).toHaveLength(1);
  });

  test('every way to call the signer of node:crypto is seen', () => {
    const calls = [
      `import { sign } from 'node:crypto';\nsign('sha256', d, k);`,
      `import { sign as s } from 'node:crypto';\nconst f = promisify(s);`,
      `import { createSign } from 'crypto';\ncreateSign('sha256');`,
      `import * as c from 'node:crypto';\nc.sign('sha256', d, k);`,
      `import c from 'node:crypto';\nc.createSign('sha256');`,
    ];
    expect(calls.map((text) => signCallSites({ path: 'plugins/x/a.ts', text }).length)).toEqual([1, 1, 1, 1, 1]);
    expect(signCallSites({ path: 'plugins/x/a.ts', text: `import { verify } from 'node:crypto';\nsigner.sign('label', []);` })).toEqual([]);
  });

  test('a file that nothing imports is dead, one that is loaded by name is not', () => {
    const files = [
      { path: 'apps/pi/main.ts', text: `import './used.js';\nvoid import('./lazy.js');` },
      { path: 'apps/pi/used.ts', text: `export { x } from './deep.js';` },
      { path: 'apps/pi/deep.ts', text: `new Worker(new URL('./worker.js', import.meta.url));` },
      { path: 'apps/pi/lazy.ts', text: '' },
      { path: 'apps/pi/worker.ts', text: '' },
      { path: 'plugins/x/index.ts', text: '' },
      { path: 'core/base/forgotten.ts', text: '' },
      { path: 'core/base/tested.ts', text: '' },
      { path: 'specs/base/tested.spec.ts', text: `import '../../core/base/tested.js';\nimport '../support/kit.js';` },
      { path: 'specs/support/kit.ts', text: '' },
      { path: 'specs/support/old.ts', text: '' },
    ];
    expect(deadFiles(files)).toEqual(['core/base/forgotten.ts', 'core/base/tested.ts', 'specs/support/old.ts']);
  });
});
