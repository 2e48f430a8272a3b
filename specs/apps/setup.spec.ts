import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const SETUP = fileURLToPath(new URL('../../apps/setup/setup.mjs', import.meta.url));
const NATIVE = 'node_modules/sqlite3/build/Release/node_sqlite3.node';

/** Stands in for npm: writes down how it was called and leaves what the real one would. */
const NPM = `
const { appendFileSync, cpSync, existsSync, mkdirSync, writeFileSync } = require('node:fs');
const [verb] = process.argv.slice(2);
appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
if (existsSync('npm-fails')) { console.error('npm error code EBROKEN'); process.exit(5); }
if (verb === 'ci') {
  for (const name of ['a', 'typescript/bin']) mkdirSync('node_modules/' + name, { recursive: true });
  writeFileSync('node_modules/a/package.json', '{}');
  cpSync('tsc.js', 'node_modules/typescript/bin/tsc');
  cpSync('package-lock.json', 'node_modules/.package-lock.json');
} else if (!existsSync('no-compiler')) {
  mkdirSync('node_modules/sqlite3/build/Release', { recursive: true });
  writeFileSync('${NATIVE}', '');
}
`;
const TSC = `
const { appendFileSync, existsSync, mkdirSync, writeFileSync } = require('node:fs');
appendFileSync('calls', 'tsc\\n');
if (existsSync('tsc-fails')) { console.log('core/a.ts(1,1): error TS2304'); process.exit(2); }
mkdirSync('dist', { recursive: true });
writeFileSync('dist/a.js', '');
`;

let tree: string;
const at = (path: string): string => join(tree, path);
const put = (path: string, text: string): void => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
};
const lock = (version: string): string =>
  JSON.stringify({ packages: { '': {}, 'node_modules/a': { version }, 'node_modules/elsewhere': { version: '1.0.0', optional: true } } });
const calls = (): readonly string[] => (existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8').trim().split('\n') : []);

interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs setup as npm would, without a terminal. */
function setup(...args: readonly string[]): Promise<Outcome> {
  const env = { ...process.env, npm_execpath: at('npm-cli.js') };
  return new Promise((resolve) => {
    execFile(process.execPath, [at('apps/setup/setup.mjs'), ...args], { cwd: tmpdir(), env }, (error, out, err) => {
      resolve({ status: error ? Number(error.code) : 0, out, err });
    });
  });
}

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'sansfil-setup-'));
  mkdirSync(at('apps/setup'), { recursive: true });
  cpSync(SETUP, at('apps/setup/setup.mjs'));
  put('package.json', JSON.stringify({ engines: { node: '>=20.19' } }));
  put('package-lock.json', lock('1.0.0'));
  put('tsconfig.json', '{}');
  put('core/a.ts', 'export const a = 1;\n');
  put('npm-cli.js', NPM);
  put('tsc.js', TSC);
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

describe('setup on a fresh clone', () => {
  test('installs without running install scripts, makes the one native part, builds, and runs what follows', async () => {
    const { status, out, err } = await setup('--', 'node', '-e', 'console.log(process.argv.slice(1).join()); process.exit(7)', 'demo', '--script');
    expect(calls()).toEqual(['ci --include=dev --ignore-scripts --no-audit --no-fund', 'rebuild sqlite3 --ignore-scripts=false', 'tsc']);
    expect(out).toBe('demo,--script\n');
    expect(status).toBe(7);
    expect(err).toMatch(/npm ci[\s\S]*about a minute[\s\S]*tsc/);
  });

  test('has nothing to do and nothing to say the second time', async () => {
    await setup();
    const before = calls();
    expect(await setup('--', 'node', '-e', '')).toEqual({ status: 0, out: '', err: '' });
    expect(calls()).toEqual(before);
  });

  test('says what npm said when it fails, and runs nothing after it', async () => {
    put('npm-fails', '');
    const { status, out, err } = await setup('--', 'node', '-e', 'console.log(1)');
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toContain('npm error code EBROKEN');
    expect(err).toContain('ended with status 5');
  });

  test('names what is missing where sqlite3 cannot be compiled', async () => {
    put('no-compiler', '');
    const { status, err } = await setup('--', 'node', '-e', '');
    expect(status).toBe(1);
    expect(err).toContain('apt-get install build-essential python3');
  });

  test('refuses a Node that is too old before it installs anything', async () => {
    put('package.json', JSON.stringify({ engines: { node: '>=99.1' } }));
    const { status, err } = await setup('--', 'node', '-e', '');
    expect(status).toBe(1);
    expect(err).toMatch(/sansfil needs Node >=99\.1; this is v/);
    expect(calls()).toEqual([]);
  });
});

describe('setup on a tree that was set up', () => {
  beforeEach(async () => {
    await setup();
    rmSync(at('calls'));
  });

  test('installs again when the lock file names another version', async () => {
    put('package-lock.json', lock('1.0.1'));
    await setup();
    expect(calls()).toEqual(['ci --include=dev --ignore-scripts --no-audit --no-fund', 'tsc']);
  });

  test('builds again when a source changed, and empties dist of what is gone', async () => {
    put('dist/old.js', '');
    put('core/a.ts', 'export const a = 2;\n');
    await setup();
    expect(calls()).toEqual(['tsc']);
    expect(existsSync(at('dist/old.js'))).toBe(false);
  });

  test('builds again when a source was removed', async () => {
    rmSync(at('core/a.ts'));
    await setup();
    expect(calls()).toEqual(['tsc']);
  });

  test('shows what the compiler found, and tries again the next time', async () => {
    put('core/a.ts', 'broken');
    put('tsc-fails', '');
    const { status, err } = await setup('--', 'node', '-e', '');
    expect(status).toBe(1);
    expect(err).toContain('core/a.ts(1,1): error TS2304');
    rmSync(at('tsc-fails'));
    expect((await setup()).status).toBe(0);
    expect(calls()).toEqual(['tsc', 'tsc']);
  });

  test('ends as the command ended that a signal killed', async () => {
    expect((await setup('--', 'node', '-e', 'process.kill(process.pid, "SIGTERM")')).status).toBe(143);
  });

  test('says how it is used when it is used wrongly', async () => {
    const { status, err } = await setup('--what');
    expect(status).toBe(1);
    expect(err).toContain('usage: node apps/setup/setup.mjs');
  });
});
