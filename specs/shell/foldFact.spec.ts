import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AccountName, SessionId } from '../../core/base/ids.js';
import { CONVERSATION_CHARS_MAX, CONVERSATION_MESSAGES_MAX, JOURNAL_MAX, JOURNAL_TEXT_CHARS_MAX } from '../../core/base/shellLimits.js';
import type { FriendView, MessageView, ShareView, TransferView } from '../../core/events/commands.js';
import type { DomainEvent, DomainEventType } from '../../core/events/domainEvents.js';
import { UNPLACED } from '../../core/shell/conversation.js';
import { foldFact } from '../../core/shell/foldFact.js';
import { stalePartsOf, type StalePart } from '../../core/shell/stalePartsOf.js';
import { EMPTY_VIEW, type Conversation, type View } from '../../core/shell/View.js';
import { messageIdOf, peerOf, shareIdOf, transferIdOf } from '../support/samples.js';

const NOW = 1_000_000;
const ann = 'ann' as AccountName;
const peer = peerOf(1);
const [id, share, session] = [transferIdOf(1), shareIdOf(1), 's' as SessionId];

const friend: FriendView = {
  name: ann,
  peer,
  state: 'friend',
  verified: true,
  keyChanged: false,
  presence: 'offline',
  connected: false,
  unread: 1,
  waiting: 1,
  safetyNumber: '1',
};
const message = (n: number, direction: 'in' | 'out', state: MessageView['state'], text = `${n}`): MessageView => {
  return { id: messageIdOf(n), with: ann, direction, text, createdMs: n, storedMs: n, state, position: n };
};
const transfer: TransferView = {
  id,
  with: ann,
  direction: 'in',
  state: 'active',
  createdMs: 1,
  items: [{ name: 'a', bytes: 100 }],
  bytes: 10,
  total: 100,
  bytesPerSecond: 5,
  secondsLeft: 18,
  paths: [],
};
const waiting = { items: 1, bytes: 60 };
const shared: ShareView = { id: share, path: '/s', name: 's', folder: true, state: 'hashing', items: 1, bytes: 40, waiting, refused: 0, problems: [] };
const VIEW: View = {
  node: {
    version: '1',
    peer: peerOf(9),
    fingerprint: 'F',
    addresses: [],
    directory: { url: 'mqtt://x', state: 'connecting' },
    presence: 'online',
    plugins: [{ name: 'p', state: 'running' }],
    sessions: 0,
  },
  account: { peer: peerOf(9), fingerprint: 'F', state: 'connecting' },
  people: [friend],
  away: new Map([[ann, { code: 'LINK_CLOSED', retryAtMs: 5 }]]),
  conversations: new Map([[ann, { messages: [message(1, 'out', 'queued'), message(2, 'in', 'received')], complete: true }]]),
  transfers: [transfer],
  shares: [shared],
  journal: [],
};

const person = (change: Partial<FriendView>): Partial<View> => ({ people: [{ ...friend, ...change }] });
const file = (change: Partial<TransferView>): Partial<View> => {
  const { secondsLeft: _moving, ...rest } = transfer;
  return { transfers: [{ ...rest, bytesPerSecond: 0, ...change }] };
};
const talk = (...messages: readonly MessageView[]): Partial<View> => ({ conversations: new Map([[ann, { messages, complete: true }]]) });
const account = VIEW.account!;
const [ours, theirs] = [message(1, 'out', 'queued'), message(2, 'in', 'received')];
const nobody: Partial<View> = { away: new Map() };
const items = [{ name: 'a', bytes: 1 }];
const node = VIEW.node!;

interface Decided<T extends DomainEventType> {
  readonly event: Extract<DomainEvent, { readonly type: T }>;
  /** What of the view it changes. */
  readonly changes: Partial<View>;
  readonly stale: readonly StalePart[];
  /** Whether it is an entry of the journal. */
  readonly told: boolean;
}
const decided = <T extends DomainEventType>(
  event: Extract<DomainEvent, { readonly type: T }>,
  changes: Partial<View>,
  stale: readonly StalePart[],
  told = true,
): Decided<T> => ({ event, changes, stale, told });
const talkStale = { conversation: peer };
const over = { bytes: 100, state: 'done', paths: ['/a'] } as const;

