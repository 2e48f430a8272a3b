import type { Command } from '../../events/commands.js';
import type { DomainEvent } from '../../events/domainEvents.js';
import type { CheckedDevice, Checker, Findings, Roster } from './Checker.js';

/**
 * A friendship, or the wish for one, ends only when one of the two persons ends it: no directory can do that. A request of
 * somebody else is neither: the directory that forgot it is told again by who asked.
 */
export class FriendshipChecker implements Checker {
  /** Names of two of whom one parted from the other, in the order of the alphabet. */
  readonly #parted = new Set<string>();

  readonly #incoming = new Set<string>();

  constructor(
    private readonly roster: Roster,
    private readonly findings: Findings,
  ) {}

  asked(device: CheckedDevice, command: Command): void {
    if (command.type === 'friend.remove' || command.type === 'friend.decline') this.#parted.add(pairOf(device.name, command.name));
  }

  fact(device: CheckedDevice, fact: DomainEvent): void {
    if (fact.type !== 'friend.changed') return;
    const key = `${device.name} ${fact.peer}`;
    const wasRequest = this.#incoming.delete(key);
    if (fact.state === 'incoming') this.#incoming.add(key);
    const other = this.roster.of(fact.peer);
    if (fact.state !== 'removed' || wasRequest || !other || this.#parted.has(pairOf(device.name, other.name))) return;
    this.findings.add(`${device.name} lost ${other.name}, and no person parted from the other`);
  }
}

/** A person may write a name in capitals. */
const pairOf = (...names: readonly [string, string]): string =>
  names
    .map((name) => name.toLowerCase())
    .sort()
    .join(' ');
