import { describe, expect, test } from '@jest/globals';
import { parseOptions, speaksUnicode } from '../../apps/simulator/options.js';
import { FAULTS } from '../../core/simulation/faults.js';
import type { TraceEntry } from '../../core/simulation/trace.js';
import { LocalHand, simulatorLine, verdict, type Desk } from '../support/simulatorLine.js';

const trace: readonly TraceEntry[] = Array.from({ length: 60 }, (_, i) => ({ kind: 'command', atMs: i, who: i % 2 === 0 ? 'pi' : 'board', what: `step ${i}` }));
const trouble = (seed: number) => verdict(seed, { findings: [`message ${seed} from pi to board was received twice`], trace });
/** Every tenth seed fails. */
const mostlyWell = (seed: number) => Promise.resolve(seed % 10 === 0 ? trouble(seed) : verdict(seed));

async function run(argv: string, desk: Desk = {}) {
  const line = simulatorLine(argv.split(' '), desk);
  return { ...line, exit: await line.exit };
}

describe('the command line of the simulator', () => {
  test.each([
    ['--seed x', 'not a whole number from 0 to 4294967295'],
    ['--seed 4294967296', 'not a whole number from 0 to 4294967295'],
    ['--seed 4294967295 --runs 2', 'there are not 2 seeds from there on'],
    ['--runs 0', 'not a whole number above zero'],
    ['--faults cuts', "there is no fault 'cuts'; there are all, none, packets"],
    ['--devices 4', 'Allowed choices are 2, 3'],
    ['--crypto rot13', 'Allowed choices are toy, real'],
    ['--workers 0', 'not a whole number above zero'],
    ['--show --runs 2', '--show is of one seed'],
    ['--bogus', "unknown option '--bogus'"],
    ['bogus', "'bogus' is not understood"],
  ])('refuses %s', async (argv, problem) => {
    const { exit, said } = await run(argv);
    expect({ exit, out: said.out }).toEqual({ exit: 2, out: '' });
    expect(said.err).toContain(problem);
    expect(said.err).toMatch(/see npm run simulate -- --help\) \[COMMAND_INVALID\]\n$/);
    const { documents } = await run(`${argv} --json`);
    expect(documents()).toEqual([{ error: { code: 'COMMAND_INVALID', message: expect.stringContaining(problem) } }]);
  });

  test('explains itself', async () => {
    const { exit, said } = await run('--help');
    expect(exit).toBe(0);
    expect(said.out).toContain('npm run simulate -- --seed 42 --runs 10000 --faults all');
    for (const fault of FAULTS) expect(said.out).toContain(fault);
  });

  test('takes some faults, and draws a seed that leaves room for all runs', () => {
    const io = { ...({} as Parameters<typeof parseOptions>[1]), env: {}, cores: 2, chance: () => 1 - 2 ** -53 };
    expect(parseOptions(['--faults', 'crashes, packets', '--runs', '3'], io)).toMatchObject({ faults: ['packets', 'crashes'], seed: 2 ** 32 - 4, workers: 2 });
    expect(parseOptions(['--faults', 'none'], io)).toMatchObject({ faults: [], runs: 1, workers: 1, crypto: 'toy', devices: undefined });
  });

  test('draws with ASCII where the locale knows nothing else', () => {
    expect([{}, { LANG: 'C.UTF-8' }, { LANG: 'de_CH.utf8' }, { LC_ALL: '', LANG: 'en_US.UTF-8' }].map(speaksUnicode)).toEqual([true, true, true, true]);
    expect([{ LANG: 'C' }, { LC_ALL: 'POSIX', LANG: 'en_US.UTF-8' }, { LC_CTYPE: 'de_CH.ISO-8859-1' }].map(speaksUnicode)).toEqual([false, false, false]);
  });
});