/** Of every type one: a new one does not compile before it is decided here. */
const TABLE: { readonly [T in DomainEventType]: Decided<T> } = {
  'node.started': decided({ type: 'node.started', peer, addresses: ['a'] }, { node: { ...node, addresses: ['a'] } }, ['node', 'account']),
  'node.stopped': decided({ type: 'node.stopped' }, {}, []),
  'node.addressesChanged': decided({ type: 'node.addressesChanged', addresses: ['b'] }, { node: { ...node, addresses: ['b'] } }, []),
  'plugin.failed': decided(
    { type: 'plugin.failed', plugin: 'p', code: 'BUG', detail: 'd' },
    { node: { ...node, plugins: [{ name: 'p', state: 'failed', code: 'BUG' }] } },
    ['node'],
  ),
  'directory.changed': decided(
    { type: 'directory.changed', state: 'online' },
    { node: { ...node, directory: { url: 'mqtt://x', state: 'online' } }, account: { ...account, state: 'online' } },
    ['account'],
  ),
  'account.registered': decided({ type: 'account.registered', name: ann }, { account: { ...account, name: ann } }, ['account']),
  'friend.changed': decided(
    { type: 'friend.changed', peer, name: ann, state: 'removed' },
    { people: [], conversations: new Map(), transfers: [], away: new Map() },
    ['people', 'transfers'],
  ),
  'friend.keyChanged': decided(
    { type: 'friend.keyChanged', name: ann, from: peer, to: peerOf(2) },
    { ...person({ keyChanged: true, verified: false }), ...nobody },
    ['people', talkStale],
  ),
  'friend.verified': decided({ type: 'friend.verified', peer, name: ann, verified: false }, person({ verified: false }), []),
  'presence.changed': decided({ type: 'presence.changed', peer, name: ann, state: 'busy', sinceMs: 7 }, person({ presence: 'busy', sinceMs: 7 }), []),
  'presence.own': decided({ type: 'presence.own', state: 'away' }, { node: { ...node, presence: 'away' } }, []),
  'session.opened': decided({ type: 'session.opened', peer, session, suite: 1, role: 'initiator' }, { ...person({ connected: true }), ...nobody }, ['node']),
  'session.closed': decided({ type: 'session.closed', peer, session, mood: 'lonely' }, {}, ['node', 'people', talkStale]),
  'session.refused': decided({ type: 'session.refused', peer, mood: 'scary', code: 'KEY_CHANGED' }, {}, []),
  'peer.waiting': decided(
    { type: 'peer.waiting', peer, code: 'LINK_FAILED', retryInMs: 500 },
    { ...talk({ ...ours, waits: { code: 'LINK_FAILED', retryInMs: 500 } }, theirs), away: new Map([[ann, { code: 'LINK_FAILED', retryAtMs: NOW + 500 }]]) },
    [],
  ),
  'message.queued': decided({ type: 'message.queued', peer, id: messageIdOf(3) }, person({ waiting: 2 }), [talkStale], false),
  'message.sent': decided({ type: 'message.sent', peer, id: ours.id }, talk({ ...ours, state: 'sent' }, theirs), [], false),
  'message.delivered': decided(
    { type: 'message.delivered', peer, id: ours.id },
    { ...talk({ ...ours, state: 'delivered' }, theirs), ...person({ waiting: 0 }) },
    [],
    false,
  ),
  'message.read': decided(
    { type: 'message.read', peer, id: theirs.id, by: 'me' },
    { ...talk(ours, { ...theirs, state: 'read' }), ...person({ unread: 0 }) },
    [],
    false,
  ),
  'message.received': decided(
    { type: 'message.received', peer, id: messageIdOf(3), text: 'hi', createdMs: 3 },
    { ...talk(ours, theirs, { ...message(3, 'in', 'received', 'hi'), storedMs: NOW, position: UNPLACED }), ...person({ unread: 2 }) },
    [talkStale],
  ),
  'transfer.offered': decided({ type: 'transfer.offered', peer, id: transferIdOf(2), direction: 'in', items, bytes: 1 }, {}, ['transfers']),
  'transfer.accepted': decided({ type: 'transfer.accepted', peer, id, automatic: true }, {}, ['transfers']),
  'transfer.fetching': decided({ type: 'transfer.fetching', peer, id: transferIdOf(2), items, bytes: 1 }, {}, ['transfers']),
  'transfer.holderDropped': decided({ type: 'transfer.holderDropped', peer, id, code: 'CHUNK_CORRUPT' }, {}, ['transfers']),
  'transfer.started': decided({ type: 'transfer.started', peer, id }, file({ state: 'active' }), ['transfers']),
  'transfer.progressed': decided(
    { type: 'transfer.progressed', peer, id, bytes: 60, total: 100, bytesPerSecond: 20 },
    file({ bytes: 60, bytesPerSecond: 20, secondsLeft: 2 }),
    [],
    false,
  ),
  'transfer.interrupted': decided({ type: 'transfer.interrupted', peer, id, code: 'LINK_CLOSED' }, file({ state: 'paused', code: 'LINK_CLOSED' }), [
    'transfers',
  ]),
  'transfer.paused': decided({ type: 'transfer.paused', peer, id, by: 'me' }, file({ state: 'paused', pausedBy: 'me' }), ['transfers']),
  'transfer.resumed': decided({ type: 'transfer.resumed', peer, id, by: 'me' }, {}, ['transfers']),
  'transfer.completed': decided({ type: 'transfer.completed', peer, id, direction: 'in', paths: ['/a'] }, file(over), ['transfers']),
  'transfer.ended': decided(
    { type: 'transfer.ended', peer, id, state: 'failed', code: 'DISK_FULL', item: 'a' },
    file({ state: 'failed', code: 'DISK_FULL', item: 'a' }),
    ['transfers'],
  ),
  'share.added': decided({ type: 'share.added', id: shareIdOf(2), name: 's' }, {}, ['shares']),
  'share.progressed': decided(
    { type: 'share.progressed', id: share, bytes: 70, total: 100, bytesPerSecond: 1 },
    { shares: [{ ...shared, bytes: 70, waiting: { items: 1, bytes: 30 } }] },
    [],
    false,
  ),
  'share.ready': decided(
    { type: 'share.ready', id: share, items: 2, bytes: 100, refused: 1 },
    { shares: [{ ...shared, state: 'ready', items: 2, bytes: 100, refused: 1, waiting: { items: 0, bytes: 0 } }] },
    ['shares'],
  ),
  'share.failed': decided({ type: 'share.failed', id: share, code: 'FILE_UNREADABLE' }, { shares: [{ ...shared, state: 'failed', code: 'FILE_UNREADABLE' }] }, [
    'shares',
  ]),
  'share.removed': decided({ type: 'share.removed', id: share }, { shares: [] }, []),
  fault: decided({ type: 'fault', where: 'w', code: 'BUG', detail: 'd' }, {}, []),
};
const ALL: readonly { [T in DomainEventType]: Decided<T> }[DomainEventType][] = Object.values(TABLE);
const fold = (view: View, ...events: readonly DomainEvent[]): View => events.reduce((before, event) => foldFact(before, event, NOW), view);

