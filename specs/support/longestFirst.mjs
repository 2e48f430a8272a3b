import { statSync } from 'node:fs';

/** Below specs, longest first as measured on two cores; all others take less than ten seconds each. */
export const LONGEST = [
  'simulation/seeds',
  'e2e/faults/killedFiles',
  'e2e/faults/killedMessages',
  'e2e/faults/killedFolders',
  'simulation/planted',
  'architecture/lint',
  'e2e/files/holders',
  'plugins/openpgp-files/withGpg',
  'fuzz/framesInSessions',
  'plugins/openpgp-files/damage',
  'e2e/files/fetch',
  'fuzz/framesInHandshakes',
  'e2e/faults/reconnectStorm',
  'e2e/dashboard/terminal',
  'e2e/dashboard/hostileText',
  'e2e/dashboard/chat',
  'e2e/faults/brokerKilled',
  'e2e/openpgp',
  'e2e/faults/slowLoris',
  'e2e/heldFiles',
  'simulation/regressions',
  'e2e/badInput',
  'fuzz/bytesFromOutside',
  'e2e/files/meanwhile',
  'e2e/files/folders',
];

/**
 * In which order spec files are begun. On a fresh machine the runner would go by the size of a file, and begin some of the
 * longest when nothing is left to do beside them.
 */
export function longestFirst(tests) {
  const rank = (path) => {
    const at = LONGEST.findIndex((name) => path.replaceAll('\\', '/').endsWith(`/specs/${name}.spec.ts`));
    return at < 0 ? LONGEST.length : at;
  };
  const known = tests.map((test) => ({ test, rank: rank(test.path), bytes: statSync(test.path).size }));
  return known.sort((a, b) => a.rank - b.rank || b.bytes - a.bytes).map(({ test }) => test);
}

/** Jest calls it with `new`. This order depends on no earlier run, so nothing is kept of one. */
export default function sequencer() {
  return { sort: longestFirst, cacheResults: () => undefined };
}
