import type { Command } from '../../events/commands.js';
import type { DomainEvent } from '../../events/domainEvents.js';
import type { Wiretap } from '../Wiretap.js';
import { Findings, Roster, type CheckedConnection, type CheckedDevice, type CheckedFile, type Checker, type Finding, type Guest } from './Checker.js';
import { CommitChecker } from './CommitChecker.js';
import { FileChecker } from './FileChecker.js';
import { FriendshipChecker } from './FriendshipChecker.js';
import { HalfOpenChecker } from './HalfOpenChecker.js';
import { HandshakeChecker } from './HandshakeChecker.js';
import { MessageChecker } from './MessageChecker.js';
import { QueueChecker } from './QueueChecker.js';
import { ReadyChecker } from './ReadyChecker.js';
import { RestChecker } from './RestChecker.js';
import { SessionChecker } from './SessionChecker.js';
import { TransferChecker } from './TransferChecker.js';

export interface CheckersOptions {
  readonly wiretap: Wiretap;
  /** Every connection that has an end open. */
  readonly connections: () => Iterable<CheckedConnection>;
  /** Nothing goes wrong in this world: then some more must hold. */
  readonly calm: boolean;
}

/** Every rule that must hold in every run, whatever the seed; they hear of everything through here. */
export class Checkers {
  readonly #wiretap: Wiretap;
  readonly #roster = new Roster();
  readonly #findings = new Findings();
  readonly #messages = new MessageChecker(this.#roster, this.#findings);
  readonly #files = new FileChecker(this.#roster, this.#findings);
  readonly #friendships: FriendshipChecker;
  readonly #transfers = new TransferChecker(this.#roster, this.#findings);
  readonly #rest: RestChecker;
  readonly #all: Checker[];
  readonly #stepped: Pick<Checker, 'step'>[];
  readonly #guests: Guest[] = [];

  constructor({ wiretap, connections, calm }: CheckersOptions) {
    this.#wiretap = wiretap;
    const [roster, findings] = [this.#roster, this.#findings];
    const commits = new CommitChecker(roster, findings);
    const ready = new ReadyChecker(findings);
    const halfOpen = new HalfOpenChecker(roster, findings);
    const sessions = new SessionChecker(findings, { calm });
    const handshakes = new HandshakeChecker(connections, ready, findings);
    const queues = new QueueChecker(roster, connections, findings);
    this.#friendships = new FriendshipChecker(roster, findings, { calm });
    this.#rest = new RestChecker({ roster, connections, ready, sessions });
    this.#all = [this.#messages, commits, ready, halfOpen, sessions, this.#files, this.#friendships, this.#transfers, queues, this.#rest];
    this.#stepped = [halfOpen, handshakes, sessions, this.#files, queues];
    for (const observer of [commits, ready, halfOpen]) wiretap.observe(observer);
  }

  /** Rules of one story, made for what is checked and found here. */
  invite(make: (roster: Roster, findings: Findings) => Guest): void {
    const guest = make(this.#roster, this.#findings);
    this.#all.push(guest);
    this.#stepped.push(guest);
    this.#guests.push(guest);
  }

  join(device: CheckedDevice): void {
    this.#roster.join(device);
  }

  fact(device: CheckedDevice, fact: DomainEvent, nowMs: number): void {
    for (const checker of this.#all) checker.fact?.(device, fact, nowMs);
  }

  /** What a person asked a device to do. */
  asked(device: CheckedDevice, command: Command): void {
    this.#friendships.asked(device, command);
    this.#rest.asked(device, command);
    this.#messages.asked(device, command);
  }

  /** What came of it: nothing. */
  refused(device: CheckedDevice, command: Command): void {
    this.#messages.refused(device, command);
  }

  /** After everything that happened at this moment of the clock. */
  step(nowMs: number): void {
    for (const checker of this.#stepped) checker.step?.(nowMs);
  }

  /** The process is gone without a word; its sessions are no longer in `open`. */
  crashed(device: CheckedDevice): void {
    this.#wiretap.forget(device.name);
    for (const checker of this.#all) checker.crashed?.(device);
  }

  /** The directory has lost its database. */
  wiped(): void {
    this.#friendships.wiped();
  }

  /** A file that may be sent, by the name it has for the receiver. */
  know(name: string, file: CheckedFile): void {
    this.#files.know(name, file);
  }

  /** What waits to go from one to the other may be dropped from now on; friends who part are excused without it. */
  excuse(from: string, to: string): void {
    this.#messages.excuse(from, to);
  }

  /** Whether anything was found: cheap enough for every step. */
  get failed(): boolean {
    return this.#findings.size > 0 || this.#wiretap.findingCount > 0;
  }

  /** What must hold at any moment and did not. */
  findings(): readonly Finding[] {
    return [...this.#wiretap.findings(), ...this.#findings.all()];
  }

  /** What was accepted and did not arrive yet, or whose sender does not know it; nobody who is stopped is waited for. */
  undelivered(): readonly Finding[] {
    return this.#messages.undelivered();
  }

  /** How devices must stand to each other once the faults have stopped and there was time enough, while they run. */
  atRest(): readonly Finding[] {
    this.#files.lookAgain();
    return [...this.#rest.findings(), ...this.#transfers.atRest(), ...this.#friendships.atRest(), ...this.#guests.flatMap((guest) => guest.atRest())];
  }

  /** What each shows of each other, also of one who is gone. */
  presence(): readonly Finding[] {
    return this.#rest.presence();
  }
}
