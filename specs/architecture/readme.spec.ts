import { existsSync } from 'node:fs';
import { posix, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runCli } from '../../apps/cli/program.js';
import { EXIT } from '../../apps/cli/exitCodes.js';
import type { CliIo } from '../../apps/cli/io.js';
import { readJson } from './refusedVersions.js';
import { ROOT } from '../support/root.js';
import { textFiles } from './sourceTree.js';

const documents = textFiles().filter(({ path }) => path.endsWith('.md'));
const readme = documents.find(({ path }) => path === 'README.md')?.text ?? '';

/** What the command line prints for these arguments. */
async function help(...args: readonly string[]): Promise<string> {
  let text = '';
  const io: CliIo = { ...({} as CliIo), out: (more) => void (text += more), err: (more) => void (text += more) };
  expect(await runCli([...args, '--help'], io)).toBe(EXIT.done);
  return text;
}

/** Names in the section of a help text, `help` and `--help` left out. */
function listed(text: string, section: 'Commands' | 'Options'): readonly string[] {
  const lines = text.split(`${section}:\n`)[1]?.split('\n\n')[0]?.split('\n') ?? [];
  return lines.flatMap((line) => /^ {2}(?:-\w, )?(-{0,2}[a-z][\w-]*)/.exec(line)?.[1] ?? []).filter((name) => !['help', '--help', '-h'].includes(name));
}

/** The row of the table that begins with the verb. */
const rowsOf = (verb: string): string =>
  readme
    .split('\n')
    .filter((line) => line.startsWith('|') && new RegExp(`\`${verb}\\b`).test(line))
    .join('\n');

describe('README', () => {
  test('has every verb of the command line, and the options that only it has', async () => {
    const verbs = listed(await help(), 'Commands');
    expect(verbs.length).toBeGreaterThan(10);
    const missing: string[] = [];
    for (const verb of verbs) {
      const text = await help(verb);
      const names = [verb, ...listed(text, 'Options').filter((name) => name !== '--json' && name !== '--data'), ...listed(text, 'Commands')];
      missing.push(...names.filter((name) => !rowsOf(verb).includes(name)).map((name) => `${verb}: ${name}`));
    }
    expect(missing).toEqual([]);
  });

  test('runs only scripts that there are', () => {
    const { scripts } = readJson<{ readonly scripts: Readonly<Record<string, string>> }>('package.json');
    const named = [...readme.matchAll(/npm (?:run )?([a-z][a-z:]+)/g)].map(([, name = '']) => name).filter((name) => !['install', 'link'].includes(name));
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !Object.hasOwn(scripts, name) && name !== 'ci')).toEqual([]);
  });

  test.each(Object.entries(EXIT))('names the exit status %s', (_name, status) => {
    expect(readme).toContain(`**${status}** `);
  });
});

test('every link between documents leads somewhere', () => {
  const broken = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, target = '']) => posix.join(posix.dirname(path), target))
      .filter((target) => !existsSync(join(ROOT, target)))
      .map((target) => `${path} → ${target}`),
  );
  expect(broken).toEqual([]);
});
