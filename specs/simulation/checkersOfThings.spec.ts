import { describe, expect, test } from '@jest/globals';
import type { AccountName } from '../../core/base/ids.js';
import { OUTBOX_PER_PEER_MAX } from '../../core/base/limits.js';
import type { CheckedConnection, CheckedFile } from '../../core/simulation/checkers/Checker.js';
import { FileChecker } from '../../core/simulation/checkers/FileChecker.js';
import { FriendshipChecker } from '../../core/simulation/checkers/FriendshipChecker.js';
import { QueueChecker } from '../../core/simulation/checkers/QueueChecker.js';
import { TransferChecker } from '../../core/simulation/checkers/TransferChecker.js';
import { handmadePair } from '../support/checkedDevice.js';
import { messageIdOf, transferIdOf } from '../support/samples.js';

const META = { modifiedMs: 1_000, mode: 0o644 } as const;
const fileOf = (bytes: Uint8Array): CheckedFile => ({ bytes, ...META });

describe('the file checker', () => {
  const photo = Uint8Array.of(1, 2, 3, 4);
  const begin = () => {
    const { pi, board, roster, findings } = handmadePair();
    const checker = new FileChecker(roster, findings);
    checker.know('holiday/photo.png', fileOf(photo));
    return { pi, board, checker, findings };
  };

  test.each([
    ['under the name it was sent by', 'holiday/photo.png', photo, 0],
    ['under a number, for the name was taken', 'holiday/photo (2).png', photo, 0],
    ['cut short', 'holiday/photo.png', photo.subarray(0, 3), 1],
    ['with a byte that is another', 'holiday/photo.png', Uint8Array.of(1, 2, 9, 4), 1],
    ['under a name nobody sent', 'photo.png', photo, 1],
    ['in another folder', 'work/photo.png', photo, 1],
  ])('judges a file that stands there %s', (_, path, bytes, findings) => {
    const { board, checker, findings: found } = begin();
    board.received.set(path, fileOf(bytes));
    checker.step();
    checker.step();
    expect(found.all()).toHaveLength(findings);
    if (findings > 0) expect(found.all()[0]).toBe(`board holds '${path}' of ${bytes.length} bytes, which nobody sent so`);
  });

  test.each([
    ['another date', { modifiedMs: 2_000 }, 1],
    ['another mode', { mode: 0o600 }, 1],
    ['nothing changed', {}, 0],
  ])('finds a file that arrived with %s', (_, change, count) => {
    const { board, checker, findings } = begin();
    board.received.set('holiday/photo.png', { ...fileOf(photo), ...change });
    checker.step();
    expect(findings.all()).toHaveLength(count);
  });

  test('looks again at what a power cut may have taken', () => {
    const { board, checker, findings } = begin();
    let bytes = photo;
    board.received.set('holiday/photo.png', {
      ...META,
      get bytes() {
        return bytes;
      },
    });
    checker.step();
    bytes = new Uint8Array(0);
    checker.step();
    expect(findings.all()).toEqual([]);
    checker.crashed(board);
    expect(findings.all()).toEqual(["board holds 'holiday/photo.png' of 0 bytes, which nobody sent so"]);
  });

  test('finds a complete file that is gone', () => {
    const { board, checker, findings } = begin();
    board.received.set('holiday/photo.png', fileOf(photo));
    checker.step();
    board.received.clear();
    checker.step();
    expect(findings.all()).toEqual(['board lost 1 files that were complete']);
  });

  test.each(['in', 'out'] as const)('finds a transfer (%s) that is said to be complete and is not there', (direction) => {
    const { pi, board, checker, findings } = begin();
    const [device, peer] = direction === 'in' ? [board, pi.id] : [pi, board.id];
    const path = 'holiday/photo.png';
    const id = transferIdOf(1);
    const items = [{ name: path, bytes: 4 }];
    const complete = (): void => {
      checker.fact(device, { type: 'transfer.offered', peer, id, direction, items, bytes: 4 });
      checker.fact(device, { type: 'transfer.completed', peer, id, direction, paths: [direction === 'in' ? path : '/home/pi/holiday/photo.png'] });
    };
    board.received.set(path, fileOf(photo));
    complete();
    expect(findings.all()).toEqual([]);
    board.received.clear();
    complete();
    expect(findings.all()).toEqual([expect.stringContaining(`board does not hold '${path}'`)]);
  });
});

describe('the transfer checker', () => {
  test.each([
    ['offered', ['board says that transfer']],
    ['active', []],
    ['paused', []],
  ] as const)('judges a transfer that begins while the disk has it as %s', (state, expected) => {
    const { pi, board, roster, findings } = handmadePair();
    const id = transferIdOf(1);
    board.committed.transfers.put({ id, peer: pi.id, direction: 'in', state, manifest: new Uint8Array(0), paths: [], createdMs: 0 });
    new TransferChecker(roster, findings).fact(board, { type: 'transfer.started', peer: pi.id, id });
    expect(findings.all()).toEqual(expected.map((finding) => expect.stringContaining(finding) as unknown));
  });
});

