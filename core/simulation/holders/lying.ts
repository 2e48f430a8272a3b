import type { NodePorts } from '../../engine/nodePorts.js';
import type { Lie } from './HoldersPlan.js';

/** The ports of a device whose engine is honest and whose parts are not. */
export const lying =
  (lie: Lie) =>
  (ports: NodePorts): NodePorts => ({
    ...ports,
    ...(lie === 'hashes' ? {} : { cipher: otherBytes(ports.cipher) }),
    ...(lie === 'bytes' ? {} : { shares: otherHashes(ports.shares) }),
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

/** The hashes of its chunks do not make the root. */
const otherHashes = (honest: NodePorts['shares']): NodePorts['shares'] => ({
  ...honest,
  hashes: async (position) => turned(await honest.hashes(position)),
});

function turned(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  if (copy.length > 0) copy[0] = (copy[0] ?? 0) ^ 1;
  return copy;
}
