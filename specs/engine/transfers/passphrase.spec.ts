import { beforeEach, describe, expect, test } from '@jest/globals';
import { toHex } from '../../../core/base/bytes.js';
import { connect, noise, Party, settle } from '../../support/transferParty.js';

describe('[P-6.2] an offer with a passphrase', () => {
  let pi: Party;
  let board: Party;

  beforeEach(() => {
    pi = new Party(1);
    board = new Party(2);
    pi.source.put('/home/pi/plan.pdf', noise(3_000_000));
  });

  test('is accepted with the right one only, which may be tried again; nothing is written before', async () => {
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/home/pi/plan.pdf'], 'open sesame');
    await settle(link);
    expect(await board.transfers.list()).toMatchObject([{ state: 'offered', needsPassphrase: true }]);
    await expect(board.transfers.accept(id)).rejects.toMatchObject({ code: 'PASSPHRASE_NEEDED' });
    for (const wrong of ['Open sesame', 'open sesam', 'x']) {
      await expect(board.transfers.accept(id, { passphrase: wrong })).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG' });
    }
    await settle(link);
    expect(board.sink.partCount + board.sink.received.size).toBe(0);
    expect(await board.transfers.list()).toMatchObject([{ state: 'offered', needsPassphrase: true }]);
    await board.transfers.accept(id, { passphrase: 'open sesame' });
    await settle(link);
    expect(Buffer.compare(board.sink.received.get('plan.pdf')?.bytes ?? Buffer.of(), noise(3_000_000))).toBe(0);
    expect(pi.of('transfer.completed')).toHaveLength(1);
    expect((await board.transfers.list())[0]).not.toHaveProperty('needsPassphrase');
  });

  test('holds neither the key nor the passphrase; the store keeps the key alone', async () => {
    await pi.transfers.send(board.peer, ['/home/pi/plan.pdf'], 'open sesame');
    const [record] = await pi.store.all();
    expect(record?.fileKey).toHaveLength(32);
    expect(toHex(record?.manifest ?? new Uint8Array(0))).not.toContain(toHex(record?.fileKey ?? new Uint8Array(1)));
    const all = JSON.stringify(record, (_name, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value));
    expect(all).not.toContain('sesame');
  });

  test('and one without it do not mind each other', async () => {
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/home/pi/plan.pdf']);
    await settle(link);
    expect((await board.transfers.list())[0]).not.toHaveProperty('needsPassphrase');
    await board.transfers.accept(id, { passphrase: 'not needed' });
    await settle(link);
    expect(board.sink.received.size).toBe(1);
  });
});
