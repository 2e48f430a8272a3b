import { describe, expect, test } from '@jest/globals';
import type { AccountName, SessionId } from '../../core/base/ids.js';
import { HANDSHAKE_MS_MAX, LINK_CLOSE_MS_MAX, RIVAL_MS_MAX, SESSION_AGE_HARD_MS_MAX, SESSION_SILENT_MS_MAX } from '../../core/base/limits.js';
import type { DomainEvent, Presence } from '../../core/events/domainEvents.js';
import { encodeRecord } from '../../core/protocol/codec.js';
import type { Record } from '../../core/protocol/frames.js';
import { Findings, type CheckedDevice } from '../../core/simulation/checkers/Checker.js';
import { HalfOpenChecker } from '../../core/simulation/checkers/HalfOpenChecker.js';
import { HandshakeChecker } from '../../core/simulation/checkers/HandshakeChecker.js';
import { ReadyChecker } from '../../core/simulation/checkers/ReadyChecker.js';
import { RestChecker } from '../../core/simulation/checkers/RestChecker.js';
import { SessionChecker } from '../../core/simulation/checkers/SessionChecker.js';
import { WireRecord } from '../../core/simulation/wiretap/WireRecord.js';
import { handmadePair, type HandmadeDevice } from '../support/checkedDevice.js';
import { messageIdOf } from '../support/samples.js';

const s1 = 's1' as SessionId;
const s2 = 's2' as SessionId;
const opened = (peer: CheckedDevice, session: SessionId, role: 'initiator' | 'responder' = 'initiator'): DomainEvent => ({
  type: 'session.opened',
  peer: peer.id,
  session,
  suite: 1,
  role,
});
const closed = (peer: CheckedDevice, session: SessionId): DomainEvent => ({ type: 'session.closed', peer: peer.id, session, mood: 'happy' });

const RECORDS = {
  ready: { type: 'ready', maxRecord: 65_518, features: 0 },
  ping: { type: 'ping', echo: new Uint8Array(8) },
  ack: { type: 'ack', id: new Uint8Array(16) },
  close: { type: 'close', reason: 'done' },
} as const satisfies { readonly [name: string]: Record };
const record = (device: string, link: string, name: keyof typeof RECORDS): WireRecord =>
  new WireRecord(device, link, device === 'pi' ? 'board' : 'pi', encodeRecord(RECORDS[name]));

describe('the half-open checker', () => {
  const begin = () => {
    const { pi, board, roster, findings } = handmadePair();
    const checker = new HalfOpenChecker(roster, findings);
    const open = (device: HandmadeDevice, peer: HandmadeDevice): void => {
      device.open.set(s1, peer.id);
      checker.fact(device, opened(peer, s1));
    };
    return { pi, board, findings, checker, open };
  };

  test('finds a session that only one side holds, once silence has lasted too long', () => {
    const { pi, board, checker, findings, open } = begin();
    open(pi, board);
    checker.step(0);
    checker.step(SESSION_SILENT_MS_MAX);
    expect(findings.all()).toEqual([]);
    checker.step(SESSION_SILENT_MS_MAX + 1);
    expect(findings.all()).toEqual([expect.stringContaining('pi holds a session with board that is open on one side only')]);
  });

  test('counts anew when both sides have agreed in between', () => {
    const { pi, board, checker, findings, open } = begin();
    open(pi, board);
    checker.step(0);
    open(board, pi);
    checker.step(SESSION_SILENT_MS_MAX);
    board.open.clear();
    checker.crashed();
    checker.step(SESSION_SILENT_MS_MAX + 1);
    checker.step(2 * SESSION_SILENT_MS_MAX);
    expect(findings.all()).toEqual([]);
    checker.step(2 * SESSION_SILENT_MS_MAX + 2);
    expect(findings.all()).toHaveLength(1);
  });

  test('takes what is still on its way from the other side for a sign of life', () => {
    const { pi, board, checker, findings, open } = begin();
    open(pi, board);
    checker.step(0);
    checker.step(SESSION_SILENT_MS_MAX);
    checker.opened(record('pi', 'memory-1a', 'ack'));
    checker.step(2 * SESSION_SILENT_MS_MAX);
    expect(findings.all()).toEqual([]);
  });
});

