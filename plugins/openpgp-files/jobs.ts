import type { ErrorCode, PgpKey, PgpSignatureState } from '../../core/index.js';

/* What the device asks of the thread that does the OpenPGP work, and what it hears back. One job for each thread. */

/** Makes our key. */
interface GenerateJob {
  readonly kind: 'generate';
  readonly userId: string;
}

/** Looks at a key file; `armored` or not is found out. Our own is looked at by the code that is thrown when it is damaged. */
interface InspectJob {
  readonly kind: 'inspect';
  readonly bytes: Uint8Array;
  readonly own: boolean;
}

export interface SealJob {
  readonly kind: 'seal';
  readonly from: string;
  /** Must not be there. */
  readonly to: string;
  readonly recipients: readonly string[];
  readonly passphrase?: string;
  /** Our private key, to sign with. */
  readonly signer?: string;
  readonly armor: boolean;
}

export interface OpenJob {
  readonly kind: 'open';
  readonly from: string;
  /** Must not be there. */
  readonly to: string;
  readonly ownKey?: string;
  readonly passphrase?: string;
  /** Public keys signatures are checked with. */
  readonly signers: readonly string[];
}

export type Job = GenerateJob | InspectJob | SealJob | OpenJob;

export interface CheckedSignature {
  readonly state: PgpSignatureState;
  readonly keyId: string;
  /** Which of the job's signers; absent when unknown. */
  readonly signer?: number;
  readonly fingerprint?: string;
}

export interface Results {
  readonly generate: { readonly privateKey: string; readonly key: PgpKey };
  readonly inspect: PgpKey;
  readonly seal: { readonly bytes: number; readonly recipients: readonly string[] };
  readonly open: { readonly bytes: number; readonly signatures: readonly CheckedSignature[] };
}

export type Answer<K extends Job['kind'] = Job['kind']> = { readonly done: Results[K] } | { readonly code: ErrorCode; readonly detail: string };
