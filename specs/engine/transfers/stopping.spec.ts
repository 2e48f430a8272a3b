import { expect, test } from '@jest/globals';
import type { FileSink } from '../../../core/ports/files.js';
import { MemoryFileSink } from '../../../core/simulation/memoryFiles.js';
import { itemOf, SharingParty } from '../../support/fetchParty.js';
import { connect, noise, Party, settle } from '../../support/transferParty.js';

/** A folder that is looked at for as long as the spec likes. */
class SlowSink extends MemoryFileSink {
  readonly #waiting: (() => void)[] = [];

  override prepare(...args: Parameters<FileSink['prepare']>): Promise<void> {
    return new Promise<void>((resolve) => this.#waiting.push(resolve)).then(() => super.prepare(...args));
  }

  ready(): void {
    for (const go of this.#waiting.splice(0)) go();
  }
}

test.each([true, false])(
  'a device that stops while an offer is being accepted (asked: %s) leaves it to the next start, and does nothing more',
  async (isAsked) => {
    const sink = new SlowSink();
    const [pi, board] = [new Party(1), new Party(2, { sink })];
    if (!isAsked) board.trust = { bytesMax: 1_000, into: '/x' };
    pi.source.put('/x/a', noise(10), 5);
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/x/a']);
    await settle(link);
    const accepted = isAsked ? board.transfers.accept(id, { into: '/x' }) : undefined;
    await settle(link);
    await board.transfers.stop();
    sink.ready();
    if (accepted) await expect(accepted).rejects.toMatchObject({ code: 'STOPPED' });
    await settle(link);
    expect((await board.store.all()).map(({ state }) => state)).toEqual(['offered']);
    expect(board.of('transfer.accepted')).toEqual([]);
    expect([board.sessions.wanted.size, board.clock.pending]).toEqual([0, 0]);
  },
);

test('a device that stops while something is about to be fetched does not begin with it', async () => {
  const sink = new SlowSink();
  const me = new SharingParty(2, { sink });
  const fetching = me.transfers.fetches.begin(new SharingParty(3).peer, [itemOf('a', noise(10))], '/x');
  await me.transfers.stop();
  sink.ready();
  await expect(fetching).rejects.toMatchObject({ code: 'STOPPED' });
  expect(await me.store.all()).toEqual([]);
  expect(me.of('transfer.fetching')).toEqual([]);
  expect([me.sessions.wanted.size, me.clock.pending]).toEqual([0, 0]);
});

test('a device that stops while a fetch is noted leaves it to the next start', async () => {
  const me = new SharingParty(2);
  const put = me.store.put.bind(me.store);
  let noted: () => void = () => undefined;
  me.store.put = async (record) => {
    await new Promise<void>((resolve) => (noted = resolve));
    await put(record);
  };
  const fetching = me.transfers.fetches.begin(new SharingParty(3).peer, [itemOf('a', noise(10))]);
  await me.transfers.stop();
  noted();
  await expect(fetching).rejects.toMatchObject({ code: 'STOPPED' });
  expect((await me.store.all()).map(({ state }) => state)).toEqual(['paused']);
  expect(me.of('transfer.fetching')).toEqual([]);
  expect([me.sessions.wanted.size, me.clock.pending]).toEqual([0, 0]);
});
