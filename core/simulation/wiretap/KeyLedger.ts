import type { AeadName } from '../../ports/primitives.js';
import type { Findings } from '../checkers/Checker.js';

const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** 2^64 − 1, as far as a number can tell: of REKEY only (Noise §4.2), which seals 32 zeros for itself and sends nothing. */
const REKEY_NONCE = 2 ** 64;

/** What one key was used for, by whichever device and in whichever life. */
export class KeyUse {
  /** The end of a link where records are sealed under it. */
  link: string | undefined;
  /** Of a chunk: the tag that the content had. */
  tag: Uint8Array | undefined;

  constructor(
    readonly device: string,
    /** The highest nonce so far. */
    public highest: number,
  ) {}
}

/**
 * No key seals twice under one nonce, whatever the device and the life. Nonces count up [P-3.12], so remembering the highest
 * is enough. Chunks of files have a key of their content and one nonce for all: the same pair is the same content.
 */
export class KeyLedger {
  readonly #uses = new Map<string, KeyUse>();
  /** The same by the object that holds the key, so that its bytes are read once. */
  readonly #known = new WeakMap<Uint8Array, KeyUse>();

  constructor(private readonly findings: Findings) {}

  /** Whose records are sealed under that key; undefined when nobody whom we hear did so. */
  find(key: Uint8Array): KeyUse | undefined {
    const known = this.#known.get(key);
    if (known) return known;
    const use = this.#uses.get(textOf(key));
    if (use) this.#known.set(key, use);
    return use;
  }

  /** A record, or what a handshake encrypts; false: nothing that goes anywhere. */
  sealed(device: string, aead: AeadName, key: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array): KeyUse | undefined {
    const use = this.#use(device, key);
    const count = countOf(aead, nonce);
    if (count === REKEY_NONCE) {
      this.#succeed(use, ciphertext);
      return undefined;
    }
    if (count <= use.highest) this.findings.add(`${device} seals under nonce ${count} of a key with which ${use.device} sealed ${use.highest} already`);
    else use.highest = count;
    return use;
  }

  /** Both sides of a session compute the tag from everything that counts: content, additional data, key and nonce. */
  sealedChunk(device: string, key: Uint8Array, ciphertext: Uint8Array): void {
    const use = this.#use(device, key);
    const tag = ciphertext.slice(-TAG_BYTES);
    use.tag ??= tag;
    if (!use.tag.every((byte, i) => byte === tag[i])) this.findings.add(`${device} seals two different chunks under one key and nonce`);
  }

  #use(device: string, key: Uint8Array): KeyUse {
    const found = this.find(key);
    if (found) return found;
    const use = new KeyUse(device, -1);
    this.#uses.set(textOf(key), use);
    this.#known.set(key, use);
    return use;
  }

  /** The nonce counts on under the key that replaces it. */
  #succeed(use: KeyUse, ciphertext: Uint8Array): void {
    const text = textOf(ciphertext.subarray(0, KEY_BYTES));
    if (this.#uses.has(text)) return;
    const next = new KeyUse(use.device, use.highest);
    next.link = use.link;
    this.#uses.set(text, next);
  }
}

/** 32 bits of zeros, then 64 of the count: big-endian for AES-GCM, little-endian for ChaChaPoly. */
function countOf(aead: AeadName, nonce: Uint8Array): number {
  let count = 0;
  if (aead === 'AESGCM') for (let i = 4; i < 12; i++) count = count * 256 + (nonce[i] ?? 0);
  else for (let i = 11; i >= 4; i--) count = count * 256 + (nonce[i] ?? 0);
  return count;
}

/** Two bytes a character: short, and nothing that is ever shown. */
function textOf(key: Uint8Array): string {
  let text = '';
  for (let i = 0; i < KEY_BYTES; i += 2) text += String.fromCharCode((key[i] ?? 0) | ((key[i + 1] ?? 0) << 8));
  return text;
}
