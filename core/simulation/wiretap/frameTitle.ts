import { SansfilError } from '../../base/errors.js';
import { decodeHandshakeError, FRAME_2_BYTES, FRAME_3_BYTES, handshakeFrameKind } from '../../protocol/handshakeFrames.js';

const KIB = 1024;
const BULK_HEADER_BYTES = 3;

/** What a frame is that nothing is sealed in; undefined: it cannot be told. */
export function clearFrameTitle(frame: Uint8Array, isHandshake: boolean): string | undefined {
  if (!isHandshake) return frame[0] === 1 && frame.length > BULK_HEADER_BYTES ? `BULK ${sizeOf(frame.length - BULK_HEADER_BYTES)}` : undefined;
  switch (handshakeFrameKind(frame)) {
    case 'hello':
      return 'HELLO';
    case 'retry':
      return 'RETRY';
    case 'error':
      return `ERROR(${reasonOf(frame)})`;
    default:
      return frame.length === FRAME_2_BYTES ? 'NOISE 2' : frame.length === FRAME_3_BYTES ? 'NOISE 3' : undefined;
  }
}

export const sizeOf = (bytes: number): string => (bytes < KIB ? `${bytes} B` : `${Math.round(bytes / KIB)} KiB`);

function reasonOf(frame: Uint8Array): string {
  try {
    return decodeHandshakeError(frame);
  } catch (error) {
    return SansfilError.from(error).code;
  }
}
