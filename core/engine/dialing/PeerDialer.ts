import type { Actor } from 'xstate';
import { assert } from '../../base/assert.js';
import type { ErrorCode, SansfilError } from '../../base/errors.js';
import type { PeerId } from '../../base/ids.js';
import { ADDRESSES_MAX } from '../../base/limits.js';
import type { Candidates, DialerEvent, dialerMachine } from '../../machines/dialer/dialer.machine.js';
import type { Clock } from '../../ports/clock.js';
import type { Random } from '../../ports/random.js';
import type { Link } from '../../ports/transport.js';
import { bindDialer, type DialerEffects } from '../bindDialer.js';
import type { Census } from '../Census.js';

export interface DialerHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly census: Census;
  addressesOf(peer: PeerId): readonly string[];
  /** @throws SansfilError LINK_FAILED | ADDRESS_INVALID */
  dial(address: string, signal: AbortSignal): Promise<Link>;
  /** Resolves when the session over that link is the one with the peer; gives up when `signal` is aborted before its keys are made. */
  greet(link: Link, peer: PeerId, signal: AbortSignal): Promise<void>;
  closeLink(link: Link): void;
  waiting(peer: PeerId, code: ErrorCode, retryInMs: number): void;
  fault(where: string, error: SansfilError): void;
}

/** Keeps one peer connected while somebody wants it: the addresses and links of a dialer machine. */
export class PeerDialer {
  readonly #actor: Actor<typeof dialerMachine>;
  #addresses: readonly string[] = [];
  #link: Link | undefined;
  #retryAtMs: number | undefined;

  constructor(
    private readonly peer: PeerId,
    private readonly host: DialerHost,
  ) {
    this.#actor = bindDialer(this.#effects(), host.clock);
  }

  start(): void {
    this.host.census.start(this.#actor, { failed: (error) => this.host.fault('dialer', error) });
  }

  tell(event: Exclude<DialerEvent, { readonly type: 'session.lost' | 'fault' }>): void {
    this.#actor.send(event);
  }

  lost(code: ErrorCode, lasted: boolean): void {
    this.#actor.send({ type: 'session.lost', code, lasted, jitter: this.host.random.uniform() });
  }

  /** Neither dialling nor waiting nor keeping an eye on a session. */
  get idle(): boolean {
    return this.#actor.getSnapshot().matches('idle');
  }

  /** Why there is no session; undefined when there is one or none is wanted. */
  get waits(): { readonly code: ErrorCode; readonly retryInMs: number } | undefined {
    const snapshot = this.#actor.getSnapshot();
    const { wanted, connected, code } = snapshot.context;
    if (!wanted || connected || snapshot.status !== 'active') return undefined;
    const left = snapshot.matches('waiting') ? (this.#retryAtMs ?? 0) - this.host.clock.monotonic() : 0;
    return { code, retryInMs: Math.max(0, left) };
  }

  #effects(): DialerEffects {
    return {
      announce: (code, retryInMs) => {
        this.#retryAtMs = this.host.clock.monotonic() + retryInMs;
        this.host.waiting(this.peer, code, retryInMs);
      },
      lookUp: () => this.#lookUp(),
      dial: (index, signal) => this.#dial(index, signal),
      greet: (signal) => this.#greet(signal),
      failed: (error) => {
        this.host.fault('dialer', error);
        this.#actor.send({ type: 'fault' });
      },
    };
  }

  #lookUp(): Candidates {
    this.#addresses = this.host.addressesOf(this.peer).slice(0, ADDRESSES_MAX);
    return { count: this.#addresses.length, jitter: this.host.random.uniform() };
  }

  async #dial(index: number, signal: AbortSignal): Promise<void> {
    const address = this.#addresses[index];
    assert(address !== undefined, 'there is an address to dial');
    const link = await this.host.dial(address, signal);
    // A transport that did not heed the signal: nobody waits for this link any more.
    if (signal.aborted) return this.host.closeLink(link);
    this.#link = link;
    signal.addEventListener('abort', () => this.#drop(link), { once: true });
  }

  /** Another session opened before the handshake over that link began. */
  #drop(link: Link): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    this.host.closeLink(link);
  }

  async #greet(signal: AbortSignal): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    assert(link, 'there is a link to greet over');
    await this.host.greet(link, this.peer, signal);
  }
}
