import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, exitCodeOf } from '../../../apps/cli/exitCodes.js';
import { asFailure } from '../../../apps/shared/failure.js';
import { ERRORS, SansfilError, type ErrorCode } from '../../../core/base/errors.js';
import { LANGUAGES } from '../../../core/shell/Language.js';
import { runCommandLine } from '../../support/commandLine.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfil-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what a failure ends the process with', () => {
  test.each([
    ['BUG', EXIT.failed],
    ['DATA_IN_USE', EXIT.failed],
    ['PORT_IN_USE', EXIT.failed],
    ['STORE_CORRUPT', EXIT.failed],
    ['FRIEND_UNKNOWN', EXIT.failed],
    ['ACCOUNT_UNKNOWN', EXIT.failed],
    ['CONFIG_INVALID', EXIT.usage],
    ['NAME_INVALID', EXIT.usage],
    ['MESSAGE_TOO_LONG', EXIT.usage],
    ['NOT_RUNNING', EXIT.notReachable],
    ['DIRECTORY_UNREACHABLE', EXIT.notReachable],
    ['PEER_UNREACHABLE', EXIT.notReachable],
    ['WAIT_TIMEOUT', EXIT.notReachable],
    ['NAME_TAKEN', EXIT.refused],
    ['KEY_CHANGED', EXIT.refused],
    ['SIGNATURE_INVALID', EXIT.refused],
    ['TRANSFER_DECLINED', EXIT.refused],
  ] as const)('%s ends with %i', (code, exit) => {
    expect(exitCodeOf(code)).toBe(exit);
  });

  test('is written down, code by code, in the README of the command line', async () => {
    const readme = await readFile(new URL('../../../apps/cli/README.md', import.meta.url), 'utf8');
    const written = new Map(
      [...readme.matchAll(/^\| ([0-4]) +\|.*$/gm)].map(([row, exit]) => [
        Number(exit),
        new Set([...row.matchAll(/`([A-Z0-9_]+)`/g)].map(([, code]) => code ?? '')),
      ]),
    );
    for (const exit of [EXIT.usage, EXIT.notReachable, EXIT.refused]) {
      const codes = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => exitCodeOf(code) === exit);
      expect(written.get(exit)).toEqual(new Set(codes));
    }
  });
});

describe('bad command lines', () => {
  test.each([
    [['bogus']],
    [['friends', 'bogus']],
    [['friends', 'add']],
    [['whoami', 'extra']],
    [['whoami', '--colour']],
    [['register']],
    [['status', 'asleep']],
    [['history', 'board', '--limit', '0']],
    [['history', 'board', '--limit', 'ten']],
    [['history', 'board', '--before', '-1']],
    [['message', 'board', 'hello', '--wait', '--timeout', 'soon']],
    [['send', 'board']],
    [['run', '--as', 'toaster']],
  ])('%j is a usage error that names the problem', async (argv) => {
    const ran = await runCommandLine(argv);
    expect(ran).toMatchObject({ exit: EXIT.usage, out: '' });
    expect(ran.err).toMatch(/^sansfil: .*sansfil --help\) \[COMMAND_INVALID\]\n$/);
    expect(await runCommandLine([...argv, '--json'])).toMatchObject({ exit: EXIT.usage, err: '', documents: [{ error: { code: 'COMMAND_INVALID' } }] });
  });

  test('none at all shows the help and is a usage error', async () => {
    expect(await runCommandLine([])).toMatchObject({ exit: EXIT.usage, out: '', err: expect.stringContaining('Usage: sansfil') });
  });

  test('help and version are no errors', async () => {
    expect(await runCommandLine(['--help'])).toMatchObject({ exit: 0, out: expect.stringContaining('Exit codes: 0 done'), err: '' });
    expect(await runCommandLine(['message', '--help'])).toMatchObject({ exit: 0, out: expect.stringContaining('--wait') });
    expect(await runCommandLine(['version', '--json'])).toMatchObject({
      exit: 0,
      documents: [{ version: expect.stringMatching(/^\d+\.\d+\.\d+/), node: process.versions.node }],
    });
  });
});

describe('without a device', () => {
  test.each([
    [['whoami']],
    [['login']],
    [['friends']],
    [['verify', 'board']],
    [['status']],
    [['message', 'board', 'hello']],
    [['history', 'board']],
    [['read', 'board']],
    [['send', 'board', 'a']],
    [['transfers']],
    [['transfers', 'watch']],
  ])('%j says how to start one', async (argv) => {
    expect(await runCommandLine([...argv, '--data', folder])).toMatchObject({
      exit: EXIT.notReachable,
      out: '',
      err: 'sansfil: No device is running on this data folder; start it with sansfil run. [NOT_RUNNING]\n',
    });
  });
});

describe('a failure for people', () => {
  test('is the sentence of its code, with the detail where there is some', () => {
    expect(asFailure(new SansfilError('NAME_TAKEN'), LANGUAGES.en).message).toBe(ERRORS.NAME_TAKEN.sentence);
    expect(asFailure(new SansfilError('PORT_IN_USE', '0.0.0.0:1883'), LANGUAGES.en).message).toBe(`${ERRORS.PORT_IN_USE.sentence} (0.0.0.0:1883)`);
  });

  test('is a bug when it is none of ours, whatever code it brings', () => {
    expect(asFailure(Object.assign(new Error('no entry'), { code: 'ENOENT' }), LANGUAGES.en)).toEqual({
      code: 'BUG',
      message: `${ERRORS.BUG.sentence} (no entry)`,
    });
    expect(asFailure('thrown text', LANGUAGES.en).code).toBe('BUG');
  });
});
