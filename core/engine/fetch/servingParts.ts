import type { FileCipher } from '../../ports/fileCipher.js';
import type { Primitives } from '../../ports/primitives.js';
import type { Aead } from '../../protocol/manifest.js';
import type { BufferPool } from '../dataPlane/BufferPool.js';
import type { BulkLane } from '../dataPlane/BulkLane.js';
import type { HeldContent } from './HeldContent.js';

/** What the receiver chose for all holders alike. */
export interface FetchKey {
  readonly transferId: Uint8Array;
  readonly aead: Aead;
  readonly chunkBytes: number;
  readonly fileKey: Uint8Array;
}

export interface ServingParts {
  readonly lane: BulkLane;
  readonly cipher: FileCipher;
  readonly primitives: Primitives;
  readonly pool: BufferPool;
  /** What this device has of that content; undefined when nothing. */
  readonly find: (root: Uint8Array, bytes: number) => Promise<HeldContent | undefined>;
  /** What may be kept of this friend's fetches still; see `Serving.weight`. */
  readonly room: () => number;
  /** So many SEEK more, or fewer, are being looked up. */
  readonly seeking: (change: 1 | -1) => void;
  /** Nothing is served any more. */
  readonly ended: () => void;
  readonly fault: (error: unknown) => void;
}
