import { generatePrimeSync, type KeyObject } from 'node:crypto';
import { keyOf } from '../../apps/simulator/rsaKeys.js';

const PRIME_BITS = 1_024;

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
