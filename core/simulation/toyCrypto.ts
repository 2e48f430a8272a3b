import type { DeviceCrypto } from './deviceParts.js';
import { toyIdentity, toyPrimitives } from './syncCrypto.js';
import { toyFileCipher } from './toyFileCipher.js';

/** No secrecy, no waiting, and everything the protocol relies on. */
export function toyCrypto(host: string): DeviceCrypto {
  const primitives = toyPrimitives();
  return { primitives, ...toyIdentity(host), cipher: toyFileCipher(primitives) };
}
