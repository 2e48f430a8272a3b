import type { AccountName, PeerId, SessionId } from '../../core/base/ids.js';
import type { ContactState } from '../../core/ports/stores.js';
import { Findings, Roster, type CheckedDevice, type CheckedFile } from '../../core/simulation/checkers/Checker.js';
import { ContactTable } from '../../core/simulation/stores/ContactTable.js';
import { MessageTable } from '../../core/simulation/stores/MessageTable.js';
import { TransferTable } from '../../core/simulation/stores/TransferTable.js';
import { toyIdentity } from '../../core/simulation/syncCrypto.js';
import { messageIdOf } from './samples.js';

/** A device made by hand, for checkers to look at. */
export class HandmadeDevice implements CheckedDevice {
  readonly id: PeerId;
  running = true;
  timers = 0;
  readonly open = new Map<SessionId, PeerId>();
  readonly committed = { messages: new MessageTable(), contacts: new ContactTable(), transfers: new TransferTable() };
  readonly received = new Map<string, CheckedFile>();
  readonly folders = new Set<string>();

  constructor(readonly name: string) {
    this.id = toyIdentity(name).signer.peerId;
  }

  /** Puts a message it wrote on its disk. */
  writes(to: CheckedDevice, n: number, text = `text ${n}`): void {
    this.committed.messages.queue({ id: messageIdOf(n), peer: to.id, text, createdMs: 0, storedMs: 0 }, Uint8Array.of(n));
  }

  /** Puts a message of another device on its disk. */
  stores(from: CheckedDevice, n: number, text = `text ${n}`): void {
    this.committed.messages.receive([{ id: messageIdOf(n), peer: from.id, text, createdMs: 0, storedMs: 0 }]);
  }

  knows(other: CheckedDevice, state: ContactState): void {
    this.committed.contacts.put({ peer: other.id, name: other.name as AccountName, state, verified: false, addresses: [] });
  }
}

/** Two devices, and what a checker is made of. */
export function handmadePair(): { readonly pi: HandmadeDevice; readonly board: HandmadeDevice; readonly roster: Roster; readonly findings: Findings } {
  const [pi, board, roster] = [new HandmadeDevice('pi'), new HandmadeDevice('board'), new Roster()];
  roster.join(pi);
  roster.join(board);
  return { pi, board, roster, findings: new Findings() };
}
