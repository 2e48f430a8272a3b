import { checkPrimeSync, createPrivateKey, type KeyObject } from 'node:crypto';
import { Rng } from '../../core/testing.js';

const PRIME_BITS = 1024;
const EXPONENT = 65_537n;

/** The number of these bytes, the first one the highest. */
const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

function base64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
}

/** The first prime from a drawn number on whose two highest bits are set, so that two of them make 2048 bits, and that fits the exponent. */
function primeFrom(rng: Rng): bigint {
  const bits = BigInt(PRIME_BITS);
  let candidate = BigInt.asUintN(PRIME_BITS, toNumber(rng.bytes(PRIME_BITS / 8))) | (3n << (bits - 2n)) | 1n;
  while (candidate % EXPONENT === 1n || !checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}

/** Euclid's algorithm, extended: x with a·x ≡ 1 (mod m), of two that have no factor in common. */
function inverse(a: bigint, m: bigint): bigint {
  let [r, nextR, x, nextX] = [m, a % m, 0n, 1n];
  while (nextR !== 0n) {
    const quotient = r / nextR;
    [r, nextR, x, nextX] = [nextR, r - quotient * nextR, nextX, x - quotient * nextX];
  }
  if (r !== 1n) throw new Error('they have a factor in common');
  return x < 0n ? x + m : x;
}

/** The RSA key of two primes. */
export function keyOf(p: bigint, q: bigint): KeyObject {
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const jwk = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, base64url(value)]));
  return createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' });
}

const made = new Map<string, KeyObject>();

/**
 * The RSA key of a simulated device, 2048 bits: the same name is the same key on every machine, because the order of
 * PeerIDs decides what happens when two devices dial each other at once. Anybody can compute it; nobody keeps a secret with it.
 */
export function simulatedKey(device: string): KeyObject {
  const before = made.get(device);
  if (before) return before;
  const rng = new Rng(0).fork(`RSA key of ${device}`);
  const key = keyOf(primeFrom(rng), primeFrom(rng));
  made.set(device, key);
  return key;
}
