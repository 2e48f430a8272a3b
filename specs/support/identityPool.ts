import { createPrivateKey, generatePrimeSync, type KeyObject } from 'node:crypto';

const PRIME_BITS = 1_024;
const EXPONENT = 65_537n;

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let [square, rest] = [base % modulus, exponent]; rest > 0n; rest >>= 1n, square = (square * square) % modulus) {
    if (rest & 1n) result = (result * square) % modulus;
  }
  return result;
}

/** Of a number that is coprime to the modulus, by the extended algorithm of Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [r, nextR, t, nextT] = [modulus, value % modulus, 0n, 1n];
  while (nextR !== 0n) {
    const quotient = r / nextR;
    [r, nextR, t, nextT] = [nextR, r - quotient * nextR, nextT, t - quotient * nextT];
  }
  if (r !== 1n) throw new Error('not coprime');
  return t < 0n ? t + modulus : t;
}

const encoded = (value: bigint): string => {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
};

function keyOf(p: bigint, q: bigint): KeyObject {
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const parts = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: power(q, p - 2n, p) };
  const jwk = Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, encoded(value)]));
  return createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' });
}

/**
 * As many different RSA keys, of the real size and quickly: the products of few primes. Whoever has two of them that share
 * a prime knows it, so they are good for nothing but specs.
 */
export function identityPool(count: number): readonly KeyObject[] {
  const primes: bigint[] = [];
  const keys: KeyObject[] = [];
  for (; keys.length < count; primes.push(generatePrimeSync(PRIME_BITS, { bigint: true }))) {
    const newest = primes.at(-1);
    if (newest !== undefined) for (const other of primes.slice(0, -1)) if (keys.length < count) keys.push(keyOf(newest, other));
  }
  return keys;
}
