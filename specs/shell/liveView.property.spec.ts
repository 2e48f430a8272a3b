import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SansfilError } from '../../core/base/errors.js';
import type { AccountName } from '../../core/base/ids.js';
import { CONVERSATION_PAGE_MESSAGES } from '../../core/base/shellLimits.js';
import type { FriendView, ShareView, TransferView } from '../../core/events/commands.js';
import { LiveView, type ReadFailure } from '../../core/shell/LiveView.js';
import { VirtualClock } from '../../core/testing.js';
import { PretendDevice } from '../support/PretendDevice.js';
import { peerOf } from '../support/samples.js';
import { settled } from '../support/settled.js';

/*
 * Whatever happens in whatever order, and however late, old or failed the answers are: in the end the view is what the device says.
 */

const NAMES = ['ann', 'bob', 'çelik'] as AccountName[];
type Act = (device: PretendDevice, view: LiveView) => void;

const some = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];

const toPerson =
  (act: (device: PretendDevice, person: FriendView) => void) =>
  (n: number): Act =>
  (device) => {
    const person = some(device.people, n);
    if (person) act(device, person);
  };
const toTransfer =
  (act: (device: PretendDevice, transfer: TransferView, peer: FriendView['peer']) => void) =>
  (n: number): Act =>
  (device) => {
    const transfer = some(
      device.transfers.filter(({ state }) => state === 'offered' || state === 'active' || state === 'paused'),
      n,
    );
    const peer = transfer && device.person(transfer.with)?.peer;
    if (transfer && peer !== undefined) act(device, transfer, peer);
  };
const toShare =
  (act: (device: PretendDevice, share: ShareView) => void) =>
  (n: number): Act =>
  (device) => {
    const share = some(device.shares, n);
    if (share) act(device, share);
  };

const ACTS: readonly ((n: number) => Act)[] = [
  (n) => (device) => {
    const name = some(NAMES, n)!;
    device.settle(name, device.person(name)?.peer ?? peerOf(n % NAMES.length), n % 2 === 0 ? 'friend' : 'incoming');
  },
  toPerson((device, person) => device.remove(person)),
  toPerson((device, person) => device.keyChange(person, peerOf(100))),
  toPerson((device, person) => person.keyChanged && device.adopt(person, peerOf(100 + device.asked.length))),
  toPerson((device, { peer, verified }) => device.verify(peer, !verified)),
  (n) => toPerson((device, person) => device.presence(person, n % 3 === 0 ? 'online' : 'offline', n % 3 === 0 ? n + 1 : 0))(n),
  toPerson((device, { peer }) => device.open(peer)),
  toPerson((device, { peer }) => device.close(peer, 'LINK_CLOSED')),
  toPerson((device, { peer }) => device.close(peer, 'SESSION_EXPIRED')),
  toPerson((device, person) => device.wait(person)),
  toPerson((device, person) => device.receive(person)),
  toPerson((device, person) => device.queue(person)),
  // More than a page at once.
  toPerson((device, { name }) => {
    for (let i = 0; i < 130; i++) device.receive(device.person(name)!);
  }),
  toPerson((device, person) => device.advance(person, 'sent')),
  toPerson((device, person) => device.advance(person, 'delivered')),
  toPerson((device, person) => device.advance(person, 'read')),
  toPerson((device, person) => device.markRead(person)),
  (n) => toPerson((device, person) => device.offer(person, n % 2 === 0 ? 'in' : 'out'))(n),
  toTransfer((device, transfer, peer) => device.transfer(transfer, { state: 'active', code: undefined }, { type: 'transfer.started', peer, id: transfer.id })),
  toTransfer((device, transfer, peer) => {
    const progress = { bytes: transfer.bytes + 10, total: 1_000, bytesPerSecond: 10 };
    const change = { ...progress, secondsLeft: Math.ceil((990 - transfer.bytes) / 10) };
    device.transfer(transfer, change, { type: 'transfer.progressed', peer, id: transfer.id, ...progress });
  }),
  toTransfer((device, transfer, peer) => {
    const change = { state: 'paused', code: 'LINK_CLOSED', bytesPerSecond: 0, secondsLeft: undefined } as const;
    device.transfer(transfer, change, { type: 'transfer.interrupted', peer, id: transfer.id, code: 'LINK_CLOSED' });
  }),
  (n) =>
    toTransfer((device, transfer, peer) => {
      const by = n % 2 === 0 ? 'me' : 'peer';
      device.transfer(transfer, { state: 'paused', pausedBy: by, code: undefined }, { type: 'transfer.paused', peer, id: transfer.id, by });
    })(n),
  toTransfer((device, transfer, peer) => {
    const change = { state: 'done', bytes: 1_000, paths: ['/a'], pausedBy: undefined, secondsLeft: undefined, code: undefined } as const;
    device.transfer(transfer, change, { type: 'transfer.completed', peer, id: transfer.id, direction: transfer.direction, paths: ['/a'] });
  }),
  toTransfer((device, transfer, peer) => {
    const change = { state: 'failed', code: 'DISK_FULL' } as const;
    device.transfer(transfer, { ...change, secondsLeft: undefined }, { type: 'transfer.ended', peer, id: transfer.id, ...change });
  }),
  () => (device) => device.share(),
  toShare((device, share) => {
    const change = { bytes: 40, waiting: { items: share.waiting.items, bytes: 60 } };
    device.changeShare(share, change, { type: 'share.progressed', id: share.id, bytes: 40, total: 100, bytesPerSecond: 1 });
  }),
  toShare((device, share) => {
    const counts = { items: 2, bytes: 100, refused: 0 };
    device.changeShare(share, { ...counts, state: 'ready', waiting: { items: 0, bytes: 0 } }, { type: 'share.ready', id: share.id, ...counts });
  }),
  toShare((device, share) => device.changeShare(share, undefined, { type: 'share.removed', id: share.id })),
  (n) => (device) => device.directory(n % 2 === 0 ? 'online' : 'offline'),
  () => (device) => device.register('me' as AccountName),
  (n) => (device) => {
    const presence = n % 2 === 0 ? 'busy' : 'online';
    device.changeNode({ presence }, { type: 'presence.own', state: presence });
  },
  (n) => (device) => device.changeNode({ addresses: [`tcp://${n}`] }, { type: 'node.addressesChanged', addresses: [`tcp://${n}`] }),
  () => (device) => {
    const plugins = [{ name: 'one', state: 'failed', code: 'BUG' }] as const;
    device.changeNode({ plugins }, { type: 'plugin.failed', plugin: 'one', code: 'BUG', detail: '' });
  },
  (n) => (_device, view) => view.open(some(NAMES, n)!),
  (n) => (_device, view) => view.older(some(NAMES, n)!),
];

