import type { NodeView } from '../events/commands.js';
import type { Clock } from '../ports/clock.js';
import type { Directory } from '../ports/directory.js';
import type { FileCipher } from '../ports/fileCipher.js';
import type { FileSink, FileSource } from '../ports/files.js';
import type { Logger } from '../ports/logger.js';
import type { OpenPgp } from '../ports/openpgp.js';
import type { Primitives } from '../ports/primitives.js';
import type { Random } from '../ports/random.js';
import type { ShareStore } from '../ports/shareStore.js';
import type { Signer, Verifier } from '../ports/signer.js';
import type { Transport } from '../ports/transport.js';
import type { ContactStore, MessageStore, SettingsStore, TransferStore } from '../ports/stores.js';

/** Everything a device is made of, each behind its port. */
export interface NodePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly primitives: Primitives;
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly cipher: FileCipher;
  readonly transports: readonly Transport[];
  readonly directories: readonly Directory[];
  readonly settings: SettingsStore;
  readonly contacts: ContactStore;
  readonly messages: MessageStore;
  readonly transfers: TransferStore;
  readonly shares: ShareStore;
  readonly source: FileSource;
  readonly sink: FileSink;
  /** Absent where nobody uses gpg. */
  readonly pgp?: OpenPgp;
}

export interface NodeOptions {
  readonly version: string;
  /** `scheme://address` to listen on. */
  readonly listen: readonly string[];
  /** What friends are told instead of the addresses found on the interfaces (port forwarding, a name on a VPN). */
  readonly announce?: readonly string[];
  readonly directoryUrl?: string;
  readonly suites?: readonly number[];
  /** The smallest chunk of an outgoing file, a power of two; larger ones are chosen for large files. */
  readonly chunkBytes?: number;
  /** Of contents that are shared; CONTENT_CHUNK_BYTES when absent, and the same on all devices that meet. */
  readonly contentChunkBytes?: number;
  /** How the plugins stand, for `node.show`. */
  readonly plugins?: () => NodeView['plugins'];
  /** Sees every frame as it is on the wire: ciphertext after the handshake. */
  readonly tap?: (direction: 'in' | 'out', link: string, frame: Uint8Array) => void;
}
