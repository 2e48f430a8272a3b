import { SansfilError, type ErrorCode } from '../base/errors.js';
import { HELLO_SUITES_MAX } from '../base/limits.js';
import { utf8 } from '../base/bytes.js';
import { Writer } from './fields.js';

interface Suite {
  /** Hashed into the handshake: must be exact. */
  readonly noiseName: string;
  readonly aead: 'AESGCM' | 'ChaChaPoly';
}

const AES_GCM = 0x01;
const CHACHA_POLY = 0x02;

/** The cipher suites of this version, PROTOCOL [P-3.1]. */
export const SUITES: ReadonlyMap<number, Suite> = new Map<number, Suite>([
  [AES_GCM, { noiseName: 'Noise_XX_25519_AESGCM_SHA256', aead: 'AESGCM' }],
  [CHACHA_POLY, { noiseName: 'Noise_XX_25519_ChaChaPoly_SHA256', aead: 'ChaChaPoly' }],
]);

/** Preference order of a machine with AES instructions. */
export const DEFAULT_SUITES: readonly number[] = [AES_GCM, CHACHA_POLY];

/**
 * The suite both sides compute from the initiator's offer and the responder's list, PROTOCOL [P-3.6]: AES-GCM only when
 * both prefer it, for a machine without AES instructions is slow and leaks timing with it. Undefined: nothing in common.
 */
export function selectSuite(offer: readonly number[], list: readonly number[]): number | undefined {
  const common = offer.filter((id) => SUITES.has(id) && list.includes(id));
  if (common.length <= 1) return common[0];
  const bothPreferAes = [offer, list].every((ids) => ids.indexOf(AES_GCM) < ids.indexOf(CHACHA_POLY));
  return bothPreferAes ? AES_GCM : CHACHA_POLY;
}

/** 1…8 suite ids without duplicates; ids this version does not know are allowed. @throws SansfilError `code` */
export function checkSuiteList(bytes: Uint8Array, code: ErrorCode): readonly number[] {
  if (bytes.length < 1 || bytes.length > HELLO_SUITES_MAX) throw new SansfilError(code, `${bytes.length} cipher suites`);
  const ids = [...bytes];
  if (new Set(ids).size !== ids.length) throw new SansfilError(code, 'a cipher suite is named twice');
  return ids;
}

const PROLOGUE = utf8('sansfil-noise-v1');

/**
 * Binds the clear negotiation into the handshake, PROTOCOL [P-3.5].
 * @param h1 all of HELLO before its Noise message
 * @param retried after a RETRY: the whole RETRY frame, and `h1` of the second HELLO
 */
export function prologue(h1: Uint8Array, retried?: { readonly retry: Uint8Array; readonly h1: Uint8Array }): Uint8Array {
  const writer = new Writer().bytes(PROLOGUE).bytesU16(h1);
  if (retried) writer.bytesU16(retried.retry).bytesU16(retried.h1);
  return writer.done();
}
