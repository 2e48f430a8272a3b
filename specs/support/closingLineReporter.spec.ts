import { describe, expect, test } from '@jest/globals';
import { closingLines } from './closingLineReporter.mjs';

const suite = (tests: readonly { status: string; fullName: string }[], skipped = false) => ({ testFilePath: '/x/a.spec.ts', skipped, testResults: tests });
const run = (over: object) => ({ numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, testResults: [], ...over });

describe('the closing line of a test run', () => {
  test('is two counts when nothing was skipped', () => {
    expect(closingLines(run({ numPassedTests: 12 }))).toEqual(['12 passed, 0 failed']);
  });

  test('counts a suite that could not run as a failure', () => {
    expect(closingLines(run({ numPassedTests: 3, numFailedTests: 1, numRuntimeErrorTestSuites: 2 }))).toEqual(['3 passed, 3 failed']);
  });

  test('names what was skipped before it counts it', () => {
    const tests = [
      { status: 'passed', fullName: 'a works' },
      { status: 'pending', fullName: 'a waits for gpg' },
      { status: 'todo', fullName: 'a is missing' },
    ];
    const lines = closingLines(run({ numPassedTests: 1, testResults: [suite(tests)] }));
    expect(lines).toEqual(['skipped: a waits for gpg', 'skipped: a is missing', '1 passed, 0 failed, 2 skipped']);
  });

  test('names a suite that was skipped whole and listed no test', () => {
    expect(closingLines(run({ testResults: [suite([], true)] }))).toEqual(['skipped: /x/a.spec.ts', '0 passed, 0 failed, 1 skipped']);
  });

  test('stays readable when a name filter skips very many', () => {
    const tests = Array.from({ length: 80 }, (_, n) => ({ status: 'pending', fullName: `t${n}` }));
    const lines = closingLines(run({ testResults: [suite(tests)] }));
    expect(lines).toHaveLength(52);
    expect(lines.slice(-2)).toEqual(['skipped: … and 30 more', '0 passed, 0 failed, 80 skipped']);
  });
});
