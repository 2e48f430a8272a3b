import { bitmapBytes, clearBit, hasBit, setBit } from '../../protocol/bitmap.js';
import { HolderPace } from './HolderPace.js';

/** So many chunks that a holder has and nobody was asked for are compared; of them the rarest goes first. */
const LOOK_AHEAD = 64;
/** A chunk that is out is asked again of a holder that is to bring it so many times sooner, and by so many ms. */
const AGAIN_TIMES = 1.5;
const AGAIN_MS = 50;
/** What a holder is taken to need for a chunk that has brought none yet: nobody waits for ever for one that is silent. */
const UNKNOWN_MS = 5_000;

interface Party {
  readonly has: Uint8Array;
  readonly pace: HolderPace;
  /** Chunks it has that are missing. */
  useful: number;
}

/**
 * Which chunk is asked of which holder next. Chunks of all items are numbered through. In order, so that items get
 * finished and disks are written in sequence; among the next few the one that the fewest holders have. A chunk is out at
 * one holder, until a faster one has nothing else to do: then it is asked there too, and whoever brings it first wins.
 * Holders are told apart by identity. No clock, no bytes: numbers in, numbers out.
 */
export class ChunkPlan<H> {
  /** Not here yet. */
  readonly #missing: Uint8Array;
  /** Not here yet, may be asked for, and nobody is. */
  readonly #free: Uint8Array;
  /** May be asked for: what is to be expected is known. */
  readonly #open: Uint8Array;
  /** How many holders have it. */
  readonly #copies: Uint16Array;
  readonly #parties = new Map<H, Party>();
  /** At whom a chunk is out. */
  readonly #outAt = new Map<number, Set<H>>();
  /** No byte of `free` before this one has a bit set. */
  #firstFree = 0;
  #left = 0;
  #freeCount = 0;

