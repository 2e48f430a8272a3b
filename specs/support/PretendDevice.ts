import { Subject } from 'rxjs';
import { SansfilError } from '../../core/base/errors.js';
import type { AccountName, MessageId, PeerId, SessionId } from '../../core/base/ids.js';
import type {
  AccountView,
  Command,
  CommandOf,
  CommandResults,
  Commands,
  CommandType,
  FriendView,
  MessageView,
  NodeView,
  ShareView,
  TransferView,
} from '../../core/events/commands.js';
import type { DirectoryState, DomainEvent, Presence } from '../../core/events/domainEvents.js';
import type { Clock } from '../../core/ports/clock.js';
import { friendView } from './friendView.js';
import { messageIdOf, peerOf, shareIdOf, transferIdOf } from './samples.js';

type Change<T> = { -readonly [K in keyof T]?: T[K] | undefined };

interface Question {
  readonly command: Command;
  answer(): void;
  fail(error: SansfilError): void;
}

/** Without what is undefined, as views are. */
const changed = <T extends object>(from: T, change: Change<T>): T =>
  Object.fromEntries(Object.entries({ ...from, ...change }).filter(([, value]) => value !== undefined)) as T;

/**
 * A device as a view sees it: what it is asked, what it tells. Nothing is answered by itself unless `answersAtOnce`; an answer says how
 * things stood when it was made, which is when it was asked (`early`) or when it comes.
 */
export class PretendDevice {
  readonly events = new Subject<DomainEvent>();
  readonly questions: Question[] = [];
  readonly asked: CommandType[] = [];
  answersAtOnce = false;
  early = false;
  people: FriendView[] = [];
  transfers: TransferView[] = [];
  shares: ShareView[] = [];
  node: NodeView = {
    version: '1',
    peer: peerOf(250),
    fingerprint: 'F',
    addresses: [],
    directory: { state: 'connecting', url: 'mqtt://x' },
    presence: 'offline',
    plugins: [{ name: 'one', state: 'running' }],
    sessions: 0,
  };
  account: AccountView = { peer: peerOf(250), fingerprint: 'F', state: 'connecting' };
  readonly histories = new Map<PeerId, MessageView[]>();
  readonly waits = new Map<PeerId, NonNullable<MessageView['waits']>>();
  #count = 0;

  constructor(private readonly clock: Clock) {}

