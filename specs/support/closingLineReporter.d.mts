interface RunResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly testFilePath: string;
    readonly skipped: boolean;
    readonly testResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

export function closingLines(results: RunResults): string[];

export default function closingLineReporter(): { onRunComplete(contexts: unknown, results: RunResults): void };
