import { parentPort } from 'node:worker_threads';
import { openInPlace, sealInPlace, type ChunkWork, type Seal } from './sealing.js';

/* The other end of CipherThread: one job after the other, on memory both threads see. */

export interface Job {
  readonly id: number;
  readonly work: ChunkWork;
  /** Shared. */
  readonly bytes: Uint8Array;
  /** Present when the chunk is to be opened, absent when it is to be sealed. */
  readonly seal?: Seal;
}

export type Answer = { readonly id: number } & ({ readonly sealed: Seal } | { readonly wrong: 'tag' | 'hash' | undefined });

function done({ id, work, bytes, seal }: Job): Answer {
  return seal ? { id, wrong: openInPlace(work, seal, bytes) } : { id, sealed: sealInPlace(work, bytes) };
}

parentPort?.on('message', (job: Job) => parentPort?.postMessage(done(job)));