describe.each(ALL.map((row) => [row.event.type, row] as const))('%s', (_type, { event, changes, stale, told }) => {
  test('changes what it carries and nothing else, and says what must be read', () => {
    const { journal, ...after } = fold(VIEW, event);
    const { journal: _before, ...before } = VIEW;
    expect(after).toEqual({ ...before, ...changes });
    expect(journal).toEqual(told ? [{ number: 1, atMs: NOW, event }] : []);
    expect(stalePartsOf(event)).toEqual(stale);
  });

  test('leaves the parts it does not change the very same', () => {
    const after = fold(VIEW, event);
    const kept = (Object.keys(VIEW) as (keyof View)[]).filter((key) => !(key in changes) && !(told && key === 'journal'));
    for (const key of kept) expect(after[key]).toBe(VIEW[key]);
    if (!told && Object.keys(changes).length === 0) expect(after).toBe(VIEW);
  });

  test('about somebody unknown, or before anything was read, changes nothing but the journal', () => {
    expect({ ...fold(EMPTY_VIEW, event), journal: [] }).toEqual(EMPTY_VIEW);
  });
});

describe('a fact', () => {
  test('that is folded twice says what it says once, but for counts', () => {
    for (const { event } of ALL) {
      const [once, twice] = [fold(VIEW, event), fold(VIEW, event, event)];
      const standing = ({ people, ...rest }: View): unknown => ({ ...rest, journal: [], people: people.map((one) => ({ ...one, unread: 0, waiting: 0 })) });
      expect(standing(twice)).toEqual(standing(once));
    }
  });

  test('never throws, whatever came before it', () => {
    const any = fc.array(fc.constantFrom(...ALL.map(({ event }) => event)), { maxLength: 40 });
    fc.assert(fc.property(any, fc.boolean(), (events, empty) => void fold(empty ? EMPTY_VIEW : VIEW, ...events)));
  });

  test('of a type that is not known here is left alone', () => {
    const event = { type: 'weather.changed', peer } as unknown as DomainEvent;
    expect(fold(VIEW, event)).toBe(VIEW);
    expect(stalePartsOf(event)).toEqual([]);
  });
});

describe('people', () => {
  test('stay connected when a session only makes room for another one', () => {
    const there = fold(VIEW, TABLE['session.opened'].event);
    const closed = (code: 'SESSION_EXPIRED' | 'LINK_CLOSED'): DomainEvent => ({ type: 'session.closed', peer, session, mood: 'happy', code });
    expect(fold(there, closed('SESSION_EXPIRED')).people[0]?.connected).toBe(true);
    expect(fold(there, closed('LINK_CLOSED')).people[0]?.connected).toBe(false);
  });

  test('are never verified while their key is another one', () => {
    const after = fold(VIEW, TABLE['friend.keyChanged'].event, { type: 'friend.verified', peer, name: ann, verified: true });
    expect(after.people[0]).toMatchObject({ keyChanged: true, verified: false });
  });

  test('have nothing unread after everything was read', () => {
    const more = [3, 4, 5].map((n): DomainEvent => ({ type: 'message.received', peer, id: messageIdOf(n), text: '', createdMs: 1 }));
    const read = [2, 3, 4, 5].map((n): DomainEvent => ({ type: 'message.read', peer, id: messageIdOf(n), by: 'me' }));
    expect(fold(VIEW, ...more).people[0]?.unread).toBe(4);
    expect(fold(VIEW, ...more, ...read).people[0]?.unread).toBe(0);
    expect(fold(VIEW, ...more, ...read, read[0]!).people[0]?.unread).toBe(0);
  });
});

