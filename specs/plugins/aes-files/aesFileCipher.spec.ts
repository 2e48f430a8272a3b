import { describe, expect, test } from '@jest/globals';
import { createCipheriv, createHash, createHmac } from 'node:crypto';
import type { ChunkPlace, SealedChunk } from '../../../core/ports/fileCipher.js';
import { AesFileCipher } from '../../../plugins/aes-files/AesFileCipher.js';
import { nodePrimitives } from '../../../plugins/node-primitives/index.js';
import { rejection } from '../../support/samples.js';
import { noise } from '../../support/transferParty.js';

const cipher = new AesFileCipher(nodePrimitives);
const PLACE: ChunkPlace = { fileKey: noise(32, 1), transferId: noise(16, 2), item: 3, index: 258, itemBytes: 2 ** 33 + 5 };
const seal = async (plain: Uint8Array, place = PLACE): Promise<SealedChunk> => {
  const { hash, tag, ciphertext } = await cipher.seal(place, plain.slice());
  return { hash: hash.slice(), tag: tag.slice(), ciphertext: ciphertext.slice() };
};

/** The clause written down with nothing but node:crypto, in one piece. */
function byTheBook(plain: Uint8Array): SealedChunk {
  const hash = createHash('sha256').update(plain).digest();
  const info = Buffer.concat([Buffer.from('sansfil/1 file chunk\0'), Buffer.from([1, 0, 0, 0, 3, 0, 0, 1, 2]), hash]);
  const key = createHmac('sha256', PLACE.fileKey).update(info).update(Buffer.of(1)).digest();
  const aead = createCipheriv('aes-256-gcm', key, Buffer.alloc(12));
  aead.setAAD(Buffer.concat([PLACE.transferId, Buffer.from('00000003' + '00000102' + '0000000200000005', 'hex')]));
  const ciphertext = Buffer.concat([aead.update(plain), aead.final()]);
  return { hash, tag: aead.getAuthTag(), ciphertext };
}

describe('[P-6.4] a chunk under AES-256-GCM', () => {
  test.each([1, 63, 64 * 1024, 64 * 1024 + 1, 300_000])('of %i bytes is sealed as the clause says, and opens again', async (length) => {
    const plain = noise(length, 9);
    const sealed = await seal(plain);
    const expected = byTheBook(plain);
    for (const part of ['hash', 'tag', 'ciphertext'] as const) expect(Buffer.from(sealed[part]).equals(expected[part])).toBe(true);
    expect(Buffer.from(await cipher.open(PLACE, sealed)).equals(plain)).toBe(true);
  });

  test('is sealed and opened in the buffer that was given', async () => {
    const buffer = noise(1000);
    const sealed = await cipher.seal(PLACE, buffer);
    expect(sealed.ciphertext).toBe(buffer);
    expect(await cipher.open(PLACE, sealed)).toBe(buffer);
  });

  test('opens nowhere but in its place', async () => {
    const elsewhere: readonly ChunkPlace[] = [
      { ...PLACE, item: 4 },
      { ...PLACE, index: 259 },
      { ...PLACE, itemBytes: PLACE.itemBytes + 1 },
      { ...PLACE, transferId: noise(16, 5) },
      { ...PLACE, fileKey: noise(32, 5) },
    ];
    for (const place of elsewhere) expect(await rejection(cipher.open(place, await seal(noise(100))))).toBe('CHUNK_CORRUPT');
  });

  test('with any bit of hash, tag or ciphertext changed is refused, and no plain byte is left behind', async () => {
    for (const part of ['hash', 'tag', 'ciphertext'] as const) {
      const { [part]: original } = await seal(noise(70_000));
      for (const at of [0, 7, original.length - 1]) {
        const sealed = await seal(noise(70_000));
        const changed = sealed[part];
        changed[at] = (changed[at] ?? 0) ^ 0x10;
        expect(await rejection(cipher.open(PLACE, sealed))).toBe('CHUNK_CORRUPT');
        expect(sealed.ciphertext.every((byte) => byte === 0)).toBe(true);
      }
    }
  });

  test('with a tag cut short or missing is refused', async () => {
    const sealed = await seal(noise(100));
    for (const length of [0, 4, 8, 12, 15]) expect(await rejection(cipher.open(PLACE, { ...sealed, tag: sealed.tag.slice(0, length) }))).toBe('CHUNK_CORRUPT');
  });

  test('of other bytes in the same place has another key, so that the nonce never repeats under one', async () => {
    const zeros = await seal(new Uint8Array(64));
    const ones = await seal(new Uint8Array(64).fill(1));
    const keystream = zeros.ciphertext;
    expect(Buffer.from(ones.ciphertext.map((byte) => byte ^ 1)).equals(keystream)).toBe(false);
  });
});
