import type { ChunkAnnouncement } from '../../protocol/frames.js';

/** Which chunk it is, and what it must hash to; the bytes come beside it. */
export type ArrivedChunk = Omit<ChunkAnnouncement, 'transferId' | 'stream'>;

export interface Arrived<From> {
  readonly chunk: ArrivedChunk;
  /** Sealed. */
  readonly bytes: Uint8Array;
  readonly from: From;
}

/** The chunks that came from each place. */
export function bySource<From>(arrived: readonly Arrived<From>[]): ReadonlyMap<From, readonly ArrivedChunk[]> {
  const sources = new Map<From, ArrivedChunk[]>();
  for (const { from, chunk } of arrived) {
    const chunks = sources.get(from);
    if (chunks) chunks.push(chunk);
    else sources.set(from, [chunk]);
  }
  return sources;
}
