import { MessageChannel, parentPort } from 'node:worker_threads';
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

/*
 * glibc gives memory back to the system when 128 KiB of it are free, and what the steps of the next chunk get must be
 * mapped and cleared anew, which was a fifth of all time here. The bound becomes twice the size of the largest block that
 * was ever freed (mallopt(3), M_MMAP_THRESHOLD): so one is, without being touched. Other allocators do not mind.
 */
const KEPT_BYTES = 16 * 1024 * 1024;
const block = new ArrayBuffer(KEPT_BYTES);
const { port1, port2 } = new MessageChannel();
// A block on its way to a port that is closed is freed at once; the collector would do it at some time.
port1.postMessage(block, [block]);
port2.close();
port1.close();
