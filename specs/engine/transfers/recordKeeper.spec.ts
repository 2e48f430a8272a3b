import { expect, test } from '@jest/globals';
import type { TransferId } from '../../../core/base/ids.js';
import { RecordKeeper } from '../../../core/engine/transfers/RecordKeeper.js';
import type { TransferRecord } from '../../../core/ports/stores.js';
import { VirtualClock } from '../../../core/simulation/VirtualClock.js';
import { peerOf } from '../../support/samples.js';

const RECORD: TransferRecord = {
  id: '00'.repeat(16) as TransferId,
  peer: peerOf(1),
  direction: 'out',
  state: 'offered',
  manifest: new Uint8Array(0),
  paths: [],
  createdMs: 0,
};

test('the record of a transfer is stored as it stands when that is said, at whatever moment it changed', async () => {
  for (let turns = 0; turns < 12; turns++) {
    const stored: TransferRecord[] = [];
    const store = { put: (record: TransferRecord) => Promise.resolve(void stored.push(record)), finished: () => Promise.resolve() };
    const keeper = new RecordKeeper(RECORD, { store, clock: new VirtualClock(), refused: () => undefined });
    void keeper.keep();
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    keeper.change({ state: 'cancelled' });
    await keeper.keep();
    expect([turns, stored.at(-1)?.state]).toEqual([turns, 'cancelled']);
  }
});

test('a change of state outlives what else changes while it is being stored; a newer state does not give way to it', async () => {
  const stored: TransferRecord[] = [];
  const store = { put: (record: TransferRecord) => Promise.resolve(void stored.push(record)), finished: () => Promise.resolve() };
  const keeper = new RecordKeeper(RECORD, { store, clock: new VirtualClock(), refused: () => undefined });
  const accepting = keeper.saveChange({ state: 'active' });
  keeper.change({ heldThere: true });
  await Promise.all([accepting, keeper.keep()]);
  expect(stored.at(-1)).toMatchObject({ state: 'active', heldThere: true });
  const pausing = keeper.saveChange({ state: 'paused', heldHere: true });
  keeper.change({ state: 'cancelled' });
  await Promise.all([pausing, keeper.keep()]);
  expect(stored.at(-1)).toMatchObject({ state: 'cancelled', heldHere: true });
});