  /** `lengthOf`: bytes of a chunk. `isHeld`: it is here already. */
  constructor(
    private readonly count: number,
    private readonly lengthOf: (chunk: number) => number,
    isHeld: (chunk: number) => boolean,
  ) {
    this.#missing = new Uint8Array(bitmapBytes(count));
    this.#free = new Uint8Array(bitmapBytes(count));
    this.#open = new Uint8Array(bitmapBytes(count));
    this.#copies = new Uint16Array(count);
    for (let chunk = 0; chunk < count; chunk++) {
      if (isHeld(chunk)) continue;
      setBit(this.#missing, chunk);
      this.#left++;
    }
  }

  /** Chunks that are not here yet. */
  get left(): number {
    return this.#left;
  }

  /** Chunks that nobody is asked for yet and anybody may be. */
  get free(): number {
    return this.#freeCount;
  }

  isMissing(chunk: number): boolean {
    return chunk < this.count && hasBit(this.#missing, chunk);
  }

  /** From here on these chunks may be asked for. */
  open(from: number, to: number): void {
    for (let chunk = from; chunk < to; chunk++) {
      setBit(this.#open, chunk);
      if (hasBit(this.#missing, chunk) && !this.#outAt.has(chunk)) this.#release(chunk);
    }
  }

  /** From here on not any more. */
  shut(from: number, to: number): void {
    for (let chunk = from; chunk < to; chunk++) {
      clearBit(this.#open, chunk);
      if (hasBit(this.#free, chunk)) this.#unfree(chunk);
    }
  }

  join(holder: H): void {
    if (!this.#parties.has(holder)) this.#parties.set(holder, { has: new Uint8Array(bitmapBytes(this.count)), pace: new HolderPace(), useful: 0 });
  }

  /**
   * Which chunks it has of those from `from` on; bit 7 of byte 0 is the first. What it said of them before is replaced.
   * Whether it has something that it had not.
   */
  has(holder: H, from: number, count: number, bitmap: Uint8Array): boolean {
    const party = this.#parties.get(holder);
    let isNews = false;
    for (let i = 0; party && i < count; i++) {
      const chunk = from + i;
      if (hasBit(bitmap, i) === hasBit(party.has, chunk)) continue;
      if (!hasBit(bitmap, i)) {
        this.#hasNot(party, chunk);
        continue;
      }
      isNews = true;
      setBit(party.has, chunk);
      if (hasBit(this.#missing, chunk)) party.useful++;
      this.#copies[chunk] = (this.#copies[chunk] ?? 0) + 1;
    }
    return isNews;
  }

  /** It has nothing any more: what it was asked for is asked of others. */
  clear(holder: H): void {
    const party = this.#parties.get(holder);
    if (!party) return;
    for (const chunk of [...party.pace.out.keys()]) this.giveBack(holder, chunk);
    for (const [at, byte] of party.has.entries()) {
      for (let chunk = 8 * at; byte !== 0 && chunk < 8 * at + 8; chunk++) if (hasBit(party.has, chunk)) this.#hasNot(party, chunk);
    }
  }

  leave(holder: H): void {
    this.clear(holder);
    this.#parties.delete(holder);
  }

  /** Whether it has something that is missing. */
  offers(holder: H): boolean {
    return (this.#parties.get(holder)?.useful ?? 0) > 0;
  }

  /** Whether it has any of `count` chunks from `from` on. */
  hasSome(holder: H, from: number, count: number): boolean {
    const has = this.#parties.get(holder)?.has;
    if (has) for (let chunk = from; chunk < from + count; chunk++) if (hasBit(has, chunk)) return true;
    return false;
  }

  /** Chunks that are out at a holder. */
  outOf(holder: H): number[] {
    return [...(this.#parties.get(holder)?.pace.out.keys() ?? [])];
  }

  /** What it was asked for and does not have any more. */
  notHad(holder: H): number[] {
    const party = this.#parties.get(holder);
    return party ? this.outOf(holder).filter((chunk) => !hasBit(party.has, chunk)) : [];
  }

  /** What that holder is to be asked for now; it counts as asked. */
  ask(holder: H, nowMs: number): number[] {
    const party = this.#parties.get(holder);
    const chunks: number[] = [];
    if (!party) return chunks;
    for (;;) {
      const chunk = this.#nextFree(party) ?? this.#nextAgain(holder, party, nowMs);
      if (chunk === undefined || !party.pace.hasRoomFor(this.lengthOf(chunk))) return chunks;
      this.#take(holder, party, chunk, nowMs);
      chunks.push(chunk);
    }
  }

  isOut(holder: H, chunk: number): boolean {
    return this.#outAt.get(chunk)?.has(holder) === true;
  }

  /** At whom a chunk is out. */
  outAt(chunk: number): readonly H[] {
    return [...(this.#outAt.get(chunk) ?? [])];
  }

  /** A holder brought a chunk whole: `first` when it is to be kept, `again` when another one was faster. */
  arrived(holder: H, chunk: number, nowMs: number): 'first' | 'again' {
    this.#parties.get(holder)?.pace.arrived(chunk, nowMs);
    this.#notOut(holder, chunk);
    if (!hasBit(this.#missing, chunk)) return 'again';
    clearBit(this.#missing, chunk);
    for (const party of this.#parties.values()) if (hasBit(party.has, chunk)) party.useful--;
    if (hasBit(this.#free, chunk)) this.#unfree(chunk);
    this.#left--;
    return 'first';
  }

  /** What that holder was asked for does not come from it. */
  giveBack(holder: H, chunk: number): void {
    this.#parties.get(holder)?.pace.forget(chunk);
    this.#notOut(holder, chunk);
  }

  /** It arrived, and was not what it should have been. */
  lost(chunk: number): void {
    if (hasBit(this.#missing, chunk)) return;
    setBit(this.#missing, chunk);
    for (const party of this.#parties.values()) if (hasBit(party.has, chunk)) party.useful++;
    this.#left++;
    if (hasBit(this.#open, chunk) && !this.#outAt.has(chunk)) this.#release(chunk);
  }

  /** Begins anew with what is here; who has what stays known, and nothing is out any more. */
  reset(isHeld: (chunk: number) => boolean): void {
    for (const holder of this.#parties.keys()) for (const chunk of this.outOf(holder)) this.giveBack(holder, chunk);
    for (let chunk = 0; chunk < this.count; chunk++) if (!isHeld(chunk)) this.lost(chunk);
  }

  /** Whether anything is out anywhere. */
  get waits(): boolean {
    return this.#outAt.size > 0;
  }

  isIdle(holder: H): boolean {
    return this.#parties.get(holder)?.pace.out.size === 0;
  }

  bytesPerSecond(holder: H, nowMs: number): number {
    return this.#parties.get(holder)?.pace.bytesPerSecond(nowMs) ?? 0;
  }

  #hasNot(party: Party, chunk: number): void {
    clearBit(party.has, chunk);
    if (hasBit(this.#missing, chunk)) party.useful--;
    this.#copies[chunk] = (this.#copies[chunk] ?? 0) - 1;
  }

  #nextFree({ has }: Party): number | undefined {
    while (this.#firstFree < this.#free.length && this.#free[this.#firstFree] === 0) this.#firstFree++;
    let best: number | undefined;
    let seen = 0;
    for (let at = this.#firstFree; at < this.#free.length && seen < LOOK_AHEAD; at++) {
      const both = (this.#free[at] ?? 0) & (has[at] ?? 0);
      if (both === 0) continue;
      for (let chunk = 8 * at; chunk < 8 * at + 8; chunk++) {
        if ((both & (0x80 >>> (chunk & 7))) === 0) continue;
        seen++;
        if (best === undefined || (this.#copies[chunk] ?? 0) < (this.#copies[best] ?? 0)) best = chunk;
      }
    }
    return best;
  }

  /** Of what is out at slower holders the one that is expected last. */
  #nextAgain(holder: H, { has, pace }: Party, nowMs: number): number | undefined {
    let worst: number | undefined;
    let worstMs = 0;
    for (const [chunk, holders] of this.#outAt) {
      if (!hasBit(this.#missing, chunk) || !hasBit(has, chunk) || holders.has(holder)) continue;
      const takesMs = pace.wouldTakeMs(this.lengthOf(chunk)) ?? UNKNOWN_MS;
      const leftMs = Math.min(...[...holders].map((other) => this.#parties.get(other)?.pace.leftMs(chunk, nowMs) ?? Infinity));
      if (leftMs <= AGAIN_TIMES * takesMs + AGAIN_MS || leftMs <= worstMs) continue;
      worst = chunk;
      worstMs = leftMs;
    }
    return worst;
  }

  #take(holder: H, { pace }: Party, chunk: number, nowMs: number): void {
    pace.asked(chunk, this.lengthOf(chunk), nowMs);
    if (hasBit(this.#free, chunk)) this.#unfree(chunk);
    const holders = this.#outAt.get(chunk) ?? new Set<H>();
    this.#outAt.set(chunk, holders.add(holder));
  }

  #notOut(holder: H, chunk: number): void {
    const holders = this.#outAt.get(chunk);
    if (!holders?.delete(holder) || holders.size > 0) return;
    this.#outAt.delete(chunk);
    if (hasBit(this.#missing, chunk) && hasBit(this.#open, chunk)) this.#release(chunk);
  }

  #release(chunk: number): void {
    if (hasBit(this.#free, chunk)) return;
    setBit(this.#free, chunk);
    this.#freeCount++;
    this.#firstFree = Math.min(this.#firstFree, chunk >>> 3);
  }

  #unfree(chunk: number): void {
    clearBit(this.#free, chunk);
    this.#freeCount--;
  }
}