describe('the handshake checker', () => {
  const dueMs = HANDSHAKE_MS_MAX + LINK_CLOSE_MS_MAX;
  const called = (open = true) => ({
    answeredMs: 0,
    near: { id: 'memory-1a', host: 'stranger', remote: 'pi', open: true, unread: 0 },
    far: { id: 'memory-1b', host: 'pi', remote: 'stranger', open, unread: 0 },
  });
  const begin = (connection = called()) => {
    const { findings } = handmadePair();
    const ready = new ReadyChecker(findings);
    return { findings, ready, checker: new HandshakeChecker(() => [connection], ready, findings) };
  };

  test('finds a caller who is waited for after the time for a handshake', () => {
    const { checker, findings } = begin();
    checker.step(dueMs);
    expect(findings.all()).toEqual([]);
    checker.step(2 * dueMs);
    expect(findings.all()).toEqual([expect.stringContaining('pi has waited for stranger on memory-1b')]);
  });

  test('does not mind a link that became a session, nor one that is over', () => {
    const { checker, findings, ready } = begin();
    ready.sealed(record('pi', 'memory-1b', 'ready'));
    ready.opened(record('pi', 'memory-1b', 'ready'));
    checker.step(2 * dueMs);
    const over = begin(called(false));
    over.checker.step(2 * dueMs);
    expect([findings.all(), over.findings.all()]).toEqual([[], []]);
  });
});

describe('the session checker', () => {
  const begin = () => {
    const { pi, board, findings } = handmadePair();
    pi.knows(board, 'friend');
    return { pi, board, findings, checker: new SessionChecker(findings) };
  };

  test.each<[string, (parties: ReturnType<typeof begin>) => void, RegExp]>([
    [
      'opens twice',
      ({ pi, board, checker }) => {
        checker.fact(pi, opened(board, s1), 0);
        checker.fact(pi, closed(board, s1), 0);
        checker.fact(pi, opened(board, s1), 0);
      },
      /pi opened session s1 twice/,
    ],
    ['closes before it opened', ({ pi, board, checker }) => checker.fact(pi, closed(board, s1), 0), /pi closed session s1, which was not open/],
    [
      'is left over when its device stopped',
      ({ pi, board, checker }) => {
        checker.fact(pi, opened(board, s1), 0);
        checker.fact(pi, { type: 'node.stopped' }, 0);
      },
      /pi stopped, and never said that session s1 closed/,
    ],
    [
      'stays beside another one with the same peer',
      ({ pi, board, checker }) => {
        checker.fact(pi, opened(board, s1), 0);
        checker.fact(pi, opened(board, s2), 0);
        checker.step(RIVAL_MS_MAX + 1_001);
      },
      /pi has two sessions with one peer, s1 and s2/,
    ],
    [
      'is one with somebody who only asked',
      ({ pi, board, checker }) => {
        pi.knows(board, 'incoming');
        checker.fact(pi, opened(board, s1), 0);
      },
      /pi opened session s1 with somebody who is no friend/,
    ],
    [
      'is older than any may be',
      ({ pi, board, checker }) => {
        checker.fact(pi, opened(board, s1), 0);
        checker.fact(pi, closed(board, s1), SESSION_AGE_HARD_MS_MAX + 10_000);
      },
      /pi kept session s1 for longer than/,
    ],
  ])('finds a session that %s', (_, happen, finding) => {
    const parties = begin();
    happen(parties);
    expect(parties.findings.all()).toEqual([expect.stringMatching(finding)]);
  });

  test('is content with a session that replaces another, and with one more life of the same device', () => {
    const { pi, board, checker, findings } = begin();
    checker.fact(pi, opened(board, s1), 0);
    checker.fact(pi, opened(board, s2), 0);
    checker.fact(pi, closed(board, s1), 1);
    checker.step(RIVAL_MS_MAX * 2);
    checker.crashed(pi);
    checker.fact(pi, opened(board, s1), RIVAL_MS_MAX * 2);
    checker.step(RIVAL_MS_MAX * 4);
    expect(findings.all()).toEqual([]);
  });
});

