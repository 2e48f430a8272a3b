import { expect, test } from '@jest/globals';
import { runSimulator, type Search } from '../support/simulator.js';

test('threads come to the same sum, however many share the runs', async () => {
  const seeds = ['--seed', '1', '--runs', '12', '--faults', 'packets', '--devices', '2'];
  const alone = await runSimulator([...seeds, '--workers', '1']);
  const together = await runSimulator([...seeds, '--workers', '2']);
  const untimed = ({ lines }: Search): unknown => ({ ...lines.at(-1), tookMs: 0 });
  expect(alone.lines.at(-1)).toMatchObject({ type: 'summary', runs: 12, asked: 12 });
  expect(untimed(together)).toEqual(untimed(alone));
  expect(together.exit).toBe(alone.exit);
}, 120_000);
