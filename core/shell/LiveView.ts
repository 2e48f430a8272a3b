import { BehaviorSubject, distinctUntilChanged, type Observable, type Subscription } from 'rxjs';
import { SansfilError } from '../base/errors.js';
import type { AccountName } from '../base/ids.js';
import { CONVERSATIONS_MAX } from '../base/shellLimits.js';
import type { Commands } from '../events/commands.js';
import type { DomainEvent } from '../events/domainEvents.js';
import type { Clock } from '../ports/clock.js';
import { CoalescedRead } from './CoalescedRead.js';
import { ConversationReader } from './ConversationReader.js';
import { foldFact, replaced } from './foldFact.js';
import { countedFor, nameOf, withoutName } from './foldPeople.js';
import { Meanwhile } from './Meanwhile.js';
import { personOf } from './select.js';
import { stalePartsOf, VIEW_PARTS, type StalePart, type ViewPart } from './stalePartsOf.js';
import { EMPTY_VIEW, type View } from './View.js';
import { READS, withAnswer } from './viewReads.js';

export interface LiveViewPorts {
  readonly commands: Commands;
  readonly events: Observable<DomainEvent>;
  readonly clock: Clock;
  /** What could not be read; told once, and tried again until it can be. */
  onFailure(failure: ReadFailure): void;
}

export interface ReadFailure {
  /** `facts`: the stream of facts broke, and the view stays as it is. */
  readonly part: ViewPart | 'facts' | { readonly conversation: AccountName };
  readonly error: SansfilError;
}

/** The view of a device, kept true: facts at once, and what they do not carry read again. */
export class LiveView implements AsyncDisposable {
  readonly #view = new BehaviorSubject<View>(EMPTY_VIEW);
  /** The view as it stands, then every change. */
  readonly view$: Observable<View> = this.#view.pipe(distinctUntilChanged());
  readonly #parts: ReadonlyMap<ViewPart, CoalescedRead>;
  /** The one that was opened last comes last. */
  readonly #opened = new Map<AccountName, ConversationReader>();
  readonly #underWay = new Set<Meanwhile>();
  #facts: Subscription | undefined;
  #ended = false;

  constructor(private readonly ports: LiveViewPorts) {
    const { clock } = ports;
    this.#parts = new Map(
      VIEW_PARTS.map((part) => [part, new CoalescedRead({ clock, read: () => this.#read(part), failed: (error) => ports.onFailure({ part, error }) })]),
    );
  }

  get view(): View {
    return this.#view.value;
  }

  /** Reads everything, and hears the facts from now on. */
  start(): void {
    if (this.#facts || this.#ended) return;
    // Heard before anything is asked, so that nothing is missed between the two.
    this.#facts = this.ports.events.subscribe({
      next: (event) => this.#hear(event),
      error: (error: unknown) => this.ports.onFailure({ part: 'facts', error: SansfilError.from(error) }),
    });
    for (const part of VIEW_PARTS) this.refresh(part);
  }

  /** Loads the newest page of a conversation; it stays in the view until CONVERSATIONS_MAX others were opened after it. */
  open(name: AccountName): void {
    if (this.#ended) return;
    const known = this.#opened.get(name);
    this.#opened.delete(name);
    this.#opened.set(name, known ?? this.#reader(name));
    if (!known) this.#opened.get(name)?.refresh();
    for (const oldest of [...this.#opened.keys()].slice(0, -CONVERSATIONS_MAX)) this.#close(oldest);
  }

  /** Loads the page before the first message there is; with a position, all pages back to it that can be kept. */
  older(name: AccountName, backTo?: number): void {
    this.#opened.get(name)?.older(backTo);
  }

  /** Reads a part again that was changed by a command of which no fact tells (friend.trust). */
  refresh(part: ViewPart): void {
    this.#parts.get(part)?.ask();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#facts?.unsubscribe();
    for (const read of this.#parts.values()) read.end();
    for (const reader of this.#opened.values()) reader.end();
    this.#view.complete();
  }

  #hear(event: DomainEvent): void {
    const nowMs = this.ports.clock.now();
    for (const meanwhile of this.#underWay) meanwhile.note(event, nowMs);
    this.#show(foldFact(this.view, event, nowMs));
    for (const part of stalePartsOf(event)) this.#refresh(part);
    // An answer under way may have this one counted already, or not.
    if (countedFor(event) !== undefined && this.#parts.get('people')?.isReading) this.refresh('people');
  }

  #refresh(part: StalePart): void {
    if (typeof part === 'string') return this.refresh(part);
    const name = nameOf(this.view.people, part.conversation);
    if (name !== undefined) this.#opened.get(name)?.refresh();
  }

  async #read(part: ViewPart): Promise<void> {
    await this.#during(async (meanwhile) => {
      const answer = await READS[part](this.ports.commands);
      if (this.#ended) return;
      this.#show(withAnswer(this.view, part, answer, meanwhile));
      if (!meanwhile.isWhole) this.refresh(part);
    });
    if (part === 'people') this.#readMissing();
  }

  /** Conversations that were opened before that person was known here, or that began anew with another device. */
  #readMissing(): void {
    for (const [name, reader] of this.#opened) {
      if (!this.view.conversations.has(name) && personOf(this.view, name)) reader.refresh();
    }
  }

  async #during(work: (meanwhile: Meanwhile) => Promise<void>): Promise<void> {
    const meanwhile = new Meanwhile();
    this.#underWay.add(meanwhile);
    try {
      await work(meanwhile);
    } finally {
      this.#underWay.delete(meanwhile);
    }
  }

  #reader(name: AccountName): ConversationReader {
    const { commands, clock } = this.ports;
    return new ConversationReader(name, {
      commands,
      clock,
      view: () => this.view,
      show: (view) => this.#show(view),
      during: (work) => this.#during(work),
      failed: (error) => this.ports.onFailure({ part: { conversation: name }, error }),
    });
  }

  #close(name: AccountName): void {
    this.#opened.get(name)?.end();
    this.#opened.delete(name);
    this.#show(replaced(this.view, { conversations: withoutName(this.view.conversations, name) }));
  }

  #show(view: View): void {
    if (view !== this.view && !this.#ended) this.#view.next(view);
  }
}
