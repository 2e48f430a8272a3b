import type { PeerId, TransferId } from '../../base/ids.js';
import { isOver } from '../../ports/stores.js';
import type { DomainEvent } from '../../events/domainEvents.js';
import type { TransferRecord, TransferState } from '../../ports/stores.js';
import { keyOf, type CheckedDevice, type Checker, type Finding, type Findings, type Roster } from './Checker.js';

/** What is said of transfers is what the store says: each is announced, and its end is told as it was. */
export class TransferChecker implements Checker {
  /** By device and transfer. */
  readonly #announced = new Set<string>();
  readonly #ends = new Map<string, TransferState>();
  /** Ended when nobody could be told any more: the next life found it so. */
  readonly #found = new Map<string, TransferState>();
  readonly #totals = new Map<string, number>();
  /** Those that were under way with somebody who is no friend any more. */
  readonly #parted = new Set<string>();

  /** A person was told that it is paused, and nobody that it goes on. */
  readonly #held = new Set<string>();

  constructor(
    private readonly roster: Roster,
    private readonly findings: Findings,
  ) {}

  fact(device: CheckedDevice, fact: DomainEvent): void {
    switch (fact.type) {
      case 'transfer.offered':
      case 'transfer.fetching':
        this.#totals.set(keyOf(device, fact.id), fact.bytes);
        return void this.#announced.add(keyOf(device, fact.id));
      case 'friend.changed':
        return fact.state === 'removed' ? this.#part(device, fact.peer) : undefined;
      case 'transfer.started':
        return this.#started(device, fact.id);
      case 'transfer.paused':
      case 'transfer.resumed':
        return fact.by === 'me' ? this.#hold(keyOf(device, fact.id), fact.type === 'transfer.paused') : undefined;
      case 'transfer.progressed':
        return this.#progressed(device, fact);
      case 'transfer.completed':
        return this.#ended(device, fact.id, 'done');
      case 'transfer.ended':
        return this.#ended(device, fact.id, fact.state);
      // What was on its way to the disk when a process ended is there now.
      case 'node.started':
        return this.crashed(device);
      default:
        return undefined;
    }
  }

  /** Its next life finds in its store what this one had no time to tell. */
  crashed(device: CheckedDevice): void {
    for (const { id, state } of device.committed.transfers.all()) {
      this.#announced.add(keyOf(device, id));
      if (isOver(state)) this.#found.set(keyOf(device, id), state);
    }
  }

  /** For devices that run, and had time to tell what there is. */
  atRest(): readonly Finding[] {
    return this.roster.all.flatMap((device) => (device.running ? device.committed.transfers.all().flatMap((record) => this.#untold(device, record)) : []));
  }

  #untold(device: CheckedDevice, { id, state }: TransferRecord): readonly Finding[] {
    const transfer = `the transfer ${id}`;
    if (!this.#announced.has(keyOf(device, id))) return [`${device.name} has ${transfer}, of which nobody was told`];
    const told = this.#ends.get(keyOf(device, id)) ?? this.#found.get(keyOf(device, id));
    return !isOver(state) || told === state ? [] : [`${device.name} holds ${transfer} as ${state}, and told that it is ${told ?? 'under way'}`];
  }

  #part(device: CheckedDevice, peer: PeerId): void {
    for (const { id, peer: other, state } of device.committed.transfers.all()) if (other === peer && !isOver(state)) this.#parted.add(keyOf(device, id));
  }

  #hold(key: string, held: boolean): void {
    if (held) this.#held.add(key);
    else this.#held.delete(key);
  }

  #started(device: CheckedDevice, id: TransferId): void {
    if (this.#parted.has(keyOf(device, id))) this.findings.add(`${device.name} goes on with transfer ${id} of somebody who was removed meanwhile`);
    const { direction, state, heldHere } = device.committed.transfers.get(id) ?? {};
    if (heldHere && this.#held.has(keyOf(device, id))) this.findings.add(`${device.name} goes on with transfer ${id}, which its person has paused`);
    if (direction === 'in' && state === 'offered')
      this.findings.add(`${device.name} says that transfer ${id} begins, and after a crash would ask for it again`);
  }

  #progressed(device: CheckedDevice, { id, bytes, total }: Extract<DomainEvent, { readonly type: 'transfer.progressed' }>): void {
    const offered = this.#totals.get(keyOf(device, id)) ?? total;
    if (bytes > total || total !== offered)
      this.findings.add(`${device.name} says that transfer ${id} has ${bytes} bytes of ${total}, and ${offered} were offered`);
  }

  #ended(device: CheckedDevice, id: TransferId, state: TransferState): void {
    const key = keyOf(device, id);
    if (this.#ends.has(key)) this.findings.add(`${device.name} says twice that transfer ${id} has ended`);
    this.#ends.set(key, state);
  }
}
