import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseAccountName, type MessageId, type PeerId } from '../../core/base/ids.js';
import { OUTBOX_PER_PEER_MAX } from '../../core/base/limits.js';
import type { Contact, ContactStore, MessageStore, NewMessage, SettingsStore, TransferRecord, TransferStore } from '../../core/ports/stores.js';
import { messageIdOf, peerOf, rejection, transferIdOf } from '../support/samples.js';

export interface Stores {
  readonly settings: SettingsStore;
  readonly contacts: ContactStore;
  readonly messages: MessageStore;
  readonly transfers: TransferStore;
}

export interface StoresUnderTest {
  readonly stores: Stores;
  /** The same device after a restart. */
  restart(): Promise<Stores>;
  close(): Promise<void>;
}

const ANNA = peerOf(1);
const BEN = peerOf(2);
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

const message = (n: number, text = `text ${n}`, peer: PeerId = ANNA): NewMessage => ({
  id: messageIdOf(n),
  peer,
  text,
  createdMs: 1_700_000_000_000 + n,
  storedMs: 1_700_000_000_500 + n,
});

/** What every implementation of the four stores promises; `setup` gives empty ones. */
export function storesContract(setup: () => Promise<StoresUnderTest>): void {
  let under: StoresUnderTest;
  let stores: Stores;

  beforeEach(async () => {
    under = await setup();
    stores = under.stores;
  });
  afterEach(() => under.close());

  const restart = async (): Promise<void> => {
    stores = await under.restart();
  };

  describe('settings', () => {
    test('there is no account before one is set, and the last one set stays', async () => {
      expect(await stores.settings.account()).toBeUndefined();
      await stores.settings.setAccount({ name: parseAccountName('pi'), directoryName: 'room' });
      await stores.settings.setAccount({ name: parseAccountName('pî'), directoryName: 'hall' });
      await restart();
      expect(await stores.settings.account()).toEqual({ name: 'pî', directoryName: 'hall' });
    });

    test('a counter starts at one and never gives a value twice, over restarts too', async () => {
      const first = await Promise.all([stores.settings.increment('seq'), stores.settings.increment('seq'), stores.settings.increment('other')]);
      expect(first).toEqual([1, 2, 1]);
      await restart();
      expect(await stores.settings.increment('seq')).toBe(3);
    });

    test('a value is kept under its key, the last write wins', async () => {
      expect(await stores.settings.get('presence')).toBeUndefined();
      await Promise.all([stores.settings.set('presence', 'busy'), stores.settings.set('presence', 'away'), stores.settings.set('x', '')]);
      await restart();
      expect(await stores.settings.get('presence')).toBe('away');
      expect(await stores.settings.get('x')).toBe('');
    });
  });

  describe('contacts', () => {
    const anna: Contact = { peer: ANNA, name: parseAccountName('anna'), state: 'outgoing', verified: false, addresses: [] };
    const ben: Contact = {
      peer: BEN,
      name: parseAccountName('ben'),
      state: 'friend',
      verified: true,
      changedTo: peerOf(3),
      addresses: ['tcp://[::1]:4', 'tcp://"x",\'y\''],
    };

    test('are kept whole, in the order in which they came', async () => {
      await stores.contacts.put(ben);
      await stores.contacts.put(anna);
      await restart();
      expect(await stores.contacts.all()).toEqual([ben, anna]);
    });

    test('a contact put again replaces itself, and an optional field that is gone is gone', async () => {
      await stores.contacts.put(ben);
      const { changedTo: _, ...unchanged } = ben;
      const trusting = { ...unchanged, trust: { bytesMax: 2 ** 40, into: '/mnt/Bücher' } };
      await stores.contacts.put(trusting);
      expect(await stores.contacts.all()).toEqual([trusting]);
      await stores.contacts.put({ ...unchanged, state: 'incoming' });
      expect(await stores.contacts.all()).toEqual([{ ...unchanged, state: 'incoming' }]);
    });

    test('one that is removed is gone, and removing nobody is fine', async () => {
      await stores.contacts.put(anna);
      await stores.contacts.remove(ANNA);
      await stores.contacts.remove(BEN);
      await restart();
      expect(await stores.contacts.all()).toEqual([]);
    });
  });

  describe('outgoing messages', () => {
    test('a queued one is in the history and in the outbox, with its content', async () => {
      const stored = await stores.messages.queue(message(1, 'héllo'), bytes(1, 2, 3));
      expect(stored).toEqual({ ...message(1, 'héllo'), direction: 'out', state: 'queued', position: stored.position });
      await restart();
      expect(await stores.messages.get(messageIdOf(1), ANNA, 'out')).toEqual(stored);
      expect(await stores.messages.outbox(ANNA, 0, 10)).toEqual([{ position: expect.any(Number), id: messageIdOf(1), peer: ANNA, content: bytes(1, 2, 3) }]);
      expect(await stores.messages.outboxPeers()).toEqual([ANNA]);
    });

    test('the outbox is read in the order of the calls, page by page', async () => {
      await Promise.all([1, 2, 3, 4, 5].map((n) => stores.messages.queue(message(n), bytes(n))));
      const first = await stores.messages.outbox(ANNA, 0, 2);
      const second = await stores.messages.outbox(ANNA, first[1]?.position ?? 0, 2);
      const third = await stores.messages.outbox(ANNA, second[1]?.position ?? 0, 2);
      expect([first, second, third].map((page) => page.map(({ content }) => content[0]))).toEqual([[1, 2], [3, 4], [5]]);
    });

    test('each peer has an outbox of their own', async () => {
      await stores.messages.queue(message(1), bytes(1));
      await stores.messages.queue(message(2, 'to ben', BEN), bytes(2));
      expect((await stores.messages.outbox(BEN, 0, 10)).map(({ id }) => id)).toEqual([messageIdOf(2)]);
      expect(new Set(await stores.messages.outboxPeers())).toEqual(new Set([ANNA, BEN]));
    });

    test('become sent, delivered and read, and say which of them changed', async () => {
      await stores.messages.queue(message(1), bytes(1));
      await stores.messages.queue(message(2), bytes(2));
      const ids = [messageIdOf(2), messageIdOf(1), messageIdOf(9)];
      expect(await stores.messages.markSent(ids)).toEqual([messageIdOf(2), messageIdOf(1)]);
      expect(await stores.messages.markSent(ids)).toEqual([]);
      expect(await stores.messages.acknowledged(ANNA, ids)).toHaveLength(2);
      expect(await stores.messages.acknowledged(ANNA, ids)).toEqual([]);
      expect(await stores.messages.receiveReceipt(ANNA, ids)).toHaveLength(2);
      expect(await stores.messages.receiveReceipt(ANNA, ids)).toEqual([]);
      await restart();
      expect((await stores.messages.history({ peer: ANNA, limit: 10 })).map(({ state }) => state)).toEqual(['read', 'read']);
      expect(await stores.messages.outbox(ANNA, 0, 10)).toEqual([]);
      expect(await stores.messages.outboxPeers()).toEqual([]);
    });

    test('never go back: what is read stays read whatever comes late', async () => {
      await stores.messages.queue(message(1), bytes(1));
      await stores.messages.receiveReceipt(ANNA, [messageIdOf(1)]);
      expect(await stores.messages.markSent([messageIdOf(1)])).toEqual([]);
      expect(await stores.messages.acknowledged(ANNA, [messageIdOf(1)])).toEqual([]);
      expect(await stores.messages.get(messageIdOf(1), ANNA, 'out')).toMatchObject({ state: 'read' });
      expect(await stores.messages.outbox(ANNA, 0, 10)).toEqual([]);
    });

    test('nobody can acknowledge or read what was sent to somebody else', async () => {
      await stores.messages.queue(message(1), bytes(1));
      expect(await stores.messages.acknowledged(BEN, [messageIdOf(1)])).toEqual([]);
      expect(await stores.messages.receiveReceipt(BEN, [messageIdOf(1)])).toEqual([]);
      expect(await stores.messages.get(messageIdOf(1), ANNA, 'out')).toMatchObject({ state: 'queued' });
      expect(await stores.messages.outbox(ANNA, 0, 10)).toHaveLength(1);
    });

    test('a full outbox refuses the next one and keeps nothing of it', async () => {
      await Promise.all(Array.from({ length: OUTBOX_PER_PEER_MAX }, (_, n) => stores.messages.queue(message(n + 1), bytes(1))));
      const extra = OUTBOX_PER_PEER_MAX + 1;
      expect(await rejection(stores.messages.queue(message(extra), bytes(1)))).toBe('OUTBOX_FULL');
      expect(await stores.messages.get(messageIdOf(extra), ANNA, 'out')).toBeUndefined();
      await stores.messages.queue(message(extra, 'to ben', BEN), bytes(1));
      await stores.messages.acknowledged(ANNA, [messageIdOf(1)]);
      expect(await stores.messages.queue(message(extra), bytes(1))).toMatchObject({ state: 'queued' });
    });

    test('forgetting a peer empties their outbox and leaves the history and everybody else', async () => {
      await stores.messages.queue(message(1), bytes(1));
      await stores.messages.queue(message(2, 'to ben', BEN), bytes(2));
      await stores.messages.forget(ANNA);
      await restart();
      expect(await stores.messages.outboxPeers()).toEqual([BEN]);
      expect(await stores.messages.history({ peer: ANNA, limit: 10 })).toHaveLength(1);
      expect(await stores.messages.counts()).toEqual([{ peer: BEN, waiting: 1, unread: 0 }]);
    });

    test('content that is changed after the call is stored as it was', async () => {
      const content = bytes(1, 2, 3);
      const queued = stores.messages.queue(message(1), content);
      await queued;
      content.fill(9);
      expect((await stores.messages.outbox(ANNA, 0, 1))[0]?.content).toEqual(bytes(1, 2, 3));
    });
  });

  describe('incoming messages', () => {
    test('are appended in order and only once', async () => {
      expect(await stores.messages.receive([message(1), message(2), message(1)])).toEqual(['new', 'new', 'duplicate']);
      await restart();
      expect(await stores.messages.receive([message(2), message(3)])).toEqual(['duplicate', 'new']);
      expect((await stores.messages.history({ peer: ANNA, limit: 10 })).map(({ id }) => id)).toEqual([1, 2, 3].map(messageIdOf));
    });

    test('the same id from another peer, or sent by us, is another message', async () => {
      await stores.messages.queue(message(1, 'ours'), bytes(1));
      expect(await stores.messages.receive([message(1, 'theirs')])).toEqual(['new']);
      expect(await stores.messages.receive([message(1, 'of ben', BEN)])).toEqual(['new']);
      expect(await stores.messages.get(messageIdOf(1), ANNA, 'in')).toMatchObject({ text: 'theirs', state: 'received' });
      expect(await stores.messages.get(messageIdOf(1), ANNA, 'out')).toMatchObject({ text: 'ours', state: 'queued' });
    });

    test('a duplicate with another text changes nothing', async () => {
      await stores.messages.receive([message(1, 'first')]);
      await stores.messages.receive([message(1, 'second')]);
      expect(await stores.messages.get(messageIdOf(1), ANNA, 'in')).toMatchObject({ text: 'first' });
    });

    test('concurrent calls take effect in the order of the calls', async () => {
      const answers = await Promise.all([
        stores.messages.receive([message(1)]),
        stores.messages.receive([message(1), message(2)]),
        stores.messages.receive([message(2)]),
      ]);
      expect(answers).toEqual([['new'], ['duplicate', 'new'], ['duplicate']]);
    });

    test('are unread until they are read, and the receipt for them waits in the outbox', async () => {
      await stores.messages.receive([message(1), message(2), message(3, 'of ben', BEN)]);
      expect((await stores.messages.unread(ANNA)).map(({ id }) => id)).toEqual([messageIdOf(1), messageIdOf(2)]);
      await stores.messages.markRead(ANNA, [messageIdOf(1), messageIdOf(3)], { id: messageIdOf(7), content: bytes(7) });
      await restart();
      expect((await stores.messages.unread(ANNA)).map(({ id }) => id)).toEqual([messageIdOf(2)]);
      expect((await stores.messages.unread(BEN)).map(({ id }) => id)).toEqual([messageIdOf(3)]);
      expect((await stores.messages.outbox(ANNA, 0, 10)).map(({ id, content }) => [id, content])).toEqual([[messageIdOf(7), bytes(7)]]);
    });

    test('receipts stand in the outbox among the texts in the order of the calls', async () => {
      await stores.messages.receive([message(1)]);
      const texts = stores.messages.queue(message(2), bytes(2));
      const receipt = stores.messages.markRead(ANNA, [messageIdOf(1)], { id: messageIdOf(3), content: bytes(3) });
      await Promise.all([texts, receipt, stores.messages.queue(message(4), bytes(4))]);
      expect((await stores.messages.outbox(ANNA, 0, 10)).map(({ content }) => content[0])).toEqual([2, 3, 4]);
      expect(await stores.messages.acknowledged(ANNA, [messageIdOf(3)])).toEqual([]);
      expect(await stores.messages.outbox(ANNA, 0, 10)).toHaveLength(2);
    });
  });

  describe('counts', () => {
    test('are those of texts that wait and texts that are unread, and not of receipts', async () => {
      expect(await stores.messages.counts()).toEqual([]);
      await stores.messages.receive([message(1), message(2), message(3, 'of ben', BEN)]);
      await stores.messages.queue(message(4), bytes(4));
      await stores.messages.queue(message(5), bytes(5));
      await stores.messages.markSent([messageIdOf(4)]);
      await stores.messages.markRead(ANNA, [messageIdOf(1)], { id: messageIdOf(6), content: bytes(6) });
      const counts = [...(await stores.messages.counts())].sort((a, b) => b.waiting - a.waiting);
      expect(counts).toEqual([
        { peer: ANNA, waiting: 2, unread: 1 },
        { peer: BEN, waiting: 0, unread: 1 },
      ]);
      await stores.messages.acknowledged(ANNA, [messageIdOf(4), messageIdOf(5)]);
      expect((await stores.messages.counts()).find(({ peer }) => peer === ANNA)).toEqual({ peer: ANNA, waiting: 0, unread: 1 });
    });
  });

  describe('history', () => {
    const ids = async (query: { search?: string; before?: number; limit?: number }): Promise<readonly MessageId[]> =>
      (await stores.messages.history({ peer: ANNA, limit: 100, ...query })).map(({ id }) => id);

    test('is the newest messages, oldest first, in both directions, and goes on before a position', async () => {
      await stores.messages.receive([message(1), message(2), message(9, 'of ben', BEN)]);
      await stores.messages.queue(message(3), bytes(3));
      await stores.messages.receive([message(4)]);
      const page = await stores.messages.history({ peer: ANNA, limit: 2 });
      expect(page.map(({ id }) => id)).toEqual([messageIdOf(3), messageIdOf(4)]);
      expect(await ids({ before: page[0]?.position ?? 0, limit: 2 })).toEqual([messageIdOf(1), messageIdOf(2)]);
      expect(await stores.messages.history({ peer: peerOf(7), limit: 2 })).toEqual([]);
    });

    test.each([
      ['ÉTÉ', [1]],
      ['e\u0301te\u0301', [1]],
      ['ete', []],
      ['100%', [2]],
      ['%', [2]],
      ['_', [3]],
      ['a\\b', [3]],
      ["'; DROP", [4]],
      ['strasse', [5]],
      ['ЁЖ', [6]],
      ['zwei\nzeilen', [7]],
      ['\u0000b', [8]],
      ['👩‍🚀', [9]],
    ])('finds %j', async (search, found) => {
      const texts = [
        'Un été à Paris',
        'is 100% sure',
        'snake_case a\\b',
        "it's'; DROP TABLE messages",
        'Straße',
        'ёж',
        'Zwei\nZeilen',
        'a\u0000b',
        'to 👩‍🚀 space',
      ];
      await stores.messages.receive(texts.map((text, i) => message(i + 1, text)));
      expect(await ids({ search })).toEqual(found.map(messageIdOf));
    });

    test('gives back every text as it was', async () => {
      const texts = ['\uFEFFbom', 'a\u0000b', '\r\n', '\u{10FFFF}', "'", '字'.repeat(20_000)];
      await stores.messages.receive(texts.map((text, i) => message(i + 1, text)));
      await restart();
      expect((await stores.messages.history({ peer: ANNA, limit: 10 })).map(({ text }) => text)).toEqual(texts);
    });

    test('search, position and limit go together', async () => {
      await stores.messages.receive([message(1, 'Yes'), message(2, 'no'), message(3, 'yes!'), message(4, 'oh YES')]);
      const [newest] = await stores.messages.history({ peer: ANNA, search: 'yes', limit: 1 });
      expect(newest?.id).toBe(messageIdOf(4));
      expect(await ids({ search: 'yes', before: newest?.position ?? 0, limit: 1 })).toEqual([messageIdOf(3)]);
    });
  });

  describe('transfers', () => {
    const record = (n: number): TransferRecord => ({
      id: transferIdOf(n),
      peer: ANNA,
      direction: 'in',
      state: 'offered',
      manifest: bytes(0, 255, n),
      paths: ['/home/x/"quoted"', ''],
      createdMs: 1_700_000_000_000,
    });

    test('are kept whole, in the order in which they came, and replaced by id', async () => {
      await stores.transfers.put(record(2));
      await stores.transfers.put(record(1));
      await stores.transfers.put({ ...record(2), state: 'paused', item: 0, heldHere: true, heldThere: true });
      expect(await stores.transfers.get(transferIdOf(2))).toEqual({ ...record(2), state: 'paused', item: 0, heldHere: true, heldThere: true });
      await stores.transfers.put({ ...record(2), state: 'failed', code: 'DISK_FULL' });
      await restart();
      expect(await stores.transfers.all()).toEqual([{ ...record(2), state: 'failed', code: 'DISK_FULL' }, record(1)]);
      expect(await stores.transfers.get(transferIdOf(1))).toEqual(record(1));
      expect(await stores.transfers.get(transferIdOf(3))).toBeUndefined();
    });

    test('keep the chunks and the hashes of each item, also when the record is put again', async () => {
      await stores.transfers.put(record(1));
      expect(await stores.transfers.chunks(transferIdOf(1))).toEqual(bytes());
      await Promise.all([
        stores.transfers.setChunks(transferIdOf(1), bytes(0x80)),
        stores.transfers.setHashes(transferIdOf(1), 0, new Uint8Array(64).fill(7)),
        stores.transfers.setChunks(transferIdOf(1), bytes(0xc0, 1)),
      ]);
      await stores.transfers.put({ ...record(1), state: 'active' });
      await restart();
      expect(await stores.transfers.chunks(transferIdOf(1))).toEqual(bytes(0xc0, 1));
      expect(await stores.transfers.hashes(transferIdOf(1), 0)).toEqual(new Uint8Array(64).fill(7));
      expect(await stores.transfers.hashes(transferIdOf(1), 1)).toEqual(bytes());
    });

    test('keep their manifest and paths for good, and add to them what is finished', async () => {
      const { transfers } = stores;
      const [into, fileKey, roots] = ['/media/stick', new Uint8Array(32).fill(5), bytes(64)];
      await transfers.finished(transferIdOf(1), [{ item: 1, path: '/nowhere' }]);
      await transfers.put({ ...record(1), paths: ['', '', ''], roots });
      await transfers.finished(transferIdOf(1), [{ item: 2, path: '/r/c "\\' }]);
      await transfers.put({ ...record(1), state: 'active', manifest: bytes(9), paths: ['', '', ''], into, fileKey });
      await transfers.finished(transferIdOf(1), [{ item: 0, path: '/r/a' }]);
      await restart();
      const expected = { ...record(1), state: 'active', paths: ['/r/a', '', '/r/c "\\'], into, fileKey, roots };
      expect(await stores.transfers.get(transferIdOf(1))).toEqual(expected);
      expect(await stores.transfers.all()).toEqual([expected]);
      await stores.transfers.remove(transferIdOf(1));
      await stores.transfers.put(record(1));
      expect(await stores.transfers.get(transferIdOf(1))).toEqual(record(1));
    });

    test('a bitmap that is changed after the call is stored as it was at the call', async () => {
      await stores.transfers.put(record(1));
      const bitmap = bytes(0x80);
      const stored = stores.transfers.setChunks(transferIdOf(1), bitmap);
      bitmap[0] = 0xff;
      await stored;
      expect(await stores.transfers.chunks(transferIdOf(1))).toEqual(bytes(0x80));
    });

    test('removing one removes its chunks, and what is confirmed late has nowhere to go', async () => {
      await stores.transfers.put(record(1));
      await stores.transfers.setChunks(transferIdOf(1), bytes(1));
      await stores.transfers.remove(transferIdOf(1));
      await stores.transfers.setHashes(transferIdOf(1), 0, bytes(1));
      await stores.transfers.put(record(1));
      expect(await stores.transfers.chunks(transferIdOf(1))).toEqual(bytes());
      expect(await stores.transfers.hashes(transferIdOf(1), 0)).toEqual(bytes());
    });
  });
}
