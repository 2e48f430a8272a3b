import type { TransferId } from '../base/ids.js';
import type { TransferView } from '../events/commands.js';
import type { DomainEvent } from '../events/domainEvents.js';
import { isOver } from '../ports/stores.js';

export function foldTransfers(transfers: readonly TransferView[], event: DomainEvent): readonly TransferView[] {
  switch (event.type) {
    case 'friend.changed':
      return event.state === 'removed' && transfers.some((transfer) => transfer.with === event.name)
        ? transfers.filter((transfer) => transfer.with !== event.name)
        : transfers;
    case 'transfer.started':
      return change(transfers, event.id, (transfer) => ({ ...atRest(transfer), state: 'active' }));
    case 'transfer.progressed': {
      const { bytes, total, bytesPerSecond } = event;
      const left = bytesPerSecond > 0 ? { secondsLeft: Math.ceil((total - bytes) / bytesPerSecond) } : {};
      return change(transfers, event.id, ({ secondsLeft: _former, ...rest }) => ({ ...rest, bytes, total, bytesPerSecond, ...left }));
    }
    case 'transfer.interrupted':
      return change(transfers, event.id, (transfer) => ({ ...atRest(transfer), state: 'paused', code: event.code }));
    case 'transfer.paused':
      return change(transfers, event.id, (transfer) => held(transfer, event.by));
    case 'transfer.resumed':
      return change(transfers, event.id, (transfer) => letGo(transfer, event.by));
    case 'transfer.completed':
    case 'transfer.ended':
      return change(transfers, event.id, (transfer) => over(transfer, event));
    default:
      return transfers;
  }
}

type Held = NonNullable<TransferView['pausedBy']>;

/** Nothing moves, and why is said anew. */
function atRest({ code: _code, secondsLeft: _seconds, ...rest }: TransferView): TransferView {
  return { ...rest, bytesPerSecond: 0 };
}

function held(transfer: TransferView, by: 'me' | 'peer'): TransferView {
  const pausedBy: Held = transfer.pausedBy === undefined || transfer.pausedBy === by ? by : 'both';
  return { ...atRest(transfer), state: transfer.state === 'active' ? 'paused' : transfer.state, pausedBy };
}

function letGo(transfer: TransferView, by: 'me' | 'peer'): TransferView {
  const { pausedBy, ...rest } = transfer;
  if (pausedBy === 'both') return { ...rest, pausedBy: by === 'me' ? 'peer' : 'me' };
  return pausedBy === by ? rest : transfer;
}

function over(transfer: TransferView, event: Extract<DomainEvent, { readonly type: 'transfer.completed' | 'transfer.ended' }>): TransferView {
  const { pausedBy: _held, holders: _holders, needsPassphrase: _locked, ...rest } = atRest(transfer);
  if (event.type === 'transfer.ended') {
    const { state, code, item } = event;
    return { ...rest, state, code, ...(item === undefined ? {} : { item }) };
  }
  const { paths, morePaths } = event;
  return { ...rest, state: 'done', bytes: rest.total, paths, ...(morePaths === undefined ? {} : { morePaths }) };
}

/** What is over stays over: a late word about it changes nothing. */

function change(transfers: readonly TransferView[], id: TransferId, to: (transfer: TransferView) => TransferView): readonly TransferView[] {
  const index = transfers.findIndex((transfer) => transfer.id === id);
  const transfer = transfers[index];
  if (!transfer || isOver(transfer.state)) return transfers;
  const after = to(transfer);
  return after === transfer ? transfers : transfers.with(index, after);
}
