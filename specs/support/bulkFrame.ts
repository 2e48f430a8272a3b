import { concat } from '../../core/base/bytes.js';
import { bulkHead } from '../../core/protocol/sessionFrames.js';

/** A bulk frame as it is on the wire. */
export const bulkFrame = (stream: number, bytes: Uint8Array): Uint8Array => concat(bulkHead(stream), bytes);