describe('the session checker, where nothing goes wrong', () => {
  const ends = (how: Partial<Extract<DomainEvent, { readonly type: 'session.closed' }>>, heir: boolean) => {
    const { pi, board, findings } = handmadePair();
    pi.knows(board, 'friend');
    const checker = new SessionChecker(findings, { calm: true });
    checker.fact(pi, opened(board, s1), 0);
    if (heir) checker.fact(pi, opened(board, s2), 1);
    checker.fact(pi, { type: 'session.closed', peer: board.id, session: s1, mood: 'happy', ...how }, 2);
    checker.step(1_000);
    return findings.all();
  };

  test.each([
    ['is lost', { mood: 'lonely', code: 'LINK_FAILED' }, true, ['nothing went wrong, and pi lost session s1: lonely, LINK_FAILED']],
    ['reached its age and has no heir', { code: 'SESSION_EXPIRED' }, false, ['pi gave session s1 up for another and was left with none']],
    ['was one of two and leaves none', { code: 'SESSION_DUPLICATE' }, false, ['pi gave session s1 up for another and was left with none']],
    ['reached its age', { code: 'SESSION_EXPIRED' }, true, []],
    ['is over because somebody stops', { code: 'STOPPED' }, false, []],
    ['is over because they are no friends any more', { mood: 'unwelcome', code: 'PEER_NOT_ALLOWED' }, false, []],
  ] as const)('judges a session that %s', (_, how, heir, expected) => {
    expect(ends(how, heir)).toEqual(expected);
  });
});

describe('the ready checker', () => {
  const say = (...steps: readonly ['sealed' | 'opened', keyof typeof RECORDS][]) => {
    const findings = new Findings();
    const checker = new ReadyChecker(findings);
    for (const [what, name] of steps) checker[what](record('pi', 'memory-1a', name));
    return findings.all();
  };

  test.each<[string, readonly ['sealed' | 'opened', keyof typeof RECORDS][], readonly string[]]>([
    [
      'after both READY',
      [
        ['sealed', 'ready'],
        ['opened', 'ready'],
        ['sealed', 'ack'],
        ['sealed', 'close'],
      ],
      [],
    ],
    [
      'as a farewell before the other was ready',
      [
        ['sealed', 'ready'],
        ['sealed', 'close'],
      ],
      [],
    ],
    [
      'before its own READY',
      [
        ['opened', 'ready'],
        ['sealed', 'ack'],
      ],
      ['pi says ACK to board on memory-1a before its own READY'],
    ],
    [
      'before the other side is ready',
      [
        ['sealed', 'ready'],
        ['sealed', 'ack'],
      ],
      ['pi says ACK to board on memory-1a before the READY of the other side'],
    ],
    [
      'to see whether the other side is ready',
      [
        ['sealed', 'ready'],
        ['sealed', 'ping'],
      ],
      ['pi says PING to board on memory-1a before the READY of the other side'],
    ],
    [
      'twice',
      [
        ['sealed', 'ready'],
        ['sealed', 'ready'],
      ],
      ['pi says READY to board on memory-1a a second time'],
    ],
    [
      'after the farewell',
      [
        ['sealed', 'ready'],
        ['opened', 'ready'],
        ['sealed', 'close'],
        ['sealed', 'ack'],
      ],
      ['pi says ACK to board on memory-1a after CLOSE'],
    ],
  ])('judges what a device says %s', (_, steps, expected) => {
    expect(say(...steps)).toEqual(expected);
  });
});

