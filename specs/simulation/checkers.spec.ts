import { expect, test } from '@jest/globals';
import type { TraceEntry } from '../../core/simulation/trace.js';
import { beginWorld } from '../support/beginWorld.js';

const framesOf = (trace: readonly TraceEntry[]): readonly string[] =>
  trace.flatMap((entry) => (entry.kind === 'frame' && entry.moment === 'sent' ? [`${entry.from}: ${entry.what}`] : []));

test('no checker finds anything when friends write, read, send a file, lose power and come back', async () => {
  const world = await beginWorld(1);
  const [pi, board] = await world.friends('pi', 'board');
  await world.runFor(5_000);
  await pi.message('board', 'hello');
  await world.settle();
  await board.read('pi');
  await world.settle();
  expect(framesOf(world.trace)).toEqual([
    'pi: HELLO',
    'board: NOISE 2',
    'pi: NOISE 3',
    'pi: READY',
    'board: READY',
    'pi: MSG text',
    'board: ACK',
    'board: MSG read',
    'pi: ACK',
  ]);
  const bytes = world.rng.fork('photo').bytes(40_000);
  await pi.file('board', 'photo.png', bytes);
  await world.settle();
  await board.accept();
  world.crash('board');
  await pi.message('board', 'are you there?');
  await world.restart('board');
  await world.runFor(120_000);
  expect([...world.findings, ...world.checkers.undelivered(), ...world.checkers.atRest()]).toEqual([]);
  expect(board.received.get('photo.png')?.bytes).toEqual(bytes);
  await world.end();
});
