import { describe, expect, test } from '@jest/globals';
import { fromHex } from '../../core/base/bytes.js';
import type { AccountName, MessageId } from '../../core/base/ids.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { encodeRecord } from '../../core/protocol/codec.js';
import { encodeMessageContent } from '../../core/protocol/messageContent.js';
import type { CheckedDevice } from '../../core/simulation/checkers/Checker.js';
import { CommitChecker } from '../../core/simulation/checkers/CommitChecker.js';
import { MessageChecker } from '../../core/simulation/checkers/MessageChecker.js';
import { WireRecord } from '../../core/simulation/wiretap/WireRecord.js';
import { handmadePair } from '../support/checkedDevice.js';
import { messageIdOf } from '../support/samples.js';

type Say = (peer: CheckedDevice, n: number) => DomainEvent;

const queued: Say = ({ id: peer }, n) => ({ type: 'message.queued', peer, id: messageIdOf(n) });
const delivered: Say = ({ id: peer }, n) => ({ type: 'message.delivered', peer, id: messageIdOf(n) });
const received = ({ id: peer }: CheckedDevice, n: number, text = `text ${n}`): DomainEvent => ({
  type: 'message.received',
  peer,
  id: messageIdOf(n),
  text,
  createdMs: 0,
});
const becomes = ({ id: peer, name }: CheckedDevice, state: 'friend' | 'removed'): DomainEvent => ({
  type: 'friend.changed',
  peer,
  name: name as AccountName,
  state,
});

describe('the message checker', () => {
  /** pi wrote 1, 2 and 3 to board. */
  const begin = () => {
    const { pi, board, roster, findings } = handmadePair();
    const checker = new MessageChecker(roster, findings);
    for (const n of [1, 2, 3]) {
      pi.writes(board, n);
      checker.fact(pi, queued(board, n));
    }
    return { pi, board, checker, findings };
  };

  test.each([
    ['all in order', [1, 2, 3], []],
    ['some still under way', [1, 2], []],
    ['some of which a crash swallowed the news', [1, 3], []],
    ['twice', [1, 2, 2], [/2 from pi to board was received twice/]],
    ['out of order', [2, 1, 3], [/1 from pi to board was received out of order/]],
    ['never written', [1, 9], [/9 from pi to board was received and never written/]],
  ])('messages received %s', (_, numbers, expected) => {
    const { pi, board, checker, findings } = begin();
    for (const n of numbers) checker.fact(board, received(pi, n));
    expect(findings.all()).toEqual(expected.map((finding) => expect.stringMatching(finding)));
  });

  test('finds a text that is not the one that was written', () => {
    const { pi, board, checker, findings } = begin();
    checker.fact(board, received(pi, 1, 'something else'));
    expect(findings.all()).toEqual([expect.stringContaining('with another text')]);
  });

  test('takes a message for written whose sender crashed before it could say so', () => {
    const { pi, board, checker, findings } = begin();
    pi.writes(board, 4);
    checker.fact(board, received(pi, 4));
    expect(findings.all()).toEqual([]);
  });

  test('names what never arrived, and what arrived without its sender knowing', () => {
    const { pi, board, checker } = begin();
    checker.fact(board, received(pi, 1));
    checker.fact(pi, delivered(board, 1));
    checker.fact(board, received(pi, 2));
    expect(checker.undelivered()).toEqual([
      `message ${messageIdOf(2)} from pi to board arrived, and its sender does not know`,
      `message ${messageIdOf(3)} from pi to board was accepted and never arrived`,
    ]);
  });

  test('takes the word of the disks for what a crash kept from being said', () => {
    const { pi, board, checker } = begin();
    for (const n of [1, 2, 3]) board.stores(pi, n);
    pi.committed.messages.acknowledged(board.id, [1, 2, 3].map(messageIdOf));
    checker.crashed(board);
    checker.crashed(pi);
    expect(checker.undelivered()).toEqual([]);
  });

  test('names what the disks know and nobody was told, though nothing crashed', () => {
    const { pi, board, checker } = begin();
    board.stores(pi, 1);
    for (const n of [2, 3]) checker.fact(board, received(pi, n));
    pi.committed.messages.acknowledged(board.id, [2].map(messageIdOf));
    checker.fact(pi, delivered(board, 3));
    expect(checker.undelivered()).toEqual([
      `message ${messageIdOf(1)} from pi to board is on the disk of board, and nobody there was told`,
      `message ${messageIdOf(2)} from pi to board arrived, and nobody was told, though the store of its sender knows`,
    ]);
  });

  test('waits for nobody who is stopped', () => {
    const { board, checker } = begin();
    board.running = false;
    expect(checker.undelivered()).toEqual([]);
  });

  test.each(['pi', 'board'])('what waits may be dropped when %s ends the friendship, until they are friends again', (name) => {
    const { pi, board, checker } = begin();
    const [one, other] = name === 'pi' ? [pi, board] : [board, pi];
    checker.fact(one, becomes(other, 'removed'));
    pi.writes(board, 4);
    checker.fact(pi, queued(board, 4));
    expect(checker.undelivered()).toEqual([]);
    checker.fact(one, becomes(other, 'friend'));
    checker.fact(pi, queued(board, 5));
    expect(checker.undelivered()).toEqual([expect.stringContaining(messageIdOf(5))]);
  });
});

