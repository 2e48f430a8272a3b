import type { NodeOptions } from '../engine/nodePorts.js';
import type { Primitives } from '../ports/primitives.js';
import { Findings, type Finding } from './checkers/Checker.js';
import type { TraceEntry } from './trace.js';
import { clearFrameTitle, sizeOf } from './wiretap/frameTitle.js';
import { KeyLedger, type KeyUse } from './wiretap/KeyLedger.js';
import { WireRecord } from './wiretap/WireRecord.js';

export type FrameEntry = Extract<TraceEntry, { readonly kind: 'frame' }>;

export interface WiretapOptions {
  readonly now: () => number;
  /** Every frame that leaves or arrives, by its content; without it nobody names them. */
  readonly onFrame?: (entry: FrameEntry) => void;
  /** Which device is at the other end, as long as that one was not heard itself. */
  readonly remoteOf?: (device: string, link: string) => string | undefined;
}

/** Hears of each record that goes out, and of each that came in and decrypted, at that moment. */
export interface RecordObserver {
  sealed?(record: WireRecord): void;
  opened?(record: WireRecord): void;
}

/** One life of one device. */
class Life {
  over = false;
  /** What was sealed last, until it is seen on its link. */
  use: KeyUse | undefined;
  plaintext: Uint8Array | undefined;
  ciphertext: Uint8Array | undefined;

  constructor(readonly device: string) {}
}

/** One device's end of one link. */
class End {
  peer: string | undefined;
  isHandshake = true;
  /** What left here, by the last bytes of the frame. */
  readonly titles = new Map<number, string>();

  constructor(
    readonly device: string,
    readonly link: string,
  ) {}
}

/** The two ends of a simulated connection are `…a` and `…b`. */
const otherEndOf = (link: string): string => link.slice(0, -1) + (link.endsWith('a') ? 'b' : 'a');

/** Bytes of a tag: another frame with the same ones is not met in a run. */
function markOf(frame: Uint8Array): number {
  const { length } = frame;
  return ((frame[length - 4] ?? 0) << 24) | ((frame[length - 3] ?? 0) << 16) | ((frame[length - 2] ?? 0) << 8) | (frame[length - 1] ?? 0);
}

/**
 * Hears what devices say to each other, in clear: what is sealed through their primitives is recognised on their links. So
 * keys, links and devices are known together, without a change to the engine. It judges the use of keys and nonces.
 */
export class Wiretap {
  readonly #options: WiretapOptions;
  readonly #findings = new Findings();
  readonly #keys = new KeyLedger(this.#findings);
  readonly #observers: RecordObserver[] = [];
  readonly #lives = new Map<string, Life>();
  readonly #ends = new Map<string, End>();
  /** Keys made of the content they seal. */
  readonly #chunkKeys = new WeakSet<Uint8Array>();

  constructor(options: WiretapOptions) {
    this.#options = options;
  }

  observe(observer: RecordObserver): void {
    this.#observers.push(observer);
  }

