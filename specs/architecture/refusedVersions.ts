import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/root.js';

/** `npm audit` asks a service that is not always there; this list is ours, in the repository. */
interface Refusal {
  readonly package: string;
  /** First refused version; from the first one there is when absent. */
  readonly from?: string;
  /** First version that is fine again; none when absent. */
  readonly below?: string;
  readonly advisory: string;
  readonly why: string;
}

export interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface LockFile {
  readonly lockfileVersion: number;
  /** Path from the root (`node_modules/a/node_modules/b`) → what is installed there; the root itself is ''. */
  readonly packages: Readonly<Record<string, LockEntry>>;
}

export const readJson = <T>(path: string): T => JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as T;
export const refusals = readJson<readonly Refusal[]>('specs/architecture/refused-versions.json');

/** Negative, zero or positive as a stands before, at or after b; a pre-release counts as its release. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string): readonly number[] => (version.split(/[-+]/)[0] ?? '').split('.').map(Number);
  const [left, right] = [parts(a), parts(b)];
  for (const index of [0, 1, 2]) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export const packageName = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** What the lock file installs although it is refused, with the reason. */
export function refusedIn(lock: LockFile): readonly string[] {
  return Object.entries(lock.packages).flatMap(([path, { version }]) => {
    if (path === '' || version === undefined) return [];
    const hits = refusals.filter((refusal) => {
      if (refusal.package !== packageName(path)) return false;
      const isLate = refusal.from === undefined || compareVersions(version, refusal.from) >= 0;
      return isLate && (refusal.below === undefined || compareVersions(version, refusal.below) < 0);
    });
    return hits.map(({ advisory, why }) => `${path} ${version}: ${why} (${advisory})`);
  });
}
