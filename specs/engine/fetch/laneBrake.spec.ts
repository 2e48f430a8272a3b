import { expect, test } from '@jest/globals';
import { BulkLane } from '../../../core/engine/dataPlane/BulkLane.js';
import { LaneBrake } from '../../../core/engine/fetch/LaneBrake.js';
import { FakeSessions } from '../../support/FakeSessions.js';
import { peerOf } from '../../support/samples.js';

test('sessions that waited for the disk are read again in turn: none is always the last', () => {
  const resumed: number[] = [];
  const lanes = [0, 1, 2].map((n) => {
    const session = new FakeSessions().connect(peerOf(n + 1));
    const resume = session.resume.bind(session);
    session.resume = () => {
      resumed.push(n);
      resume();
    };
    return new BulkLane(session);
  });
  const brake = new LaneBrake();
  for (let round = 0; round < 3; round++) {
    brake.set(true, lanes);
    brake.set(false, lanes);
  }
  expect(resumed).toHaveLength(9);
  expect(new Set([resumed[0], resumed[3], resumed[6]])).toEqual(new Set([0, 1, 2]));
});
