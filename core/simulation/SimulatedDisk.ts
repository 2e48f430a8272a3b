import { assert } from '../base/assert.js';
import { SansfilError } from '../base/errors.js';
import type { Clock } from '../ports/clock.js';
import type { FileSink } from '../ports/files.js';
import { CommitQueue, type Call } from './CommitQueue.js';
import { MemoryStores } from './memoryStores.js';
import { ReceivingFolder, sinkThrough } from './ReceivingFolder.js';
import type { MemoryFile } from './SmallCopies.js';
import type { Rng } from './Rng.js';
import { storesThrough, type Stores } from './stores/storesThrough.js';
import { WallClock } from './WallClock.js';

/** What a process gets of its disk; every promise passes through the disk. */
export interface Mount {
  readonly stores: Stores;
  readonly sink: FileSink;
}

/** Whom a call is answered to that a power cut caught. */
const NOBODY = (): void => undefined;

interface PlannedDeath {
  readonly step: number;
  readonly moment: 'before' | 'after';
  readonly die: () => void;
}

/**
 * The database and the receiving folder of one device, and the battery-backed clock beside them: what outlives its
 * processes. Commits take time, writes can fail, the disk can be full, and a power cut, which can be planned for any
 * single write, loses what was not committed.
 *
 * The database and the files are written by two queues, because nothing orders the one after the other but waiting for
 * its answer.
 */
export class SimulatedDisk {
  /** What is on the platter now. Its `tables` are looked at without a promise. */
  readonly committed = new MemoryStores();
  readonly wall: WallClock;
  commitMs: { readonly min: number; readonly max: number } = { min: 0, max: 0 };
  /** Of one write that fails and changes nothing. */
  writeFailure = 0;
  /** Every write is refused and changes nothing; reads and removals of files go on. */
  full = false;
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #folder = new ReceivingFolder();
  #queues: readonly CommitQueue[] = [];
  #steps = 0;
  #planned: PlannedDeath | undefined;

  constructor({ clock, rng }: { readonly clock: Clock; readonly rng: Rng }) {
    this.#clock = clock;
    this.#rng = rng;
    this.wall = new WallClock(clock);
  }

  /** Writes so far, also those that failed, of all processes. */
  get steps(): number {
    return this.#steps;
  }

  /** Complete files by name, as they are on the platter and in the cache before it. */
  get received(): ReadonlyMap<string, MemoryFile> {
    return this.#folder.received;
  }

  /** Folders that came as items, because they hold nothing. */
  get folders(): ReadonlySet<string> {
    return this.#folder.folders;
  }

  /** Parts of files that are not complete, or not noted to be. */
  get partCount(): number {
    return this.#folder.partCount;
  }

  /** A process opens it: what came before stays, and the process before has no hand in it any more. */
  mount(): Mount {
    for (const queue of this.#queues) queue.close();
    const [database, files] = [this.#queue(), this.#queue()];
    this.#queues = [database, files];
    const sink = sinkThrough(this.#folder, files.pass);
    return {
      stores: storesThrough(this.committed.tables, database.pass),
      sink: { ...sink, freeBytes: () => files.pass('read', () => (this.full ? 0 : this.#folder.freeBytes())) },
    };
  }

  /** Counts writes from now; at the n-th, before or after it took effect, and before anybody heard of it, calls `die`. */
  dieAt(step: number, moment: 'before' | 'after', die: () => void): void {
    assert(step >= 1, 'the first write is step 1');
    this.#planned = { step: this.#steps + step, moment, die };
  }

  /** Power cut: what waits is forgotten and never settles, unsynced bytes are undone, or some of them, and so is a plan to die. */
  crash(): void {
    this.#planned = undefined;
    for (const queue of this.#queues) queue.cut();
    this.#queues = [];
    this.#folder.crash((written) => this.#survives(written));
  }

  #queue(): CommitQueue {
    return new CommitQueue({ clock: this.#clock, delayMs: () => this.#delayMs(), take: (call) => this.#take(call) });
  }

  #take(call: Call): () => void {
    if (call.kind === 'read') return attempt(call);
    const queues = this.#queues;
    const planned = this.#planned?.step === ++this.#steps ? this.#planned : undefined;
    if (planned) this.#planned = undefined;
    if (planned?.moment === 'before') planned.die();
    if (this.#queues !== queues) return NOBODY;
    const answer = this.#write(call);
    if (planned?.moment === 'after') planned.die();
    return answer;
  }

  #write(call: Call): () => void {
    if (this.full && call.kind !== 'remove') return () => call.reject(new SansfilError('DISK_FULL'));
    if (this.writeFailure > 0 && this.#rng.chance(this.writeFailure)) {
      return () => call.reject(new SansfilError('STORE_FAILED', 'the disk failed'));
    }
    return attempt(call);
  }

  #delayMs(): number {
    const { min, max } = this.commitMs;
    return max === 0 ? 0 : this.#rng.between(min, max);
  }

  #survives(written: number): number {
    const fate = this.#rng.between(0, 2);
    return fate === 0 ? 0 : fate === 1 ? written : this.#rng.between(0, written);
  }
}

/** A call that throws has changed nothing. */
function attempt(call: Call): () => void {
  try {
    return call.carryOut();
  } catch (error) {
    return () => call.reject(error);
  }
}
