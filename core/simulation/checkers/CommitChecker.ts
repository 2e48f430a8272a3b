import type { MessageId } from '../../base/ids.js';
import type { DomainEvent } from '../../events/domainEvents.js';
import { RECORD_TYPES } from '../../protocol/frames.js';
import { decodeMessageContent } from '../../protocol/messageContent.js';
import type { RecordObserver } from '../Wiretap.js';
import type { WireRecord } from '../wiretap/WireRecord.js';
import type { CheckedDevice, Checker, Findings, Roster } from './Checker.js';

/** The type byte of a read receipt among the contents of MSG. */
const RECEIPT = 2;

/** Whatever a device says of a message, to a person or to its peer, is on the disk by then. */
export class CommitChecker implements Checker, RecordObserver {
  /** What the receipts that were opened say: they have ids of their own and are acknowledged like texts. */
  readonly #receipts = new Map<MessageId, readonly MessageId[]>();

  constructor(
    private readonly roster: Roster,
    private readonly findings: Findings,
  ) {}

  opened(record: WireRecord): void {
    if (record.type !== RECORD_TYPES.msg || record.content[0] !== RECEIPT) return;
    const content = decodeMessageContent(record.content);
    if (content.type === 'read') this.#receipts.set(record.messageId, content.ids);
  }

  sealed(record: WireRecord): void {
    if (record.type !== RECORD_TYPES.ack) return;
    const device = this.roster.named(record.device);
    const peer = this.roster.named(record.peer ?? '');
    if (!device || !peer) return;
    const { messages } = device.committed;
    const id = record.messageId;
    const read = this.#receipts.get(id);
    const isCommitted = read
      ? read.every((one) => (messages.get(one, peer.id, 'out')?.state ?? 'read') === 'read')
      : messages.get(id, peer.id, 'in') !== undefined;
    if (!isCommitted) this.findings.add(`${device.name} acknowledges ${read ? 'receipt' : 'message'} ${id} of ${peer.name}, which is not on its disk`);
  }

  fact(device: CheckedDevice, fact: DomainEvent): void {
    switch (fact.type) {
      case 'message.queued':
        return this.#expect(device, fact.peer, 'out', fact.id, `${device.name} says that it took message ${fact.id}`);
      case 'message.received':
        return this.#expect(device, fact.peer, 'in', fact.id, `${device.name} says that it received message ${fact.id}`);
      case 'message.delivered':
        return this.#expectThere(device, fact, 'was delivered');
      case 'message.read':
        return fact.by === 'peer' ? this.#expectThere(device, fact, 'was read') : undefined;
      default:
        return undefined;
    }
  }

  #expectThere(device: CheckedDevice, { peer, id }: { readonly peer: CheckedDevice['id']; readonly id: MessageId }, what: string): void {
    const other = this.roster.of(peer);
    if (other) this.#expect(other, device.id, 'in', id, `${device.name} says that message ${id} ${what} by ${other.name}`);
  }

  #expect(holder: CheckedDevice, peer: CheckedDevice['id'], direction: 'in' | 'out', id: MessageId, claim: string): void {
    if (!holder.committed.messages.get(id, peer, direction)) this.findings.add(`${claim}, and the disk of ${holder.name} does not hold it`);
  }
}
