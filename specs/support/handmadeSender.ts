import type { SessionConsumer } from '../../core/engine/contracts.js';
import type { Record } from '../../core/protocol/frames.js';
import { encodeManifest, sentKey, type Manifest } from '../../core/protocol/manifest.js';
import { NodeFileCipher } from '../../plugins/aes-files/NodeFileCipher.js';
import { nodePrimitives } from '../../plugins/node-primitives/index.js';
import { peerOf } from './samples.js';
import { SessionPair, type FakeEnd } from './sessionPair.js';
import { noise, type Connected, type Party } from './transferParty.js';

export const CHUNK_BYTES = 2 ** 14;

/** A peer that says over a session exactly what a spec wants it to say, and hears everything. */
export class Handmade implements SessionConsumer {
  readonly recordTypes = { from: 0x20, to: 0x2f };
  readonly heard: Record[] = [];
  link: Connected | undefined;
  readonly #cipher = new NodeFileCipher(1);

  constructor(private readonly number = 7) {}

  connect(party: Party): Connected {
    const pair = new SessionPair({ peer: peerOf(this.number), consumer: this }, { peer: party.peer, consumer: party.transfers });
    const [a, b] = pair.ends;
    party.sessions.current = b;
    this.link = { pair, a, b };
    return this.link;
  }

  get end(): FakeEnd {
    if (!this.link) throw new Error('not connected');
    return this.link.a;
  }

  opened(): void {
    this.heard.length = 0;
  }
  record(_session: unknown, record: Record): void {
    this.heard.push(structuredClone(record));
  }
  drained(): void {
    return;
  }
  closed(): void {
    return;
  }

  said<T extends Record['type']>(type: T): readonly Extract<Record, { readonly type: T }>[] {
    return this.heard.filter((record): record is Extract<Record, { readonly type: T }> => record.type === type);
  }

  offer(manifest: Manifest): void {
    this.end.send({ type: 'offer', manifest: encodeManifest(manifest) });
  }

  /** A proper chunk, sealed; what is to be wrong with it is the caller's. */
  async seal(
    manifest: Manifest,
    item: number,
    index: number,
    plain: Uint8Array,
  ): Promise<{ announcement: Extract<Record, { type: 'chunk' }>; ciphertext: Uint8Array }> {
    const { transferId, aead, items } = manifest;
    const length = plain.length;
    const { hash, tag, ciphertext } = await this.#cipher.seal(
      { fileKey: sentKey(manifest), transferId, aead, item, index, itemBytes: items[item]?.bytes ?? 0 },
      plain.slice(),
    );
    return { announcement: { type: 'chunk', transferId, item, index, length, hash, tag, stream: index }, ciphertext };
  }

  done(manifest: Manifest, item: number, plain: Uint8Array): void {
    const { transferId, chunkBytes } = manifest;
    const hashes: Uint8Array[] = [];
    for (let at = 0; at < plain.length; at += chunkBytes) hashes.push(nodePrimitives.hash(plain.subarray(at, at + chunkBytes)));
    this.end.send({ type: 'done', transferId, item, hash: nodePrimitives.hash(...hashes) });
  }
}

export const manifestOf = (sizes: readonly number[], id = 1, names: readonly string[] = []): Manifest => ({
  transferId: new Uint8Array(16).fill(id),
  aead: 1,
  chunkBytes: CHUNK_BYTES,
  key: { kind: 'sent', fileKey: noise(32, 77) },
  items: sizes.map((bytes, i) => ({ name: names[i] ?? `${i}.bin`, bytes, modifiedMs: 1, mode: 0o644 })),
});
