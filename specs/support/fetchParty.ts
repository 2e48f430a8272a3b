import { toHex } from '../../core/base/bytes.js';
import { CONTENT_CHUNK_BYTES } from '../../core/base/limits.js';
import type { LocalContent } from '../../core/engine/catalogue/contents.js';
import type { TransferPorts } from '../../core/engine/transfers/LiveTransfer.js';
import type { RemoteItem } from '../../core/protocol/cataloguePages.js';
import { contentRoot } from '../../core/protocol/contentRoot.js';
import { nodePrimitives } from '../../plugins/node-primitives/index.js';
import { connect, Party, type Connected } from './transferParty.js';

export function hashesOf(bytes: Uint8Array): Uint8Array {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CONTENT_CHUNK_BYTES) hashes.push(nodePrimitives.hash(bytes.subarray(at, at + CONTENT_CHUNK_BYTES)));
  return new Uint8Array(Buffer.concat(hashes));
}

export const rootOf = (bytes: Uint8Array): Uint8Array => contentRoot((...parts) => nodePrimitives.hash(...parts), bytes.length, hashesOf(bytes));

export const itemOf = (name: string, bytes: Uint8Array): RemoteItem => ({ name, bytes: bytes.length, modifiedMs: 5, mode: 0o644, root: rootOf(bytes) });

/** A device as far as files go, that shares what it is told to. */
export class SharingParty extends Party {
  readonly shared: Map<string, LocalContent>;
  /** Contents that were looked for. */
  looked = 0;

  constructor(number: number, ports: Partial<TransferPorts> = {}) {
    const shared = new Map<string, LocalContent>();
    super(number, {
      contents: {
        find: (root) => {
          this.looked++;
          return Promise.resolve(shared.get(toHex(root)));
        },
      },
      ...ports,
    });
    this.shared = shared;
  }

  /** `hashes`: what it says the chunks hash to, when that is not so. */
  share(path: string, bytes: Uint8Array, { hashes = hashesOf(bytes), root = rootOf(bytes) } = {}): void {
    this.source.put(path, bytes, 5);
    this.shared.set(toHex(root), {
      path,
      bytes: bytes.length,
      modifiedMs: 5,
      hashes: () => Promise.resolve(bytes.length > CONTENT_CHUNK_BYTES ? hashes : new Uint8Array(0)),
    });
  }
}

/** Devices that are connected with one another in pairs, and run until something holds. */
export class FetchWorld {
  readonly links: Connected[] = [];

  connect(a: SharingParty, b: SharingParty): Connected {
    const link = connect(a, b);
    this.links.push(link);
    return link;
  }

  /** Real time for what threads do, virtual time for whatever waits for a clock. */
  async until(condition: () => boolean, parties: readonly SharingParty[], stepMs = 10): Promise<void> {
    for (let turn = 0; !condition(); turn++) {
      if (turn > 20_000) throw new Error('it did not come to that');
      await new Promise((resolve) => setImmediate(resolve));
      if (turn % 5 === 0) for (const { clock } of parties) clock.advance(stepMs);
    }
  }
}
