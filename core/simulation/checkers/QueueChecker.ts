import { LINK_UNSENT_BYTES_HIGH, OUTBOX_PER_PEER_MAX, SEND_QUEUE_BYTES_MAX } from '../../base/limits.js';
import type { DomainEvent } from '../../events/domainEvents.js';
import type { CheckedConnection, CheckedDevice, CheckedLink, Checker, Findings, Roster } from './Checker.js';

/** By the link's own mark, and by the queue of the session above it. */
const UNREAD_BYTES_MAX = LINK_UNSENT_BYTES_HIGH + SEND_QUEUE_BYTES_MAX;
/** Receipts enter the outbox without asking for room: they are few, and each speaks of up to a thousand messages. */
const OUTBOX_MAX = OUTBOX_PER_PEER_MAX + 100;
/** Far more than a device with a few friends has use for; a leak passes it soon. */
const TIMERS_MAX = 64;
/** Of two devices, those included that are being closed or were given up by one side. */
const CONNECTIONS_PER_PAIR_MAX = 16;

/** Everything that can pile up stays under its limit. */
export class QueueChecker implements Checker {
  constructor(
    private readonly roster: Roster,
    private readonly connections: () => Iterable<CheckedConnection>,
    private readonly findings: Findings,
  ) {}

  fact(device: CheckedDevice, fact: DomainEvent): void {
    if (fact.type !== 'message.queued') return;
    const length = device.committed.messages.outboxLength(fact.peer);
    if (length > OUTBOX_MAX) this.findings.add(`${device.name} has ${length} messages for ${this.roster.of(fact.peer)?.name ?? 'a stranger'} in its outbox`);
  }

  step(): void {
    let count = 0;
    for (const { near, far } of this.connections()) {
      count++;
      if (near.unread > UNREAD_BYTES_MAX) this.#unread(near);
      if (far.unread > UNREAD_BYTES_MAX) this.#unread(far);
    }
    const devices = this.roster.all;
    // One pair alone cannot hide behind the others: only then it is worth counting.
    if (count > CONNECTIONS_PER_PAIR_MAX) this.#countPairs();
    for (const { name, timers } of devices) if (timers > TIMERS_MAX) this.findings.add(`${name} waits for more than ${TIMERS_MAX} timers`);
  }

  #unread({ id, host, unread }: CheckedLink): void {
    this.findings.add(`${host} has ${unread} bytes unsent on ${id}, more than ${UNREAD_BYTES_MAX}`);
  }

  #countPairs(): void {
    for (const [a, b] of this.roster.pairs()) {
      let count = 0;
      for (const { near } of this.connections())
        if ((near.host === a.name && near.remote === b.name) || (near.host === b.name && near.remote === a.name)) count++;
      if (count > CONNECTIONS_PER_PAIR_MAX) this.findings.add(`${a.name} and ${b.name} have ${count} connections`);
    }
  }
}
