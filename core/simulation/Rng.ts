import type { Random } from '../ports/random.js';

/** By a name of this module: see syncCrypto.ts. */
const { imul } = Math;

const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));

/** A 32-bit mixing step (the finaliser of MurmurHash3): spreads neighbouring seeds over the whole range. */
function mix(x: number): number {
  let h = x >>> 0;
  h = imul(h ^ (h >>> 16), 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Seeded and therefore worthless as a secret: the Random of the simulator (xoshiro128**, Blackman and Vigna 2018). */
export class Rng implements Random {
  readonly seed: number;
  // fields and not an array: a run draws for each byte of each file
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number) {
    this.seed = seed >>> 0;
    const word = (i: number): number => mix(this.seed + imul(i, 0x9e3779b9)) | 0;
    // All zeros is the one state the generator never leaves.
    this.#a = word(1) | 1;
    this.#b = word(2);
    this.#c = word(3);
    this.#d = word(4);
  }

  /** Uniform in 0…2^32 − 1. */
  u32(): number {
    const result = imul(rotate(imul(this.#b, 5), 7), 9) >>> 0;
    const third = this.#c ^ this.#a;
    const fourth = this.#d ^ this.#b;
    this.#a ^= fourth;
    this.#c = third ^ (this.#b << 9);
    this.#b ^= third;
    this.#d = rotate(fourth, 11);
    return result;
  }

  uniform(): number {
    return this.u32() / 2 ** 32;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.u32() >>> 24;
    return bytes;
  }

  /** Uniform integer in from…to, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.uniform() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** An independent generator that depends on the seed and the name only, not on what was drawn before. */
  fork(name: string): Rng {
    let hash = this.seed;
    for (const character of name) hash = mix(imul(hash, 31) + (character.codePointAt(0) ?? 0));
    return new Rng(mix(hash ^ name.length));
  }
}