describe('the commit checker', () => {
  const begin = () => {
    const { pi, board, roster, findings } = handmadePair();
    return { pi, board, findings, checker: new CommitChecker(roster, findings) };
  };
  const ack = (n: number): WireRecord => new WireRecord('board', 'memory-1b', 'pi', encodeRecord({ type: 'ack', id: fromHex(messageIdOf(n)) }));
  const receipt = (n: number, ids: readonly MessageId[]): WireRecord => {
    const content = encodeMessageContent({ type: 'read', createdMs: 0, ids });
    return new WireRecord('board', 'memory-1b', 'pi', encodeRecord({ type: 'msg', id: fromHex(messageIdOf(n)), content }));
  };

  test('finds a message that is acknowledged and not on the disk', () => {
    const { pi, board, findings, checker } = begin();
    board.stores(pi, 1);
    checker.sealed(ack(1));
    expect(findings.all()).toEqual([]);
    checker.sealed(ack(2));
    expect(findings.all()).toEqual([`board acknowledges message ${messageIdOf(2)} of pi, which is not on its disk`]);
  });

  test('finds a receipt that is acknowledged before what it says is on the disk', () => {
    const { pi, board, findings, checker } = begin();
    board.writes(pi, 1);
    checker.opened(receipt(8, [messageIdOf(1)]));
    checker.sealed(ack(8));
    expect(findings.all()).toEqual([`board acknowledges receipt ${messageIdOf(8)} of pi, which is not on its disk`]);
  });

  test('is content with a receipt that is on the disk, also of messages that are there no more', () => {
    const { pi, board, findings, checker } = begin();
    board.writes(pi, 1);
    checker.opened(receipt(8, [messageIdOf(1), messageIdOf(2)]));
    board.committed.messages.receiveReceipt(pi.id, [messageIdOf(1)]);
    checker.sealed(ack(8));
    expect(findings.all()).toEqual([]);
  });

  test.each<[string, (parties: ReturnType<typeof begin>) => void, RegExp]>([
    ['accepted', ({ pi, board, checker }) => checker.fact(pi, queued(board, 1)), /pi says that it took message .*, and the disk of pi does not/],
    ['received', ({ pi, board, checker }) => checker.fact(board, received(pi, 1)), /board says that it received message .*, and the disk of board/],
    ['delivered', ({ pi, board, checker }) => checker.fact(pi, delivered(board, 1)), /pi says that .* was delivered by board, and the disk of board/],
    [
      'read',
      ({ pi, board, checker }) => checker.fact(pi, { type: 'message.read', peer: board.id, id: messageIdOf(1), by: 'peer' }),
      /pi says that .* was read by board, and the disk of board/,
    ],
  ])('finds a message that is said to be %s and is not on the disk', (_, say, finding) => {
    const parties = begin();
    say(parties);
    expect(parties.findings.all()).toEqual([expect.stringMatching(finding)]);
    const known = begin();
    known.pi.writes(known.board, 1);
    known.board.stores(known.pi, 1);
    say(known);
    expect(known.findings.all()).toEqual([]);
  });
});