  readonly commands: Commands = {
    dispatch: <T extends CommandType>(command: CommandOf<T> & { readonly type: T }): Promise<CommandResults[T]> => {
      this.asked.push(command.type);
      return new Promise((resolve, reject) => {
        const ask = (): unknown => structuredClone(this.#answer(command));
        const settle = (from: () => unknown): void => {
          try {
            resolve(from() as CommandResults[T]);
          } catch (error) {
            reject(SansfilError.from(error));
          }
        };
        const made = this.early ? attempt(ask) : ask;
        if (this.answersAtOnce) settle(made);
        else this.questions.push({ command, answer: () => settle(made), fail: reject });
      });
    },
  };

  tell(event: DomainEvent): void {
    this.events.next(event);
  }

  person(name: AccountName): FriendView | undefined {
    return this.people.find((person) => person.name === name);
  }

  history(peer: PeerId): readonly MessageView[] {
    const waits = this.waits.get(peer);
    return (this.histories.get(peer) ?? []).map((message) =>
      waits && message.direction === 'out' && (message.state === 'queued' || message.state === 'sent') ? { ...message, waits } : message,
    );
  }

  // ── people ───────────────────────────────────────────────────────────────────────────────────
  settle(name: AccountName, peer: PeerId, state: FriendView['state']): void {
    const fresh = friendView(name, peer, { state, safetyNumber: `number of ${peer.slice(0, 8)}` });
    this.people = this.person(name) ? this.people.map((person) => (person.name === name ? { ...person, state } : person)) : [...this.people, fresh];
    this.tell({ type: 'friend.changed', peer, name, state });
  }

  remove({ name, peer }: FriendView): void {
    this.people = this.people.filter((person) => person.peer !== peer);
    this.transfers = this.transfers.filter((transfer) => transfer.with !== name);
    this.waits.delete(peer);
    this.tell({ type: 'friend.changed', peer, name, state: 'removed' });
  }

  keyChange({ name, peer }: FriendView, to: PeerId): void {
    this.#person(peer, { keyChanged: true, verified: false, safetyNumber: `number of ${to.slice(0, 8)}` });
    this.waits.delete(peer);
    this.tell({ type: 'friend.keyChanged', name, from: peer, to });
    this.close(peer, 'KEY_CHANGED');
  }

  /** The new key of a friend takes the place of the old one. */
  adopt(friend: FriendView, to: PeerId): void {
    this.close(friend.peer, 'KEY_CHANGED');
    this.remove(friend);
    this.settle(friend.name, to, 'friend');
    this.verify(to, true);
  }

  verify(peer: PeerId, verified: boolean): void {
    const person = this.people.find((one) => one.peer === peer);
    if (!person) return;
    this.#person(peer, { verified: verified && !person.keyChanged });
    this.tell({ type: 'friend.verified', peer, name: person.name, verified });
  }

  presence({ name, peer }: FriendView, state: Presence, sinceMs: number): void {
    this.#person(peer, { presence: state, sinceMs: sinceMs === 0 ? undefined : sinceMs });
    this.tell({ type: 'presence.changed', peer, name, state, sinceMs });
  }

  open(peer: PeerId): void {
    if (!this.people.some((person) => person.peer === peer && !person.connected)) return;
    this.#person(peer, { connected: true });
    this.waits.delete(peer);
    this.node = { ...this.node, sessions: this.node.sessions + 1 };
    this.tell({ type: 'session.opened', peer, session: 's' as SessionId, suite: 1, role: 'initiator' });
  }

  close(peer: PeerId, code: 'LINK_CLOSED' | 'KEY_CHANGED' | 'SESSION_EXPIRED'): void {
    if (!this.people.some((person) => person.peer === peer && person.connected)) return;
    if (code !== 'SESSION_EXPIRED') {
      this.#person(peer, { connected: false });
      this.node = { ...this.node, sessions: this.node.sessions - 1 };
    }
    this.tell({ type: 'session.closed', peer, session: 's' as SessionId, mood: 'lonely', code });
  }

  wait({ peer, connected }: FriendView): void {
    if (connected) return;
    this.waits.set(peer, { code: 'LINK_FAILED', retryInMs: 500 });
    this.tell({ type: 'peer.waiting', peer, code: 'LINK_FAILED', retryInMs: 500 });
  }

  // ── messages ─────────────────────────────────────────────────────────────────────────────────
  receive({ name, peer, unread }: FriendView): void {
    const message = this.#append(name, peer, 'in', 'received');
    this.#person(peer, { unread: unread + 1 });
    this.tell({ type: 'message.received', peer, id: message.id, text: message.text, createdMs: message.createdMs });
  }

  /** So many messages that came and were read without a word of it. */
  fill({ name, peer }: FriendView, count: number): void {
    for (let n = 0; n < count; n++) this.#append(name, peer, 'in', 'read');
  }

  queue({ name, peer, waiting }: FriendView): void {
    const { id } = this.#append(name, peer, 'out', 'queued');
    this.#person(peer, { waiting: waiting + 1 });
    this.tell({ type: 'message.queued', peer, id });
  }

  /** The first of ours that has not come so far. */
  advance({ peer, waiting }: FriendView, to: 'sent' | 'delivered' | 'read'): void {
    const from = { sent: 'queued', delivered: 'sent', read: 'delivered' }[to];
    const id = this.histories.get(peer)?.find(({ direction, state }) => direction === 'out' && state === from)?.id;
    if (id === undefined) return;
    this.#message(peer, id, to);
    if (to === 'delivered') this.#person(peer, { waiting: waiting - 1 });
    this.tell(to === 'read' ? { type: 'message.read', peer, id, by: 'peer' } : { type: `message.${to}`, peer, id });
  }

  markRead({ peer }: FriendView): void {
    const unread = (this.histories.get(peer) ?? []).filter(({ state }) => state === 'received');
    for (const { id } of unread) this.#message(peer, id, 'read');
    this.#person(peer, { unread: 0 });
    for (const { id } of unread) this.tell({ type: 'message.read', peer, id, by: 'me' });
  }

  // ── files ────────────────────────────────────────────────────────────────────────────────────
  offer({ name, peer }: FriendView, direction: 'in' | 'out'): void {
    const id = transferIdOf(++this.#count);
    const items = [{ name: 'a', bytes: 1_000 }];
    const rest = { state: 'offered', createdMs: this.clock.now(), items, bytes: 0, total: 1_000, bytesPerSecond: 0, paths: [] } as const;
    this.transfers = [...this.transfers, { id, with: name, direction, ...rest }];
    this.tell({ type: 'transfer.offered', peer, id, direction, items, bytes: 1_000 });
  }

  transfer(transfer: TransferView, change: Change<TransferView>, fact: DomainEvent): void {
    this.transfers = this.transfers.map((one) => (one.id === transfer.id ? changed(one, change) : one));
    this.tell(fact);
  }

  share(): void {
    const id = shareIdOf(++this.#count);
    const waiting = { items: 2, bytes: 100 };
    this.shares = [...this.shares, { id, path: '/s', name: 's', folder: true, state: 'hashing', items: 0, bytes: 0, waiting, refused: 0, problems: [] }];
    this.tell({ type: 'share.added', id, name: 's' });
  }

  changeShare(share: ShareView, change: Change<ShareView> | undefined, fact: DomainEvent): void {
    this.shares = this.shares.flatMap((one) => (one.id !== share.id ? [one] : change ? [changed(one, change)] : []));
    this.tell(fact);
  }

  // ── the device ───────────────────────────────────────────────────────────────────────────────
  directory(state: DirectoryState): void {
    const code = state === 'offline' ? ({ code: 'DIRECTORY_UNREACHABLE' } as const) : {};
    this.node = { ...this.node, directory: { state, url: 'mqtt://x', ...code } };
    this.account = { ...this.account, state };
    this.tell({ type: 'directory.changed', state, ...code });
  }

  register(name: AccountName): void {
    this.account = { ...this.account, name, directory: 'x' };
    this.tell({ type: 'account.registered', name });
  }

  changeNode(change: Partial<NodeView>, fact: DomainEvent): void {
    this.node = { ...this.node, ...change };
    this.tell(fact);
  }

  #answer(command: Command): unknown {
    switch (command.type) {
      case 'node.show':
        return this.node;
      case 'account.show':
        return this.account;
      case 'friend.list':
        return this.people;
      case 'transfer.list':
        return this.transfers;
      case 'share.list':
        return this.shares;
      case 'message.history': {
        const peer = this.people.find(({ name }) => name === command.with)?.peer;
        if (peer === undefined) throw new SansfilError('FRIEND_UNKNOWN');
        return this.history(peer)
          .filter(({ position }) => position < (command.before ?? Infinity))
          .slice(-(command.limit ?? 50));
      }
      default:
        throw new SansfilError('COMMAND_INVALID', command.type);
    }
  }

  #append(name: AccountName, peer: PeerId, direction: 'in' | 'out', state: MessageView['state']): MessageView {
    const position = ++this.#count;
    const now = this.clock.now();
    const message = { id: messageIdOf(position), with: name, direction, text: `text ${position}`, createdMs: now - 5, storedMs: now, state, position };
    this.histories.set(peer, [...(this.histories.get(peer) ?? []), message]);
    return message;
  }

  #message(peer: PeerId, id: MessageId, state: MessageView['state']): void {
    this.histories.set(
      peer,
      (this.histories.get(peer) ?? []).map((message) => (message.id === id ? { ...message, state } : message)),
    );
  }

  #person(peer: PeerId, change: Change<FriendView>): void {
    this.people = this.people.map((person) => (person.peer === peer ? changed(person, change) : person));
  }
}

/** Made now, told later. */
function attempt(ask: () => unknown): () => unknown {
  try {
    const answer = ask();
    return () => answer;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
