import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOT } from '../support/root.js';

const MINUTES = 60_000;
const BINARIES: Readonly<Record<string, string>> = { eslint: 'node_modules/eslint/bin/eslint.js', prettier: 'node_modules/prettier/bin/prettier.cjs' };

/** Runs one of the two tools; what it says when it complains, nothing when it does not. */
function run(tool: string, args: readonly string[]): Promise<string> {
  const binary = BINARIES[tool];
  if (!binary) throw new Error(`the lint script runs ${tool}, which this spec does not know`);
  return new Promise((resolve) => {
    execFile(process.execPath, [binary, ...args], { cwd: ROOT, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      resolve(error ? `${stdout}${stderr}` || error.message : '');
    });
  });
}

/** The commands of `npm run lint`, so that a person and this spec run the same. */
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly scripts: { readonly lint: string } };
const commands = scripts.lint.split('&&').map((command) =>
  command
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll('"', '')),
);

describe('npm run lint', () => {
  test.each(commands.map(([tool = '', ...args]) => ({ tool, args })))(
    '$tool has nothing to say',
    async ({ tool, args }) => {
      expect(await run(tool, args)).toBe('');
    },
    5 * MINUTES,
  );

  test('sees forgotten promises and forgotten cases', async () => {
    const config = await new Promise<string>((resolve, reject) => {
      const args = [BINARIES['eslint'] ?? '', '--config', 'specs/architecture/eslint.config.js', '--print-config', 'core/base/errors.ts'];
      execFile(process.execPath, args, { cwd: ROOT }, (error, stdout) => (error instanceof Error ? reject(error) : resolve(stdout)));
    });
    const { rules } = JSON.parse(config) as { readonly rules: Readonly<Record<string, readonly unknown[]>> };
    const mustBite = ['no-floating-promises', 'no-misused-promises', 'switch-exhaustiveness-check', 'no-explicit-any', 'no-unsafe-call', 'await-thenable'];
    expect(mustBite.filter((name) => rules[`@typescript-eslint/${name}`]?.[0] !== 2)).toEqual([]);
  });
});