/** What happens to questions and time between the acts. */
const PACES: readonly ((n: number) => (device: PretendDevice, clock: VirtualClock) => void)[] = [
  (n) => (device) => device.questions.splice(n % Math.max(1, device.questions.length), 1)[0]?.answer(),
  (n) => (device) => device.questions.splice(n % Math.max(1, device.questions.length), 1)[0]?.answer(),
  (n) => (device) => device.questions.splice(n % Math.max(1, device.questions.length), 1)[0]?.fail(new SansfilError('STORE_FAILED')),
  (n) => (_device, clock) => clock.advance(n),
  (n) => (_device, clock) => clock.advance(n),
  (n) => (device) => void (device.early = n % 2 === 0),
];

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ act: fc.nat(ACTS.length - 1), n: fc.nat(200) }) },
    // Opening and reading back, and an answer or a moment between the acts.
    { weight: 1, arbitrary: fc.record({ act: fc.integer({ min: ACTS.length - 2, max: ACTS.length - 1 }), n: fc.nat(200) }) },
    { weight: 5, arbitrary: fc.record({ pace: fc.nat(PACES.length - 1), n: fc.nat(200) }) },
  ),
  { maxLength: 80 },
);

/** Every question is answered, until none comes any more. */
async function calm(device: PretendDevice, clock: VirtualClock): Promise<void> {
  for (let round = 0; round < 200; round++) {
    await settled();
    if (device.questions.length === 0 && !clock.step()) return;
    for (const question of device.questions.splice(0)) question.answer();
  }
  throw new Error('the view never stops asking');
}

function expectTrue(view: LiveView, device: PretendDevice, toldKnown: ReadonlySet<AccountName>): void {
  const { node, account, people, transfers, shares, conversations, away } = view.view;
  expect({ node, account, people, transfers, shares }).toEqual({
    node: device.node,
    account: device.account,
    people: device.people,
    transfers: device.transfers,
    shares: device.shares,
  });
  for (const [name, { messages, complete }] of conversations) {
    const history = device.history(device.person(name)!.peer);
    expect(messages).toEqual(history.slice(history.length - messages.length));
    expect(messages.length).toBeGreaterThanOrEqual(Math.min(history.length, CONVERSATION_PAGE_MESSAGES));
    if (complete) expect(messages).toHaveLength(history.length);
  }
  // Nobody can be asked why somebody is away: only who was known when it was told is sure to be there.
  const waiting = device.people.filter(({ peer }) => device.waits.has(peer)).map(({ name }) => name);
  expect(waiting).toEqual(expect.arrayContaining([...away.keys()]));
  expect([...away.keys()]).toEqual(expect.arrayContaining(waiting.filter((name) => toldKnown.has(name))));
}

describe('a live view', () => {
  test('is in the end what the device says, whatever happened in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(10), async (taken, startAt) => {
        const clock = new VirtualClock();
        const device = new PretendDevice(clock);
        const failures: ReadFailure[] = [];
        await using view = new LiveView({ commands: device.commands, events: device.events, clock, onFailure: (failure) => void failures.push(failure) });
        let index = -1;
        const toldKnown = new Set<AccountName>();
        device.events.subscribe((event) => {
          if (event.type !== 'peer.waiting') return;
          const name = device.people.find(({ peer }) => peer === event.peer)!.name;
          if (index >= startAt && view.view.people.some(({ peer }) => peer === event.peer)) toldKnown.add(name);
          else toldKnown.delete(name);
        });
        const opened = new Set<AccountName>(NAMES.slice(0, 1));
        for (const [n, name] of NAMES.entries()) device.settle(name, peerOf(n), 'friend');
        view.open(NAMES[0]!);
        for (const step of taken) {
          if (++index === startAt) view.start();
          if ('act' in step) ACTS[step.act]!(step.n)(device, view);
          else PACES[step.pace]!(step.n)(device, clock);
          if ('act' in step && step.act === ACTS.length - 2) opened.add(some(NAMES, step.n)!);
          await settled();
        }
        view.start();
        await calm(device, clock);
        expectTrue(view, device, toldKnown);
        const there = [...opened].filter((name) => device.person(name));
        expect([...view.view.conversations.keys()].sort()).toEqual(there.sort());
        expect(failures.every(({ error }) => error.code === 'STORE_FAILED')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
