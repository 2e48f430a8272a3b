import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { shellKind } from '../../../apps/cli/shellKind.js';
import { Output } from '../../../apps/cli/Output.js';
import type { CliIo } from '../../../apps/cli/io.js';
import { isDumb, shellHost } from '../../../apps/shared/shellHost.js';
import { runCommandLine } from '../../support/commandLine.js';
import { dataFolder, type DataFolder } from '../../support/dataFolder.js';

const own = { plain: false, ends: 'shell', quit: () => undefined } as const;

describe('the shell that is asked for', () => {
  const said: string[] = [];
  const io = (isTerminal: boolean): CliIo => ({
    out: () => undefined,
    err: (text) => void said.push(text),
    readInput: () => Promise.resolve(''),
    readSecret: () => Promise.resolve(''),
    inputIsTerminal: isTerminal,
    outIsTerminal: isTerminal,
    errIsTerminal: isTerminal,
    columns: 80,
    rows: 24,
    interrupted: () => new Promise(() => undefined),
    entry: 'sansfil',
    locale: undefined,
  });
  const kindOf = (flags: Parameters<typeof shellKind>[1], isTerminal: boolean, json = false): unknown => {
    const around = io(isTerminal);
    return shellKind({ io: around, out: new Output(around, json) }, flags);
  };
  const { TERM } = process.env;
  beforeEach(() => {
    said.length = 0;
    process.env['TERM'] = 'xterm';
  });
  afterEach(() => {
    if (TERM === undefined) delete process.env['TERM'];
    else process.env['TERM'] = TERM;
  });

  test('is none, lines, or the full screen', () => {
    expect(kindOf({}, true)).toBeUndefined();
    expect(kindOf({ plain: true }, false)).toBe('plain');
    expect(kindOf({ plain: true, dashboard: true }, true)).toBe('plain');
    expect(kindOf({ dashboard: true }, true)).toBe('dashboard');
  });

  test('is refused without a terminal, with what can be had instead', () => {
    expect(() => kindOf({ dashboard: true }, false)).toThrow(/--plain/);
  });

  test('is lines on a terminal that cannot be drawn on, and says so', () => {
    process.env['TERM'] = 'dumb';
    expect(kindOf({ dashboard: true }, true)).toBe('plain');
    expect(said.join('')).toMatch(/line by line/);
  });

  test('is none for programs: their lines are JSON', () => {
    expect(kindOf({ plain: true }, false, true)).toBeUndefined();
    expect(() => kindOf({ dashboard: true }, true, true)).toThrow(/run --json/);
  });
});

describe('what a shell is told of its surroundings', () => {
  test('is the first locale that says something, the terminal, and whether colours are wanted', () => {
    expect(shellHost(own, { LC_ALL: '', LC_MESSAGES: 'fr_FR.UTF-8', LANG: 'C', TERM: 'xterm' })).toMatchObject({
      locale: 'fr_FR.UTF-8',
      terminal: 'xterm',
      colours: true,
      ends: 'shell',
    });
    expect(shellHost(own, { NO_COLOR: '1' })).toMatchObject({ locale: undefined, terminal: undefined, colours: false });
    expect(shellHost(own, { NO_COLOR: '' })).toMatchObject({ colours: true });
  });

  test('a terminal of no type, or a dumb one, cannot be drawn on', () => {
    expect([{}, { TERM: '' }, { TERM: 'dumb' }, { TERM: 'linux' }].map(isDumb)).toEqual([true, true, true, false]);
  });
});

describe('on the command line', () => {
  let folder: DataFolder;
  beforeEach(async () => {
    folder = await dataFolder();
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  test.each([['run', '--dashboard'], ['dashboard'], ['run', '--dashboard', '--json']])(
    '%s %s needs a terminal, and no device is started without',
    async (...argv) => {
      const ran = await runCommandLine([...argv, '--data', folder.path]);
      expect(ran.exit).toBe(2);
      expect(ran.out + ran.err).toContain('COMMAND_INVALID');
    },
  );

  test('a shell for a device that does not run says so, and ends as not reachable', async () => {
    expect(await runCommandLine(['dashboard', '--plain', '--data', folder.path])).toMatchObject({
      exit: 3,
      out: '',
      err: expect.stringContaining('[NOT_RUNNING]'),
    });
  });
});
