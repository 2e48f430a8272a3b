import { BehaviorSubject, distinctUntilChanged, type Observable } from 'rxjs';
import type { SansfilError } from '../base/errors.js';
import type { AccountName } from '../base/ids.js';
import type { Commands } from '../events/commands.js';
import type { DomainEvent } from '../events/domainEvents.js';
import type { Clock } from '../ports/clock.js';
import type { ViewPart } from './stalePartsOf.js';
import { EMPTY_VIEW, type View } from './View.js';

export interface LiveViewPorts {
  readonly commands: Commands;
  readonly events: Observable<DomainEvent>;
  readonly clock: Clock;
  /** What could not be read; told once, and tried again until it can be. */
  onFailure(failure: ReadFailure): void;
}

export interface ReadFailure {
  readonly part: ViewPart | { readonly conversation: AccountName };
  readonly error: SansfilError;
}

/** The view of a device, kept true: facts at once, and what they do not carry read again. */
export class LiveView implements AsyncDisposable {
  readonly #view = new BehaviorSubject<View>(EMPTY_VIEW);
  /** The view as it stands, then every change. */
  readonly view$: Observable<View> = this.#view.pipe(distinctUntilChanged());

  constructor(private readonly ports: LiveViewPorts) {}

  get view(): View {
    return this.#view.value;
  }

  /** Reads everything, and hears the facts from now on. */
  start(): void {
    void this.ports;
  }

  /** Loads the newest page of a conversation; it stays in the view until CONVERSATIONS_MAX others were opened after it. */
  open(_name: AccountName): void {
    void this.ports;
  }

  /** Loads the page before the first message there is. */
  older(_name: AccountName): void {
    void this.ports;
  }

  /** Reads a part again that was changed by a command of which no fact tells (friend.trust). */
  refresh(_part: ViewPart): void {
    void this.ports;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#view.complete();
  }
}
