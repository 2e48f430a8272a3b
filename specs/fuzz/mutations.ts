import fc from 'fast-check';
import { concat } from '../../core/base/bytes.js';
import { FRAME_BYTES_MAX } from '../../core/base/limits.js';

/** One damage, independent of what is damaged: places are taken modulo its length. Plain data, so that a failure shrinks and prints. */
export type Damage =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'set'; readonly at: number; readonly value: number }
  /** A field of that many bytes becomes another number, as a length or a count may. */
  | { readonly kind: 'number'; readonly at: number; readonly width: 1 | 2 | 4 | 8; readonly value: bigint }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'extend'; readonly by: Uint8Array }
  /** The beginning of it and the end of another. */
  | { readonly kind: 'splice'; readonly at: number; readonly other: number; readonly otherAt: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number }
  | { readonly kind: 'remove'; readonly at: number; readonly length: number };

/** Which valid encoding, and what happens to it. */
export interface Mutation {
  readonly which: number;
  readonly damages: readonly Damage[];
}

const of = <K extends Damage['kind']>(kind: K) => fc.constant(kind);
const at = fc.nat(2_000);
const length = fc.integer({ min: 1, max: 200 });
const TELLING = [0n, 1n, 0x7fn, 0x80n, 0xffn, 0x100n, 0x7fffn, 0xffffn, 0x1_0000n, 0xffff_ffffn, 2n ** 40n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: of('flip'), at, bit: fc.nat(7) }),
  fc.record({ kind: of('set'), at, value: fc.nat(255) }),
  fc.record({ kind: of('number'), at, width: fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const), value: fc.constantFrom(...TELLING) }),
  fc.record({ kind: of('cut'), at }),
  fc.record({ kind: of('extend'), by: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  fc.record({ kind: of('splice'), at, other: fc.nat(30), otherAt: at }),
  fc.record({ kind: of('repeat'), at, length }),
  fc.record({ kind: of('remove'), at, length }),
);

export const mutation: fc.Arbitrary<Mutation> = fc.record({ which: fc.nat(30), damages: fc.array(damage, { minLength: 1, maxLength: 4 }) });

/** What becomes of one of `valid`: never any of them. */
export function mutate({ which, damages }: Mutation, valid: readonly Uint8Array[]): Uint8Array {
  let bytes = Uint8Array.from(pick(valid, which));
  for (const one of damages) bytes = damaged(bytes, one, valid);
  while (valid.some((one) => same(one, bytes))) bytes = joined(bytes, Uint8Array.of(0));
  return bytes;
}

function damaged(bytes: Uint8Array<ArrayBuffer>, how: Damage, valid: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const place = 'at' in how && bytes.length > 0 ? how.at % bytes.length : 0;
  switch (how.kind) {
    case 'flip':
      return withByte(bytes, place, (bytes[place] ?? 0) ^ (1 << how.bit));
    case 'set':
      return withByte(bytes, place, how.value);
    case 'number':
      return withNumber(bytes, place, how.width, how.value);
    case 'cut':
      return bytes.slice(0, place);
    case 'extend':
      return joined(bytes, how.by);
    case 'splice': {
      const other = pick(valid, how.other);
      return joined(bytes.subarray(0, place), other.subarray(other.length > 0 ? how.otherAt % other.length : 0));
    }
    case 'repeat':
      return joined(bytes.subarray(0, place + how.length), bytes.subarray(place));
    case 'remove':
      return joined(bytes.subarray(0, place), bytes.subarray(place + how.length));
  }
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => Uint8Array.from(concat(...parts));

function withByte(bytes: Uint8Array, place: number, value: number): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  if (place < copy.length) copy[place] = value;
  return copy;
}

function withNumber(bytes: Uint8Array, place: number, width: number, value: bigint): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  for (let i = 0; i < width && place + i < copy.length; i++) copy[place + i] = Number((value >> BigInt(8 * (width - 1 - i))) & 0xffn);
  return copy;
}

export function pick<T>(from: readonly T[], which: number): T {
  const one = from[which % from.length];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
}

/** Bytes without any shape, short ones by value and long ones by seed, so that they are cheap to draw. */
export const random = (lengths: readonly number[] = []): fc.Arbitrary<Uint8Array> => {
  const exact = lengths.map((bytes) => ({ weight: 1, arbitrary: fc.constant(bytes) }));
  const long = fc.oneof({ weight: 12, arbitrary: fc.nat(300) }, { weight: 1, arbitrary: fc.nat(4_000) }, ...exact);
  const drawn = fc.record({ length: long, seed: fc.integer({ min: 1, max: 0xffff_ffff }) });
  return fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    drawn.map((noise) => noiseOf(noise.length, noise.seed)),
  );
};

/** Xorshift (Marsaglia 2003), four bytes a step. */
function noiseOf(bytes: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  let word = seed;
  for (let i = 0; i < words.length; i++) {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    words[i] = word;
  }
  return new Uint8Array(words.buffer, 0, bytes);
}

/** As a link may deliver it: 1 to 65 535 bytes. */
export const asFrame = (bytes: Uint8Array): Uint8Array => (bytes.length === 0 ? Uint8Array.of(0) : bytes.subarray(0, FRAME_BYTES_MAX));

export const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
