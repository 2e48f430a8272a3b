import type { ErrorCode } from '../../base/errors.js';
import type { TransferEnd } from '../../machines/transfer/sender.machine.js';
import { CANCEL_CODES, type CancelReason } from '../../protocol/frames.js';

/** What the other side is told when this one gives up. */
export function cancelReasonOf(code: ErrorCode): CancelReason {
  switch (code) {
    case 'FILE_CHANGED':
      return 'changed';
    case 'DISK_FULL':
    case 'STORE_FAILED':
    case 'STORE_CORRUPT':
    case 'DATA_UNWRITABLE':
      return 'disk';
    case 'CHUNK_CORRUPT':
    case 'FILE_HASH_MISMATCH':
      return 'corrupt';
    case 'FILE_NAME_UNSAFE':
      return 'unsafe';
    case 'TRANSFER_DECLINED':
      return 'declined';
    case 'TRANSFER_LIMIT':
      return 'limit';
    case 'CONTENT_GONE':
      return 'gone';
    default:
      return 'cancelled';
  }
}

/** How a CANCEL ends the transfer for the one that receives it. */
export function endOf(reason: CancelReason): { readonly end: TransferEnd; readonly code: ErrorCode } {
  const end = reason === 'declined' || reason === 'cancelled' ? reason : 'failed';
  return { end, code: CANCEL_CODES[reason] };
}