describe('one run', () => {
  test('says first what was asked for and drawn', async () => {
    const { exit, lines } = await run('--seed 42 --faults packets,crashes --devices 3');
    expect(exit).toBe(0);
    expect(lines().slice(0, 4)).toEqual(['sansfil simulator: one run from seed 42', '  faults    packets, crashes', '  devices   3', '  crypto    toy']);
    expect(lines()[4]).toBe('  devices   3');
    expect(lines()[7]).toMatch(/^ {2}faults {4}latencyMs 1…\d+/);
    expect(lines().join('\n')).toMatch(
      /\n1 run, 0 failed, in .*\n {2}virtual {3}1\.0 s of virtual time\n {2}happened {2}messages 2, cuts 1\n {2}hash {6}[0-9a-f]{16}$/,
    );
  });

  test('that fails shows what did not hold, the end of its trace and the line that runs it again', async () => {
    const { exit, lines } = await run('--seed 10 --faults none --devices 2 --crypto real', { simulate: mostlyWell });
    expect(exit).toBe(1);
    const text = lines().join('\n');
    expect(text).toContain('seed 10 FAILED\n  message 10 from pi to board was received twice\n');
    expect(text).toContain('20 lines before');
    expect(text).toContain('> step 59');
    expect(text).not.toContain('> step 19');
    expect(text).toContain('\nreplay: npm run simulate -- --seed 10 --faults none --devices 2 --crypto real --show\n');
  });

  test('is shown whole when asked, for people and for programs', async () => {
    const shown = (await run('--seed 10 --show', { simulate: mostlyWell })).lines().join('\n');
    expect([shown.includes('> step 0'), shown.includes('> step 59'), shown.includes('replay:')]).toEqual([true, true, false]);
    const documents = (await run('--seed 10 --show --json', { simulate: mostlyWell })).documents();
    expect(documents.slice(0, 60)).toEqual(trace.map((entry) => ({ type: 'entry', ...entry })));
    expect(documents.slice(60)).toEqual([
      expect.objectContaining({ type: 'failure', seed: 10, findings: ['message 10 from pi to board was received twice'] }),
      expect.objectContaining({ type: 'summary', runs: 1, failed: 1, happened: { messages: 2, cuts: 1 } }),
      { type: 'hash', seed: 10, hash: '0123456789abcdef' },
    ]);
  });

  test('that breaks off has failed, with the reason', async () => {
    const { exit, lines } = await run('--seed 3', { simulate: () => Promise.reject(new Error('timers keep setting timers')) });
    expect(exit).toBe(1);
    expect(lines().join('\n')).toContain('seed 3 FAILED\n  the run broke off: Error: timers keep setting timers\n');
  });

  test('is coloured on a terminal, unless NO_COLOR is set, and no wider than it', async () => {
    const show = (desk: Desk) => run('--seed 10 --show', { simulate: mostlyWell, outIsTerminal: true, columns: 80, ...desk });
    expect((await show({})).said.out).toContain('\u001b[36m');
    const plain = await show({ env: { NO_COLOR: '1' } });
    expect(plain.said.out).not.toContain('\u001b');
    expect(
      Math.max(
        ...plain
          .lines()
          .filter((line) => line.includes('│'))
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });
});

describe('many runs', () => {
  test('are each run once and added up, however they are shared out', async () => {
    const seen: number[] = [];
    const simulate = (seed: number) => {
      seen.push(seed);
      return mostlyWell(seed);
    };
    const sums = await Promise.all(['1', '3'].map((workers) => run(`--seed 1 --runs 500 --json --workers ${workers}`, { simulate })));
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, i) => 1 + Math.floor(i / 2)));
    const [one, three] = sums.map(({ documents }) => documents().at(-1));
    expect(one).toEqual(three);
    expect(one).toMatchObject({ type: 'summary', runs: 500, failed: 50, virtualMs: 500_000, happened: { messages: 1_000, cuts: 500 } });
    expect(sums.map(({ exit }) => exit)).toEqual([1, 1]);
  });

  test('tell of failures as they come, the first ones in full, and group them at the end', async () => {
    const { lines } = await run('--seed 1 --runs 100', { simulate: mostlyWell });
    const text = lines().join('\n');
    expect(text.match(/^seed \d+ FAILED$/gm)).toHaveLength(10);
    expect(text.match(/ lines before /g)).toHaveLength(5);
    expect(text).toContain('100 runs, 10 failed');
    expect(lines().at(-2)).toBe('  10 ×      message N from pi to board was received twice (seeds 10, 20, 30, 40, 50 and 5 more)');
    expect(lines().at(-1)).toBe('replay: npm run simulate -- --seed 10 --faults all --show');
  });

  test('end at the first failure when asked', async () => {
    const { exit, documents } = await run('--seed 1 --runs 100 --workers 1 --fail-fast --json', { simulate: mostlyWell });
    expect(exit).toBe(1);
    expect(documents()).toEqual([expect.objectContaining({ type: 'failure', seed: 10 }), expect.objectContaining({ type: 'summary', runs: 10, failed: 1 })]);
  });

  test('show their progress in one line on a terminal, at most four times a second, and in few lines elsewhere', async () => {
    const endless = (desk: Desk) => {
      let stop: () => void = () => undefined;
      const interrupted = new Promise<void>((resolve) => (stop = resolve));
      return { ...simulatorLine(['--seed', '1', '--runs', '9'], { ...desk, interrupted, simulate: () => new Promise(() => undefined) }), stop: () => stop() };
    };
    const terminal = endless({ errIsTerminal: true });
    for (let i = 0; i < 8; i++) terminal.pass(125);
    expect(terminal.said.err.split('\r\u001b[K').filter((line) => line === '0 of 9 runs, 0.0 a second, 0 failed, time left unknown')).toHaveLength(4);
    const log = endless({});
    for (let i = 0; i < 160; i++) log.pass(125);
    expect(log.said.err).toBe('0 of 9 runs, 0.0 a second, 0 failed, time left unknown\n'.repeat(2));
    for (const { stop } of [terminal, log]) stop();
    expect(await Promise.all([terminal.exit, log.exit])).toEqual([0, 0]);
    expect(log.lines().join('\n')).toContain('0 of 9 runs, 0 failed, in 20.0 s');
    expect(log.said.err).toContain('interrupted; so far:');
  });

  test('are told of once when they take suspiciously long', async () => {
    const line = simulatorLine(['--seed', '7', '--runs', '2', '--workers', '1'], {
      simulate: () => new Promise(() => undefined),
      interrupted: new Promise(() => undefined),
    });
    for (let i = 0; i < 14; i++) line.pass(10_000);
    expect(line.said.err.split('\n').filter((text) => text.includes('under way'))).toEqual([
      'seed 7 has been under way for 1 min 00 s: npm run simulate -- --seed 7 --faults all --show',
    ]);
  });
});

