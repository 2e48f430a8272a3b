import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import ts from 'typescript';

const HOME = resolve('.');
const FIXTURES = join(HOME, 'specs/fixtures/third-party');

/** What the author of a plugin in TypeScript publishes: the same module without its types. */
async function publish(name: string, folder: string): Promise<void> {
  const source = await readFile(join(FIXTURES, name, 'index.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'index.mjs'), outputText);
  await cp(join(FIXTURES, name, 'package.json'), join(folder, name, 'package.json'));
}

describe('plugins loaded from outside the tree by the built product', () => {
  let folder: string;
  let result: Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    if (!existsSync(join(HOME, 'dist/core/plugins/PluginHost.js'))) throw new Error('the product is not built: run npm run build');
    folder = await mkdtemp(join(tmpdir(), 'sansfil-guests-'));
    await mkdir(join(folder, 'node_modules'));
    await symlink(HOME, join(folder, 'node_modules/sansfil'), 'dir');
    await publish('auto-responder', folder);
    await publish('unix-sockets', folder);
    await mkdir(join(folder, 'written-for-the-future'));
    await writeFile(join(folder, 'written-for-the-future/index.mjs'), "export default { name: 'future', api: 99, needs: [], provides: [], register() {} };\n");
    const { stdout } = await promisify(execFile)(process.execPath, [join(FIXTURES, 'host.mjs'), HOME, folder], { timeout: 25_000 });
    result = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('a plugin and a transport of somebody else run', () => {
    expect(result).toMatchObject({
      status: [
        { name: 'auto-responder', state: 'running' },
        { name: 'unix-sockets', state: 'running' },
      ],
      reports: [],
    });
  });

  test('the plugin hears facts and gives commands', () => {
    expect(result).toMatchObject({ answers: [{ type: 'message.send', to: 'board', text: 'Back at five.' }] });
  });

  test('the transport carries frames of every size both ways', () => {
    expect(result).toMatchObject({ echoed: true });
  });

  test('what is not listed, or written for another interface, is refused', () => {
    expect(result).toMatchObject({ refused: { unlisted: 'PLUGIN_INVALID', future: 'PLUGIN_API' } });
  });

  test('after unloading nothing of it listens any more', () => {
    expect(result).toMatchObject({ observed: false });
  });
});
