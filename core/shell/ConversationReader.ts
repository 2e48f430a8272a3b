import type { SansfilError } from '../base/errors.js';
import type { AccountName, PeerId } from '../base/ids.js';
import { CONVERSATION_MESSAGES_MAX, CONVERSATION_PAGE_MESSAGES } from '../base/shellLimits.js';
import type { Commands, MessageView } from '../events/commands.js';
import type { Clock } from '../ports/clock.js';
import { CoalescedRead } from './CoalescedRead.js';
import { newestPlace, UNPLACED, withNewest, withOlder, type Stretch } from './conversation.js';
import type { Meanwhile } from './Meanwhile.js';
import { replaced } from './foldFact.js';
import { keepSame, keepSameRows } from './sameData.js';
import { personOf } from './select.js';
import type { Away, Conversation, View } from './View.js';

export interface ConversationReaderPorts {
  readonly commands: Commands;
  readonly clock: Clock;
  view(): View;
  show(view: View): void;
  /** Collects the facts that come while `work` is under way. */
  during(work: (meanwhile: Meanwhile) => Promise<void>): Promise<void>;
  failed(error: SansfilError): void;
}

/** Reads the history with one person into the view: the newest page again and again, older ones as they are asked for. */
export class ConversationReader {
  readonly #newest: CoalescedRead;
  readonly #older: CoalescedRead;
  /** The position it is read back to, when it was asked for. */
  #backTo = Infinity;
  #ended = false;

  constructor(
    private readonly name: AccountName,
    private readonly ports: ConversationReaderPorts,
  ) {
    const { clock } = ports;
    const failed = (error: SansfilError): void => ports.failed(error);
    this.#newest = new CoalescedRead({ clock, failed, read: () => this.#read((peer, meanwhile) => this.#readNewest(peer, meanwhile)) });
    this.#older = new CoalescedRead({ clock, failed, read: () => this.#read((peer, meanwhile) => this.#readOlder(peer, meanwhile)) });
  }

  /** Of nobody nothing is read: it is asked for again when that person is there. */
  refresh(): void {
    if (personOf(this.ports.view(), this.name)) this.#newest.ask();
  }

  /** One page more, however often it is asked for before that is there; or as many as there are back to a position. */
  older(backTo = Infinity): void {
    this.#backTo = Math.min(this.#backTo, backTo);
    if (!this.#older.isBusy) this.#older.ask();
  }

  end(): void {
    this.#ended = true;
    this.#newest.end();
    this.#older.end();
  }

  async #read(work: (peer: PeerId, meanwhile: Meanwhile) => Promise<void>): Promise<void> {
    const peer = personOf(this.ports.view(), this.name)?.peer;
    if (peer === undefined) return;
    try {
      await this.ports.during((meanwhile) => work(peer, meanwhile));
    } catch (error) {
      // Whoever was removed meanwhile has no history to read.
      if (this.#isStill(peer)) throw error;
    }
  }

  async #readNewest(peer: PeerId, meanwhile: Meanwhile): Promise<void> {
    const known = this.#conversation;
    const stretch = await this.#newestStretch(known ? newestPlace(known) : undefined);
    if (this.#isStill(peer)) this.#show(withNewest(this.#conversation, stretch), meanwhile);
    if (!meanwhile.isWhole) this.refresh();
  }

  async #readOlder(peer: PeerId, meanwhile: Meanwhile): Promise<void> {
    const known = this.#conversation;
    const before = known?.messages[0]?.position;
    if (!known || known.complete || before === undefined || before === UNPLACED || known.messages.length >= CONVERSATION_MESSAGES_MAX) {
      this.#backTo = Infinity;
      return;
    }
    const messages = await this.#page(before);
    // What was told of these messages is not known any more: they are read once more.
    if (!meanwhile.isWhole) return this.#older.ask();
    const now = this.#conversation;
    if (now && this.#isStill(peer)) this.#show(withOlder(now, before, { messages, begins: messages.length < CONVERSATION_PAGE_MESSAGES }), meanwhile);
    const first = this.#conversation?.messages[0]?.position;
    // Nothing came before it, or no more of it could be kept.
    if (first === before || first === undefined || first <= this.#backTo) this.#backTo = Infinity;
    else if (this.#backTo !== Infinity) this.#older.ask();
  }

  /** Page by page back to what is known, so that nothing is missing between; no further than may be kept. */
  async #newestStretch(known: number | undefined): Promise<Stretch> {
    let messages: readonly MessageView[] = [];
    for (;;) {
      const page = await this.#page(messages[0]?.position);
      messages = [...page, ...messages];
      if (page.length < CONVERSATION_PAGE_MESSAGES) return { messages, begins: true };
      const isJoined = known === undefined || (messages[0]?.position ?? 0) <= known;
      if (isJoined || messages.length >= CONVERSATION_MESSAGES_MAX) return { messages, begins: false };
    }
  }

  #page(before: number | undefined): Promise<readonly MessageView[]> {
    const page = { with: this.name, limit: CONVERSATION_PAGE_MESSAGES, ...(before === undefined ? {} : { before }) };
    return this.ports.commands.dispatch({ type: 'message.history', ...page });
  }

  get #conversation(): Conversation | undefined {
    return this.ports.view().conversations.get(this.name);
  }

  #isStill(peer: PeerId): boolean {
    return !this.#ended && personOf(this.ports.view(), this.name)?.peer === peer;
  }

  #show(read: Conversation, meanwhile: Meanwhile): void {
    const view = this.ports.view();
    const told = meanwhile.onTopOf({ ...view, conversations: new Map(view.conversations).set(this.name, read) }, view);
    const { messages, complete } = told.conversations.get(this.name) ?? read;
    const before = this.#conversation;
    const rows = keepSameRows(before?.messages ?? [], messages, ({ id, direction }) => `${direction} ${id}`);
    const conversation = keepSame(before, { messages: rows, complete });
    const changes = conversation === before ? {} : { conversations: new Map(view.conversations).set(this.name, conversation ?? read) };
    this.ports.show(replaced(view, { ...changes, away: this.#awayBy(view, rows) }));
  }

  /** Why somebody is away was told before anybody listened; what waits for them still says it. */
  #awayBy({ away, people }: View, messages: readonly MessageView[]): ReadonlyMap<AccountName, Away> {
    const waits = messages.findLast((message) => message.waits?.retryInMs !== undefined)?.waits;
    const isConnected = people.some(({ name, connected }) => name === this.name && connected);
    if (waits?.retryInMs === undefined || isConnected || away.has(this.name)) return away;
    return new Map(away).set(this.name, { code: waits.code, retryAtMs: this.ports.clock.now() + waits.retryInMs });
  }
}
