import { SansfilError, type ErrorCode } from '../../base/errors.js';
import type { PeerId } from '../../base/ids.js';
import type { Mood } from '../../base/moods.js';
import type { LinkHandler } from '../../ports/transport.js';
import type { Census } from '../Census.js';
import type { SessionKeys } from './exchange.js';

/** What owns the link after the handshake. */
export interface Successor extends LinkHandler {
  /** The last frame of the handshake is on its way: READY may follow. */
  start(): void;
}

export interface HandshakeFailure {
  readonly mood: Mood;
  readonly code: ErrorCode;
  /** The one we called, or who proved to be the caller. */
  readonly peer?: PeerId | undefined;
}

/** What a handshake is part of. */
export interface HandshakeHost {
  readonly census: Census;
  /** Makes the session the keys are for. */
  handOver(keys: SessionKeys): Successor;
  /** Once, last, when it did not become a session; the link is being closed. */
  failed(failure: HandshakeFailure): void;
  /** An effect of ours failed. */
  fault(where: string, error: SansfilError): void;
}

/** The end of a link before it was closed properly, as an error code. */
export const codeOfClosed = (why: Error | undefined): ErrorCode => (why === undefined ? 'LINK_CLOSED' : SansfilError.from(why, 'LINK_FAILED').code);

/** An ask of a handshake; a failure that is not the peer's doing is reported, besides what the machine makes of it. */
export async function ask<T>(work: () => Promise<T>, host: HandshakeHost): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = SansfilError.from(error);
    if (failure.blame !== 'peer') host.fault('handshake', failure);
    throw failure;
  }
}
