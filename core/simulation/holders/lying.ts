import { toHex } from '../../base/bytes.js';
import type { NodePorts } from '../../engine/nodePorts.js';
import type { Lie } from './HoldersPlan.js';

/** The ports of a device whose engine is honest and whose parts are not. */
export const lying =
  (lie: Lie) =>
  (ports: NodePorts): NodePorts => ({
    ...ports,
    ...(lie === 'hashes' ? {} : { cipher: otherBytes(ports.cipher) }),
    ...(lie === 'bytes' ? {} : otherHashes(ports)),
  });

/** What it sends is not what it said that it sends. */
const otherBytes = (honest: NodePorts['cipher']): NodePorts['cipher'] => ({
  aead: honest.aead,
  open: (place, chunk) => honest.open(place, chunk),
  seal: async (place, plain) => {
    const { hash, tag, ciphertext } = await honest.seal(place, plain);
    return { hash, tag, ciphertext: turned(ciphertext) };
  },
});

/** Longer than any list of hashes of a simulated file. */
const LIST_BYTES_MAX = 512;

/** The hashes of its chunks do not make the root, and it does not see that itself. */
function otherHashes({ shares, primitives }: NodePorts): Pick<NodePorts, 'shares' | 'primitives'> {
  const honest = new Map<string, Uint8Array>();
  return {
    shares: {
      ...shares,
      hashes: async (position) => {
        const hashes = await shares.hashes(position);
        const others = turned(hashes);
        honest.set(toHex(others), hashes);
        return others;
      },
    },
    primitives: {
      ...primitives,
      hash: (...parts) =>
        primitives.hash(...parts.map((part) => (part.length % 32 === 0 && part.length <= LIST_BYTES_MAX ? (honest.get(toHex(part)) ?? part) : part))),
    },
  };
}

function turned(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  if (copy.length > 0) copy[0] = (copy[0] ?? 0) ^ 1;
  return copy;
}
