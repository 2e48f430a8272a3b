import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../architecture/sourceTree.js';

interface Ran {
  readonly exit: number | string;
  readonly documents: readonly { readonly type: string }[];
}

/** The built simulator, as a process of its own with its threads. */
const simulate = (...argv: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, 'dist/apps/simulator/main.js'), ...argv, '--json'], (error, out) => {
      const documents = out.trimEnd().split('\n');
      resolve({ exit: error?.code ?? 0, documents: documents.map((line) => JSON.parse(line) as Ran['documents'][number]) });
    });
  });

test('threads come to the same sum, however many share the runs', async () => {
  const seeds = ['--seed', '1', '--runs', '12', '--faults', 'packets', '--devices', '2'];
  const alone = await simulate(...seeds, '--workers', '1');
  const together = await simulate(...seeds, '--workers', '2');
  const untimed = ({ documents }: Ran): unknown => ({ ...documents.at(-1), tookMs: 0 });
  expect(alone.documents.at(-1)).toMatchObject({ type: 'summary', runs: 12, asked: 12 });
  expect(untimed(together)).toEqual(untimed(alone));
  expect(together.exit).toBe(alone.exit);
}, 120_000);
