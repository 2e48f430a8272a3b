import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../support/root.js';

interface Report {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string; readonly to: string }[];
  };
}

/** Runs dependency-cruiser with our rules over the folders of a tree. `rule: from → to` for each violation, sorted. */
export function cruise(root: string, folders: readonly string[]): Promise<{ readonly modules: number; readonly violations: readonly string[] }> {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = join(ROOT, 'specs/architecture/dependency-cruiser.cjs');
  const args = [program, '--config', config, '--output-type', 'json', ...folders];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      // With violations it exits non-zero and still reports; without a report it failed itself.
      if (!stdout.startsWith('{')) {
        reject(error ?? new Error(stderr));
        return;
      }
      const { summary } = JSON.parse(stdout) as Report;
      const violations = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
      resolve({ modules: summary.totalCruised, violations: violations.sort() });
    });
  });
}
