import type { PeerId, SessionId } from '../../base/ids.js';
import type { DomainEvent } from '../../events/domainEvents.js';
import type { Contact } from '../../ports/stores.js';
import type { ContactTable } from '../stores/ContactTable.js';
import type { MessageTable } from '../stores/MessageTable.js';
import type { TransferTable } from '../stores/TransferTable.js';

/** What must hold and did not: a sentence that names devices and ids. */
export type Finding = string;

export interface CheckedFile {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
  /** Permission bits. */
  readonly mode: number;
  /** A power cut left less of it than was made; whoever starts next mends that. */
  readonly isTorn?: boolean;
}

/** A device as checkers see it, in whatever life it is. */
export interface CheckedDevice {
  readonly id: PeerId;
  readonly name: string;
  readonly running: boolean;
  /** The sessions its engine says are open now. */
  readonly open: ReadonlyMap<SessionId, PeerId>;
  /** Timers its process waits for. */
  readonly timers: number;
  /** What its next life would find after a power cut at this moment. */
  readonly committed: {
    readonly messages: Pick<MessageTable, 'get' | 'history' | 'outboxLength' | 'outboxPeers'>;
    readonly contacts: Pick<ContactTable, 'all'>;
    readonly transfers: Pick<TransferTable, 'all' | 'get'>;
  };
  /** Complete files under their final names. */
  readonly received: ReadonlyMap<string, CheckedFile>;
  /** Folders that came as items, because they hold nothing. */
  readonly folders: ReadonlySet<string>;
  /** Of chunks on their way, in memory. */
  readonly bufferBytes?: number;
}

/** One end of a connection. */
export interface CheckedLink {
  readonly id: string;
  readonly host: string;
  readonly remote: string;
  readonly open: boolean;
  /** Bytes that left here and were not yet taken at the other end. */
  readonly unread: number;
}

export interface CheckedConnection {
  /** When the called side got its end; undefined before. */
  readonly answeredMs?: number | undefined;
  readonly near: CheckedLink;
  readonly far: CheckedLink;
}

/**
 * Watches one rule. It is told of everything as it happens, and of every step of the clock: what it does then must cost
 * next to nothing.
 */
export interface Checker {
  fact?(device: CheckedDevice, fact: DomainEvent, nowMs: number): void;
  /** The clock has moved and everything that could happen at this moment has happened. */
  step?(nowMs: number): void;
  /** The process is gone without a word. One that ends in good order says `node.stopped`. */
  crashed?(device: CheckedDevice): void;
}

/** One of a story of its own, which looks also at a world at rest. */
export interface Guest extends Checker {
  atRest(): readonly Finding[];
}

/** More than this says nothing new. */
const FINDINGS_MAX = 100;

/** Each finding once, in the order they were made. */
export class Findings {
  readonly #all = new Set<Finding>();

  get size(): number {
    return this.#all.size;
  }

  add(finding: Finding): void {
    if (this.#all.size < FINDINGS_MAX) this.#all.add(finding);
  }

  all(): readonly Finding[] {
    return [...this.#all];
  }
}

/** Everybody who takes part. */
export class Roster {
  readonly #byName = new Map<string, CheckedDevice>();
  readonly #byId = new Map<PeerId, CheckedDevice>();
  #all: readonly CheckedDevice[] = [];

  get all(): readonly CheckedDevice[] {
    return this.#all;
  }

  join(device: CheckedDevice): void {
    this.#byName.set(device.name, device);
    this.#byId.set(device.id, device);
    this.#all = [...this.#byName.values()];
  }

  named(name: string): CheckedDevice | undefined {
    return this.#byName.get(name);
  }

  of(id: PeerId): CheckedDevice | undefined {
    return this.#byId.get(id);
  }

  /** Each two of them once. */
  pairs(): readonly (readonly [CheckedDevice, CheckedDevice])[] {
    return this.#all.flatMap((a, i) => this.#all.slice(i + 1).map((b) => [a, b] as const));
  }
}

/** What is kept of a device and one other thing: a peer, a session, a transfer. */
export const keyOf = ({ name }: CheckedDevice, id: string): string => `${name} ${id}`;

/** What the disk of that device says of that peer. */
export const contactOf = (device: CheckedDevice, peer: PeerId): Contact | undefined => device.committed.contacts.all().find((contact) => contact.peer === peer);

/** Whom a device may talk to. */
export function isFriend(device: CheckedDevice, peer: PeerId): boolean {
  const contact = contactOf(device, peer);
  return contact?.state === 'friend' && contact.changedTo === undefined;
}
