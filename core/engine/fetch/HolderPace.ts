import { FETCH_CHUNKS_OUT_MAX, FETCH_LATENCY_MS_HIGH, FETCH_LATENCY_MS_LOW, FETCH_WINDOW_BYTES_MAX, FETCH_WINDOW_BYTES_START } from '../../base/limits.js';

interface Asked {
  readonly length: number;
  readonly askedMs: number;
}

/** Weight of the newest sample in the speed: about a second of memory. */
const SMOOTHING = 0.3;
const SAMPLE_MS = 200;
/** A chunk that takes so many times as long as the last ones did is not to be counted on. */
const STALLED_TIMES = 2;

/**
 * What one holder was asked for, how fast it answers, and how many bytes may be asked of it at once: more while answers
 * come soon, fewer while they wait behind one another. Times are milliseconds that are handed in.
 */
export class HolderPace {
  /** Oldest first. */
  readonly #out = new Map<number, Asked>();
  #outBytes = 0;
  #window = FETCH_WINDOW_BYTES_START;
  /** Bytes per ms. */
  #rate = 0;
  #sampleBytes = 0;
  #sampleFromMs = 0;
  #heardMs = 0;

  get out(): ReadonlyMap<number, unknown> {
    return this.#out;
  }

  /** One chunk may always be out, however large. */
  hasRoomFor(length: number): boolean {
    return this.#out.size === 0 || (this.#outBytes + length <= this.#window && this.#out.size < FETCH_CHUNKS_OUT_MAX);
  }

  asked(chunk: number, length: number, nowMs: number): void {
    if (this.#out.size === 0) {
      this.#heardMs = nowMs;
      // Time in which nothing was asked says nothing about the holder.
      this.#sampleFromMs = nowMs;
      this.#sampleBytes = 0;
    }
    this.#out.set(chunk, { length, askedMs: nowMs });
    this.#outBytes += length;
  }

  /** False when it was not out here. */
  arrived(chunk: number, nowMs: number): boolean {
    const asked = this.#out.get(chunk);
    if (!asked) return false;
    this.forget(chunk);
    this.#heardMs = nowMs;
    this.#adapt(asked, nowMs - asked.askedMs);
    this.#sampleBytes += asked.length;
    const elapsed = nowMs - this.#sampleFromMs;
    // Of one who has nothing to do the first speed is kept: with the time it idles it would become nothing.
    if (elapsed < SAMPLE_MS && (this.#rate > 0 || this.#out.size > 0)) return true;
    const sample = this.#sampleBytes / Math.max(1, elapsed);
    this.#rate = this.#rate === 0 ? sample : this.#rate + SMOOTHING * (sample - this.#rate);
    this.#sampleFromMs = nowMs;
    this.#sampleBytes = 0;
    return true;
  }

  /** It does not come from here any more, or is not counted. */
  forget(chunk: number): void {
    this.#outBytes -= this.#out.get(chunk)?.length ?? 0;
    this.#out.delete(chunk);
  }

  /** 0 while nothing is known, and when nothing is asked. */
  bytesPerSecond(nowMs: number): number {
    return this.#out.size === 0 ? 0 : Math.round(1_000 * this.#rateAt(nowMs));
  }

  /** In how many ms a chunk that is out here is expected. */
  leftMs(chunk: number, nowMs: number): number {
    const waited = nowMs - this.#heardMs;
    let queued = 0;
    let first = 0;
    for (const [each, { length }] of this.#out) {
      first ||= length;
      queued += length;
      if (each === chunk) break;
    }
    const rate = this.#rateShown();
    if (rate === 0) return waited;
    const stalled = waited > (STALLED_TIMES * first) / rate ? waited : 0;
    return Math.max(queued / rate - waited, stalled);
  }

  /** In how many ms a further chunk would be here; undefined while this holder has shown nothing. */
  wouldTakeMs(length: number): number | undefined {
    const rate = this.#rateShown();
    return rate === 0 ? undefined : (this.#outBytes + length) / rate;
  }

  /** While something came: what does not come must not make its own delay look usual. */
  #rateShown(): number {
    return this.#rate > 0 ? this.#rate : this.#sampleBytes / Math.max(1, this.#heardMs - this.#sampleFromMs);
  }

  #rateAt(nowMs: number): number {
    if (this.#rate > 0) return this.#rate;
    return this.#sampleBytes / Math.max(1, nowMs - this.#sampleFromMs);
  }

  #adapt({ length }: Asked, tookMs: number): void {
    if (tookMs < FETCH_LATENCY_MS_LOW) this.#window = Math.min(FETCH_WINDOW_BYTES_MAX, this.#window + length);
    if (tookMs > FETCH_LATENCY_MS_HIGH) this.#window = Math.max(0, this.#window - length);
  }
}