describe('messages', () => {
  const states = (view: View): readonly string[] => view.conversations.get(ann)?.messages.map(({ state }) => state) ?? [];

  test('never go back', () => {
    const read = { type: 'message.read', peer, id: ours.id, by: 'peer' } as const;
    expect(states(fold(VIEW, read, TABLE['message.delivered'].event, TABLE['message.sent'].event))).toEqual(['read', 'received']);
  });

  test('of a friend that bear the id of one of ours are not taken for it', () => {
    const after = fold(VIEW, { type: 'message.received', peer, id: ours.id, text: 'x', createdMs: 1 });
    expect(states(after)).toEqual(['queued', 'received', 'received']);
    expect(states(fold(after, TABLE['message.sent'].event))).toEqual(['sent', 'received', 'received']);
  });

  test('of others are told in the journal as far as a line goes', () => {
    const text = `${'x'.repeat(JOURNAL_TEXT_CHARS_MAX - 2)}😀 and more`;
    const told = fold(VIEW, { type: 'message.received', peer, id: messageIdOf(3), text, createdMs: 1 }).journal[0]?.event;
    expect(told).toMatchObject({ text: `${'x'.repeat(JOURNAL_TEXT_CHARS_MAX - 2)}…` });
  });

  test.each([
    ['many', CONVERSATION_MESSAGES_MAX, ''],
    ['long', CONVERSATION_CHARS_MAX / 50_000, 'y'.repeat(50_000)],
  ])('that are too %s make the oldest go', (_what, max, text) => {
    const messages = Array.from({ length: max }, (_, n) => message(n + 1, 'in', 'read', text));
    const full: View = { ...VIEW, conversations: new Map<AccountName, Conversation>([[ann, { messages, complete: true }]]) };
    const after = fold(full, { type: 'message.received', peer, id: messageIdOf(90_000), text, createdMs: 1 }).conversations.get(ann);
    expect(after?.messages).toHaveLength(max);
    expect(after?.messages[0]?.position).toBe(2);
    expect(after?.complete).toBe(false);
  });
});

describe('transfers', () => {
  test('are held by one, by both, and by the one that is left', () => {
    const by = (type: 'transfer.paused' | 'transfer.resumed', who: 'me' | 'peer'): DomainEvent => ({ type, peer, id, by: who });
    const both = fold(VIEW, by('transfer.paused', 'me'), by('transfer.paused', 'peer'));
    expect(both.transfers[0]?.pausedBy).toBe('both');
    expect(fold(both, by('transfer.resumed', 'me')).transfers[0]?.pausedBy).toBe('peer');
    expect(fold(both, by('transfer.resumed', 'me'), by('transfer.resumed', 'peer')).transfers[0]).not.toHaveProperty('pausedBy');
  });

  test('that are over stay over', () => {
    const done = fold(VIEW, TABLE['transfer.completed'].event);
    const late = ALL.filter(({ event }) => event.type.startsWith('transfer.')).map(({ event }) => event);
    expect(fold(done, ...late).transfers).toBe(done.transfers);
  });
});

describe('the journal', () => {
  test(`keeps the last ${JOURNAL_MAX}, and counts on`, () => {
    const { journal } = fold(VIEW, ...Array.from({ length: JOURNAL_MAX + 3 }, (): DomainEvent => ({ type: 'node.stopped' })));
    expect([journal.length, journal[0]?.number, journal.at(-1)?.number]).toEqual([JOURNAL_MAX, 4, JOURNAL_MAX + 3]);
  });

  test('says once why somebody is called again and again', () => {
    const waits = (code: 'LINK_FAILED' | 'KEY_CHANGED'): DomainEvent => ({ type: 'peer.waiting', peer, code, retryInMs: 1 });
    const { journal } = fold(VIEW, waits('LINK_FAILED'), waits('LINK_FAILED'), waits('KEY_CHANGED'), waits('LINK_FAILED'));
    expect(journal.map(({ event }) => 'code' in event && event.code)).toEqual(['LINK_FAILED', 'KEY_CHANGED', 'LINK_FAILED']);
  });
});