  /** That device's primitives, heard. */
  primitives(device: string, inner: Primitives): Primitives {
    const life = this.#lifeOf(device);
    return {
      dhPublicKey: inner.dhPublicKey.bind(inner),
      dh: inner.dh.bind(inner),
      hash: inner.hash.bind(inner),
      hash512: inner.hash512.bind(inner),
      hmac: inner.hmac.bind(inner),
      hkdfExpand: (key, info, length) => {
        const expanded = inner.hkdfExpand(key, info, length);
        this.#chunkKeys.add(expanded);
        return expanded;
      },
      pbkdf2: inner.pbkdf2.bind(inner),
      encrypt: (aead, key, nonce, ad, plaintext) => {
        const ciphertext = inner.encrypt(aead, key, nonce, ad, plaintext);
        if (this.#chunkKeys.has(key)) this.#keys.sealedChunk(device, key, ciphertext);
        else {
          const use = this.#keys.sealed(device, aead, key, nonce, ciphertext);
          // Only records have no additional data: a handshake has its transcript.
          if (use && ad.length === 0) this.#sealed(life, use, plaintext, ciphertext);
        }
        return ciphertext;
      },
      decrypt: (aead, key, nonce, ad, ciphertext) => {
        const plaintext = inner.decrypt(aead, key, nonce, ad, ciphertext);
        if (ad.length === 0 && !life.over) this.#opened(life, key, plaintext);
        return plaintext;
      },
    };
  }

  /** What that device's node tells of its links. */
  tap(device: string): NonNullable<NodeOptions['tap']> {
    const life = this.#lifeOf(device);
    return (direction, link, frame) => {
      if (life.over) return;
      const end = this.#endOf(device, link);
      if (direction === 'out') this.#left(life, end, frame);
      else this.#arrived(end, frame);
    };
  }

  /** Its process is gone: what that one may still say is not heard. Keys are remembered. */
  forget(device: string): void {
    const life = this.#lives.get(device);
    if (life) life.over = true;
    this.#lives.delete(device);
    for (const [link, end] of this.#ends) if (end.device === device) this.#ends.delete(link);
  }

  findings(): readonly Finding[] {
    return this.#findings.all();
  }

  /** How many there are: cheap enough for every step. */
  get findingCount(): number {
    return this.#findings.size;
  }

  #sealed(life: Life, use: KeyUse, plaintext: Uint8Array, ciphertext: Uint8Array): void {
    life.use = use;
    life.plaintext = plaintext;
    life.ciphertext = ciphertext;
  }

  #opened(life: Life, key: Uint8Array, plaintext: Uint8Array): void {
    const from = this.#keys.find(key)?.link;
    if (from === undefined) return;
    const end = this.#endOf(life.device, otherEndOf(from));
    const record = new WireRecord(life.device, end.link, this.#peerOf(end), plaintext);
    for (const observer of this.#observers) observer.opened?.(record);
  }

  #left(life: Life, end: End, frame: Uint8Array): void {
    const record = this.#takeSealed(life, end, frame);
    if (this.#options.onFrame) this.#name(end, frame, record);
    if (record) for (const observer of this.#observers) observer.sealed?.(record);
  }

  /** The record in that frame: sealed a moment ago, and the session frames it with one byte before it. */
  #takeSealed(life: Life, end: End, frame: Uint8Array): WireRecord | undefined {
    const { use, plaintext, ciphertext } = life;
    if (!use || !plaintext || !ciphertext || frame[0] !== 0) return undefined;
    if (frame.length !== ciphertext.length + 1 || markOf(frame) !== markOf(ciphertext)) return undefined;
    life.use = undefined;
    use.link ??= end.link;
    if (use.link !== end.link) this.#findings.add(`${end.device} seals for ${end.link} under the key of ${use.link}`);
    return new WireRecord(end.device, end.link, this.#peerOf(end), plaintext);
  }

  #name(end: End, frame: Uint8Array, record: WireRecord | undefined): void {
    const what = record?.title ?? clearFrameTitle(frame, end.isHandshake) ?? unnamed(frame);
    if (what === 'NOISE 3') end.isHandshake = false;
    if (record) end.titles.set(markOf(frame), what);
    this.#tell('sent', end.device, this.#peerOf(end) ?? '?', end.link, what);
  }

  #arrived(end: End, frame: Uint8Array): void {
    if (!this.#options.onFrame) return;
    const what = this.#ends.get(otherEndOf(end.link))?.titles.get(markOf(frame)) ?? clearFrameTitle(frame, end.isHandshake) ?? unnamed(frame);
    if (what === 'NOISE 3') end.isHandshake = false;
    this.#tell('arrived', this.#peerOf(end) ?? '?', end.device, end.link, what);
  }

  #tell(moment: FrameEntry['moment'], from: string, to: string, link: string, what: string): void {
    this.#options.onFrame?.({ kind: 'frame', atMs: this.#options.now(), moment, from, to, link, what });
  }

  #lifeOf(device: string): Life {
    let life = this.#lives.get(device);
    if (!life) this.#lives.set(device, (life = new Life(device)));
    return life;
  }

  #endOf(device: string, link: string): End {
    let end = this.#ends.get(link);
    if (!end) this.#ends.set(link, (end = new End(device, link)));
    return end;
  }

  #peerOf(end: End): string | undefined {
    end.peer ??= this.#ends.get(otherEndOf(end.link))?.device ?? this.#options.remoteOf?.(end.device, end.link);
    return end.peer;
  }
}

const unnamed = (frame: Uint8Array): string => `? (${sizeOf(frame.length)})`;