describe('the transfer checker, after the end of a friendship', () => {
  test.each([
    ['paused', 'removed', 1],
    ['cancelled', 'removed', 0],
    ['paused', 'friend', 0],
  ] as const)('judges a transfer that was %s and goes on after the friend became %s', (state, change, count) => {
    const { pi, board, roster, findings } = handmadePair();
    const checker = new TransferChecker(roster, findings);
    const id = transferIdOf(1);
    board.committed.transfers.put({ id, peer: pi.id, direction: 'out', state, manifest: new Uint8Array(0), paths: [], createdMs: 0 });
    checker.fact(board, { type: 'friend.changed', peer: pi.id, name: pi.name as AccountName, state: change });
    checker.fact(board, { type: 'transfer.started', peer: pi.id, id });
    expect(findings.all()).toHaveLength(count);
  });
});

describe('the friendship checker', () => {
  const begin = () => {
    const { pi, board, roster, findings } = handmadePair();
    const checker = new FriendshipChecker(roster, findings);
    const name = board.name as AccountName;
    pi.knows(board, 'friend');
    checker.fact(pi, { type: 'friend.verified', peer: board.id, name, verified: true });
    return { pi, board, checker, name };
  };
  const LOST = ['pi was told that a friend is verified, and does not know it any more'];

  test.each([
    ['once, and it was asked once', 1, 1, []],
    ['twice, and it was asked twice', 2, 2, []],
    ['again, after one request', 1, 2, ['board is told 2 times that pi asks for its friendship, and 1 times somebody did']],
    ['by nobody', 0, 1, ['board is told that pi asks for its friendship, and no person did']],
  ] as const)('judges a device that is asked %s', (_, asked, told, expected) => {
    const { pi, board, roster, findings } = handmadePair();
    const checker = new FriendshipChecker(roster, findings, { calm: true });
    for (let n = 0; n < asked; n++) checker.asked(pi, { type: 'friend.request', name: board.name });
    for (let n = 0; n < told; n++) checker.fact(board, { type: 'friend.changed', peer: pi.id, name: pi.name as AccountName, state: 'incoming' });
    expect(findings.all()).toEqual(expected);
  });

  test('finds that what a person compared was forgotten', () => {
    const { pi, board, checker } = begin();
    expect(checker.atRest()).toEqual(LOST);
    const [contact] = pi.committed.contacts.all();
    if (contact) pi.committed.contacts.put({ ...contact, verified: true });
    expect(checker.atRest()).toEqual([]);
    pi.committed.contacts.remove(board.id);
    expect(checker.atRest()).toEqual(LOST);
  });

  test.each<[string, (parties: ReturnType<typeof begin>) => void, boolean]>([
    ['looked at the number again', ({ pi, checker, name }) => checker.asked(pi, { type: 'friend.verify', name }), false],
    ['took it back', ({ pi, checker, name }) => checker.asked(pi, { type: 'friend.verify', name, confirmed: false }), true],
    ['removed the friend', ({ pi, checker, name }) => checker.asked(pi, { type: 'friend.remove', name }), true],
    ['was removed', ({ pi, board, checker, name }) => checker.fact(pi, { type: 'friend.changed', peer: board.id, name, state: 'removed' }), true],
  ])('knows that a person %s', (_, happen, excused) => {
    const parties = begin();
    happen(parties);
    expect(parties.checker.atRest()).toEqual(excused ? [] : LOST);
  });
});

describe('the queue checker', () => {
  const begin = () => {
    const { pi, board, roster, findings } = handmadePair();
    const connections: CheckedConnection[] = [];
    const connect = (unread = 0): void => {
      const n = connections.length + 1;
      connections.push({
        near: { id: `memory-${n}a`, host: 'pi', remote: 'board', open: true, unread },
        far: { id: `memory-${n}b`, host: 'board', remote: 'pi', open: true, unread: 0 },
      });
    };
    return { pi, board, findings, connect, checker: new QueueChecker(roster, () => connections, findings) };
  };

  test('finds a link that holds more than anybody may leave unsent', () => {
    const { connect, checker, findings } = begin();
    connect(4 * 1024 * 1024);
    checker.step();
    expect(findings.all()).toEqual([]);
    connect(5 * 1024 * 1024);
    checker.step();
    expect(findings.all()).toEqual([expect.stringContaining('pi has 5242880 bytes unsent on memory-2a')]);
  });

  test('finds two devices that open one connection after the other', () => {
    const { connect, checker, findings } = begin();
    for (let n = 0; n < 16; n++) connect();
    checker.step();
    expect(findings.all()).toEqual([]);
    connect();
    checker.step();
    expect(findings.all()).toEqual(['pi and board have 17 connections']);
  });

  test('finds a device that waits for ever more timers', () => {
    const { pi, checker, findings } = begin();
    pi.timers = 64;
    checker.step();
    expect(findings.all()).toEqual([]);
    pi.timers = 65;
    checker.step();
    expect(findings.all()).toEqual(['pi waits for more than 64 timers']);
  });

  test('finds an outbox with more messages than it may hold', () => {
    const { pi, board, checker, findings } = begin();
    for (let n = 0; n < OUTBOX_PER_PEER_MAX; n++) pi.writes(board, n, 'x');
    const queued = { type: 'message.queued', peer: board.id, id: messageIdOf(1) } as const;
    checker.fact(pi, queued);
    expect(findings.all()).toEqual([]);
    const receipt = { id: messageIdOf(0), content: new Uint8Array(1) };
    for (let n = 0; n <= 100; n++) pi.committed.messages.markRead(board.id, [], { ...receipt, id: messageIdOf(20_000 + n) });
    checker.fact(pi, queued);
    expect(findings.all()).toEqual([`pi has ${OUTBOX_PER_PEER_MAX + 101} messages for board in its outbox`]);
  });
});
