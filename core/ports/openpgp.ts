import type { PeerId } from '../base/ids.js';
import { token } from './token.js';

/** A public OpenPGP key. What stands in it was written by whoever made the key, except the fingerprint. */
export interface PgpKey {
  /** Upper-case hexadecimal: 40 digits, 64 for keys of version 6. */
  readonly fingerprint: string;
  /** At most PGP_USER_IDS_MAX of them. */
  readonly userIds: readonly string[];
  readonly createdMs: number;
  /** For people, such as `ed25519` or `rsa3072`. */
  readonly algorithm: string;
  /** ASCII armour, the public half only. */
  readonly armored: string;
}

export interface PgpSealRequest {
  /** Absolute path of a plain file. */
  readonly path: string;
  /** Absolute path of the sealed file; without it beside the file, as `.gpg` or `.asc`. */
  readonly out?: string;
  /** Friends whose keys were imported. */
  readonly peers: readonly PeerId[];
  /** Absolute paths of files with one public key each. */
  readonly keyFiles: readonly string[];
  readonly passphrase?: string;
  /** With our own key, which is made when there is none yet. */
  readonly sign: boolean;
  readonly armor: boolean;
  /** The name our own key gets when it is made for this. */
  readonly as: string;
}

export interface PgpSealed {
  readonly path: string;
  readonly bytes: number;
  /** Fingerprints of the keys that can open it. */
  readonly recipients: readonly string[];
}

/**
 * `good`: by that key, over exactly these bytes. `unknown`: the key is not here, so nothing can be said. `doubtful`: by that
 * key, but it had expired or been revoked, or the signature is of a kind no longer trusted. A wrong one is never shown: it is an error.
 */
export type PgpSignatureState = 'good' | 'unknown' | 'doubtful';

export interface PgpSignature {
  readonly state: PgpSignatureState;
  /** 16 hexadecimal digits, as the message gives them: proof of nothing by itself. */
  readonly keyId: string;
  /** Of the key it was checked with; absent when that is unknown. */
  readonly fingerprint?: string;
  /** Whose imported key that is; absent for our own and when unknown. */
  readonly peer?: PeerId;
}

export interface PgpOpenRequest {
  /** Absolute path of a sealed file, armoured or not. */
  readonly path: string;
  /** Absolute path of the opened file; without it beside the message, without its `.gpg`, `.pgp` or `.asc`. */
  readonly out?: string;
  readonly passphrase?: string;
}

export interface PgpOpened {
  readonly path: string;
  readonly bytes: number;
  /** Empty when nobody signed. */
  readonly signatures: readonly PgpSignature[];
}

/** Files for people who use OpenPGP (RFC 9580, RFC 4880): gpg and its kin. Everything rejects with SansfilError only. */
export interface OpenPgp {
  /** The public half of our key, which is made at the first call under the name `as`. @throws SansfilError PGP_OWN_KEY_CORRUPT | DATA_UNWRITABLE | DISK_FULL */
  ownKey(as: string): Promise<PgpKey>;
  /** Reads one public key and keeps it for that friend, instead of an earlier one. @throws SansfilError PGP_KEY_INVALID | FILE_UNREADABLE | DATA_UNWRITABLE */
  importKey(peer: PeerId, path: string): Promise<PgpKey>;
  /** @throws SansfilError PGP_NO_KEY */
  keyOf(peer: PeerId): Promise<PgpKey>;
  /** The key of somebody who is no friend any more. */
  forget(peer: PeerId): Promise<void>;
  /**
   * The file gets its name when it is complete and on the disk; an existing one is never replaced.
   * @throws SansfilError PGP_NO_KEY | PGP_KEY_INVALID | PGP_OWN_KEY_CORRUPT | FILE_UNREADABLE | FILE_CHANGED |
   *   FILE_EXISTS | FILE_UNWRITABLE | DISK_FULL
   */
  seal(request: PgpSealRequest): Promise<PgpSealed>;
  /**
   * The file gets its name when all of it was decrypted and found whole; otherwise nothing is left.
   * @throws SansfilError PGP_NOT_SEALED | PGP_NOT_FOR_US | PASSPHRASE_NEEDED | PASSPHRASE_WRONG | PGP_CORRUPT | PGP_SIGNATURE_BAD |
   *   PGP_TOO_LARGE | FILE_UNREADABLE | FILE_EXISTS | FILE_UNWRITABLE | DISK_FULL
   */
  open(request: PgpOpenRequest): Promise<PgpOpened>;
  /** Ends what is under way: it rejects with STOPPED and leaves nothing. */
  close(): Promise<void>;
}

export const OPENPGP = token<OpenPgp>('openpgp');
