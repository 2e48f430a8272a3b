import process from 'node:process';

const NAMED_MAX = 50;

/**
 * The skipped specs by name, then `N passed, N failed` (`, N skipped`) alone on the last line, for machines and people
 * that read only that. A suite that could not run at all counts as one failure.
 */
export function closingLines(results) {
  const skipped = results.testResults.flatMap((suite) => {
    const tests = suite.testResults.filter(({ status }) => status === 'pending' || status === 'todo').map(({ fullName }) => fullName);
    return suite.skipped && tests.length === 0 ? [suite.testFilePath] : tests;
  });
  const named = skipped.slice(0, NAMED_MAX).map((name) => `skipped: ${name}`);
  if (skipped.length > NAMED_MAX) named.push(`skipped: … and ${skipped.length - NAMED_MAX} more`);
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return [...named, `${results.numPassedTests} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`];
}

/** Jest calls it with `new`; a plain object with the hook is all it needs. */
export default function closingLineReporter() {
  return {
    onRunComplete(_contexts, results) {
      // Jest writes its own summary to stderr; these lines must come after it, wherever both streams end up.
      process.on('exit', () => process.stdout.write(`\n${closingLines(results).join('\n')}\n`));
    },
  };
}