describe('a worker that dies', () => {
  class Mortal extends LocalHand {
    override async run(): Promise<void> {
      return Promise.reject(new Error('out of memory'));
    }

    override underWay(): number {
      return 17;
    }
  }

  test('is told of with its seeds, and the others do the rest', async () => {
    const hands = [new Mortal(mostlyWell), new LocalHand((seed) => Promise.resolve(verdict(seed)))];
    const all = [...hands];
    const { exit, lines } = await run('--seed 1 --runs 400', { hire: () => hands.shift()! });
    expect(exit).toBe(1);
    expect(lines()).toContain('a worker died, and with it seeds 1…10, at seed 17: out of memory');
    expect(lines()).toContain('replay: npm run simulate -- --seed 17 --faults all --show');
    expect(lines().join('\n')).toContain('390 of 400 runs, 0 failed');
    expect(all.map(({ ended }) => ended)).toEqual([true, true]);
  });

  test('ends the campaign when it was the last one', async () => {
    const { exit, documents } = await run('--seed 1 --runs 4 --json', { hire: () => new Mortal(mostlyWell) });
    expect(exit).toBe(1);
    expect(documents()).toEqual([
      expect.objectContaining({ type: 'lost', first: 1, count: 1, seed: 17, reason: 'out of memory' }),
      expect.objectContaining({ type: 'lost', first: 2, count: 1 }),
      expect.objectContaining({ type: 'summary', runs: 0, asked: 4 }),
    ]);
  });
});