describe('the rest checker', () => {
  const near = { id: 'memory-1a', host: 'pi', remote: 'board', open: true, unread: 0 };
  const far = { id: 'memory-1b', host: 'board', remote: 'pi', open: true, unread: 0 };

  /** Friends who are online, see each other and hold one session. */
  const begin = () => {
    const { pi, board, roster, findings } = handmadePair();
    const [ready, sessions] = [new ReadyChecker(findings), new SessionChecker(findings)];
    const connections = [{ near, far }];
    const checker = new RestChecker({ roster, connections: () => connections, ready, sessions });
    const sees = (viewer: HandmadeDevice, friend: HandmadeDevice, state: Presence): void =>
      checker.fact(viewer, { type: 'presence.changed', peer: friend.id, name: friend.name as AccountName, state, sinceMs: 0 });
    const holds = (device: HandmadeDevice, peer: HandmadeDevice, session: SessionId, role: 'initiator' | 'responder'): void => {
      device.open.set(session, peer.id);
      sessions.fact(device, opened(peer, session, role), 0);
    };
    const up = (device: string, link: string): void => {
      ready.sealed(record(device, link, 'ready'));
      ready.opened(record(device, link, 'ready'));
    };
    for (const [one, other] of [[pi, board] as const, [board, pi] as const]) {
      one.knows(other, 'friend');
      checker.fact(one, { type: 'presence.own', state: 'online' });
      sees(one, other, 'online');
    }
    holds(pi, board, s1, 'initiator');
    holds(board, pi, s1, 'responder');
    up('pi', near.id);
    up('board', far.id);
    return { pi, board, checker, connections, sessions, ready, sees, holds, up };
  };

  test('is content with friends who see each other as they are, over one session', () => {
    expect(begin().checker.findings()).toEqual([]);
  });

  test.each<[string, (parties: ReturnType<typeof begin>) => void, RegExp]>([
    [
      'a presence its person did not wish for',
      ({ pi, checker }) => checker.asked(pi, { type: 'presence.set', state: 'busy' }),
      /pi says it is online, and its person wished busy/,
    ],
    ['a presence that is not so any more', ({ pi, board, sees }) => sees(pi, board, 'busy'), /pi shows board as busy, who is online/],
    [
      'a friend who is shown and stopped',
      ({ board, checker, pi }) => {
        for (const device of [pi, board]) device.open.clear();
        board.running = false;
        checker.crashed(board);
      },
      /pi shows board as online, who is offline/,
    ],
    ['a friendship of one side', ({ pi, board }) => board.committed.contacts.remove(pi.id), /board is friend for pi, and pi is nobody for board/],
    ['a request that was answered on one side only', ({ pi, board }) => board.knows(pi, 'incoming'), /board is friend for pi, and pi is incoming for board/],
    ['a session of one side', ({ board }) => board.open.clear(), /pi holds a session with board, who does not/],
    ['two sessions', ({ pi, board, holds }) => holds(pi, board, s2, 'responder'), /pi and board hold 2 and 1 sessions/],
    [
      'two sessions that each side takes for the one',
      ({ pi, board, sessions, holds }) => {
        sessions.fact(board, closed(pi, s1), 0);
        board.open.clear();
        holds(board, pi, s2, 'initiator');
      },
      /both the initiator of the session between them/,
    ],
    [
      'a second link that is up',
      ({ connections, up }) => {
        connections.push({ near: { ...near, id: 'memory-2a' }, far: { ...far, id: 'memory-2b' } });
        up('pi', 'memory-2a');
        up('board', 'memory-2b');
      },
      /hold 1 sessions over 2 links that are up: memory-1a, memory-2a/,
    ],
    [
      'a second link that nobody uses',
      ({ connections }) => connections.push({ near: { ...near, id: 'memory-2a' }, far: { ...far, id: 'memory-2b' } }),
      /hold 1 sessions and have 2 links: memory-1a, memory-2a/,
    ],
    ['a session without a link', ({ ready }) => ready.sealed(record('pi', near.id, 'close')), /hold 1 sessions over 0 links/],
    ['a message that still waits', ({ pi, board }) => pi.writes(board, 1), /1 messages for board still wait in the outbox of pi/],
  ])('finds %s', (_, happen, finding) => {
    const parties = begin();
    happen(parties);
    expect(parties.checker.findings()).toContainEqual(expect.stringMatching(finding));
  });

  test('does not wait for the outbox of a device that is off', () => {
    const { pi, board, checker } = begin();
    pi.writes(board, 1);
    board.running = false;
    expect(checker.findings().filter((finding) => finding.includes(messageIdOf(1)) || finding.includes('outbox'))).toEqual([]);
  });
});
