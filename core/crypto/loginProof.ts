import { utf8 } from '../base/bytes.js';
import { peerIdToBytes, type AccountName, type PeerId } from '../base/ids.js';
import type { Signer, Verifier } from '../ports/signer.js';
import { Writer } from '../protocol/fields.js';

export type ProofPurpose = 'login' | 'register';

/** What a device signs to the directory, PROTOCOL [P-7.5]. Never the bare challenge: that would be a signing oracle. */
export interface LoginStatement {
  readonly purpose: ProofPurpose;
  /** The name of the directory the device means; a proof for one is worth nothing at another. */
  readonly directory: string;
  readonly name: AccountName;
  readonly peer: PeerId;
  /** 32 bytes each. */
  readonly clientNonce: Uint8Array;
  readonly challenge: Uint8Array;
  readonly serverTimeMs: number;
}

/** No TLS, no exporter: RFC 9266 has no value for a clear connection. */
const NO_CHANNEL = new Uint8Array(32);

const label = (purpose: ProofPurpose): string => `sansfil/1, directory ${purpose}`;

function content(statement: LoginStatement): Uint8Array {
  return new Writer(256)
    .bytesU8(utf8(statement.directory))
    .bytesU8(utf8(statement.name))
    .bytes(peerIdToBytes(statement.peer))
    .bytes(statement.clientNonce)
    .bytes(statement.challenge)
    .u64(statement.serverTimeMs)
    .bytes(NO_CHANNEL)
    .done();
}

export function proveLogin(signer: Signer, statement: Omit<LoginStatement, 'peer'>): Promise<Uint8Array> {
  return signer.sign(label(statement.purpose), [content({ ...statement, peer: signer.peerId })]);
}

export function verifyLogin(verifier: Verifier, spki: Uint8Array, statement: LoginStatement, signature: Uint8Array): Promise<boolean> {
  return verifier.verify(spki, label(statement.purpose), [content(statement)], signature);
}
