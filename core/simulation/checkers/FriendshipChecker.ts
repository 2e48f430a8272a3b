import type { PeerId } from '../../base/ids.js';
import type { Command } from '../../events/commands.js';
import type { DomainEvent } from '../../events/domainEvents.js';
import { contactOf, keyOf, type CheckedDevice, type Checker, type Finding, type Findings, type Roster } from './Checker.js';

/**
 * A friendship, or the wish for one, ends only when one of the two persons ends it, and begins only with a person: no
 * directory can do that. A request of somebody else is neither: the directory that forgot it is told again by who asked.
 */
export class FriendshipChecker implements Checker {
  /** Names of two of whom one parted from the other, in the order of the alphabet. */
  readonly #parted = new Set<string>();
  /** `a>b`: how often a person at a asked for the friendship of b, or said yes to it. */
  readonly #asked = new Map<string, number>();
  /** The same way: how often b was told so. */
  readonly #told = new Map<string, number>();
  /** Who was asked by whom, and nobody answered. */
  readonly #incoming = new Set<string>();
  /** By device and peer: a person there was told that the friend is verified, and nobody did anything about it since. */
  readonly #verified = new Map<string, { readonly device: CheckedDevice; readonly peer: PeerId }>();
  #isDirectoryNew = false;

  constructor(
    private readonly roster: Roster,
    private readonly findings: Findings,
    private readonly options: { readonly calm: boolean } = { calm: false },
  ) {}

  asked(device: CheckedDevice, command: Command): void {
    if (command.type === 'friend.remove' || command.type === 'friend.decline') this.#parted.add(pairOf(device.name, command.name));
    if (mayEndVerified(command)) this.#verified.delete(keyOf(device, this.roster.named(command.name)?.id ?? ''));
    if (command.type === 'friend.request' || command.type === 'friend.accept') more(this.#asked, wayOf(device.name, command.name));
  }

  /** The directory has lost its database: friends of before ask each other again by themselves, also whom one of them removed meanwhile. */
  wiped(): void {
    this.#isDirectoryNew = true;
  }

  /** What a person compared stays so, whatever ends and begins again meanwhile. */
  atRest(): readonly Finding[] {
    const lost = [...this.#verified.values()].filter(({ device, peer }) => !contactOf(device, peer)?.verified);
    return lost.map(({ device }) => `${device.name} was told that a friend is verified, and does not know it any more`);
  }

  fact(device: CheckedDevice, fact: DomainEvent): void {
    if (fact.type === 'friend.verified' && fact.verified) this.#verified.set(keyOf(device, fact.peer), { device, peer: fact.peer });
    if (fact.type !== 'friend.changed') return;
    const key = keyOf(device, fact.peer);
    this.#verified.delete(key);
    const wasRequest = this.#incoming.delete(key);
    if (fact.state === 'incoming') this.#incoming.add(key);
    const other = this.roster.of(fact.peer);
    if (!other) return;
    if (fact.state === 'incoming') this.#toldOf(device, other);
    if (fact.state === 'removed' && !wasRequest && !this.#parted.has(pairOf(device.name, other.name)))
      this.findings.add(`${device.name} lost ${other.name}, and no person parted from the other`);
  }

  #toldOf(device: CheckedDevice, other: CheckedDevice): void {
    const told = more(this.#told, wayOf(other.name, device.name));
    if (this.#isDirectoryNew) return;
    // Who asked and does not know what came of it is asked to confirm that.
    const asked = (this.#asked.get(wayOf(other.name, device.name)) ?? 0) + (this.#asked.get(wayOf(device.name, other.name)) ?? 0);
    if (asked === 0) this.findings.add(`${device.name} is told that ${other.name} asks for its friendship, and no person did`);
    else if (this.options.calm && told > asked)
      this.findings.add(`${device.name} is told ${told} times that ${other.name} asks for its friendship, and ${asked} times somebody did`);
  }
}

/** Every command about a friend but a look at the number. */
function mayEndVerified(command: Command): command is Extract<Command, { readonly type: `friend.${string}`; readonly name: string }> {
  if (command.type === 'friend.verify') return command.confirmed === false;
  return command.type.startsWith('friend.') && 'name' in command;
}

function more(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}

const wayOf = (from: string, to: string): string => `${from}>${to}`.toLowerCase();

/** A person may write a name in capitals. */
const pairOf = (...names: readonly [string, string]): string =>
  names
    .map((name) => name.toLowerCase())
    .sort()
    .join(' ');
