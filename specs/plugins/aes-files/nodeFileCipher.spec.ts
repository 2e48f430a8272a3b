import { afterAll, describe, expect, test } from '@jest/globals';
import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { ChunkPlace, SealedChunk } from '../../../core/ports/fileCipher.js';
import { CipherThread } from '../../../plugins/aes-files/CipherThread.js';
import { fasterAead } from '../../../plugins/aes-files/fasterAead.js';
import { NodeFileCipher } from '../../../plugins/aes-files/NodeFileCipher.js';
import { builtAt } from '../../support/builtProgram.js';
import { rejection } from '../../support/samples.js';
import { noise } from '../../support/transferParty.js';

/** A copy in memory that both threads see. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/** The clause written down with nothing but node:crypto, in one piece. */
function byTheBook(place: ChunkPlace, plain: Uint8Array): SealedChunk {
  const hash = createHash('sha256').update(plain).digest();
  const info = Buffer.concat([Buffer.from('sansfil/1 file chunk\0'), Buffer.from([place.aead, 0, 0, 0, 3, 0, 0, 1, 2]), hash]);
  const key = createHmac('sha256', place.fileKey).update(info).update(Buffer.of(1)).digest();
  const aad = Buffer.concat([place.transferId, Buffer.from('00000003' + '00000102' + '0000000200000005', 'hex')]);
  const nonce = Buffer.alloc(12);
  const options = { authTagLength: 16 };
  const aead =
    place.aead === 1
      ? createCipheriv('aes-256-gcm', key, nonce, options).setAAD(aad)
      : createCipheriv('chacha20-poly1305', key, nonce, options).setAAD(aad, { plaintextLength: plain.length });
  const ciphertext = Buffer.concat([aead.update(plain), aead.final()]);
  return { hash, tag: aead.getAuthTag(), ciphertext };
}

const thread = new CipherThread(pathToFileURL(builtAt('plugins/aes-files/sealingWorker.js')));
afterAll(() => thread.stop());

describe.each([
  ['AES-256-GCM', 1, undefined],
  ['AES-256-GCM in the thread', 1, thread],
  ['ChaCha20-Poly1305', 2, undefined],
  ['ChaCha20-Poly1305 in the thread', 2, thread],
] as const)('[P-6.4] a chunk under %s', (_what, aead, its) => {
  const cipher = new NodeFileCipher(aead, its);
  const PLACE: ChunkPlace = { fileKey: noise(32, 1), transferId: noise(16, 2), aead, item: 3, index: 258, itemBytes: 2 ** 33 + 5 };
  const seal = async (plain: Uint8Array, place = PLACE): Promise<SealedChunk> => {
    const { hash, tag, ciphertext } = await cipher.seal(place, shared(plain));
    return { hash: hash.slice(), tag: tag.slice(), ciphertext: shared(ciphertext) };
  };

  test.each([1, 63, 64 * 1024, 64 * 1024 + 1, 300_000])('of %i bytes is sealed as the clause says, and opens again', async (length) => {
    const plain = noise(length, 9);
    const sealed = await seal(plain);
    const expected = byTheBook(PLACE, plain);
    for (const part of ['hash', 'tag', 'ciphertext'] as const) expect(Buffer.from(sealed[part]).equals(expected[part])).toBe(true);
    expect(Buffer.from(await cipher.open(PLACE, sealed)).equals(plain)).toBe(true);
  });

  test('is sealed and opened in the buffer that was given', async () => {
    const buffer = shared(noise(300_000));
    const sealed = await cipher.seal(PLACE, buffer);
    expect(sealed.ciphertext).toBe(buffer);
    expect(await cipher.open(PLACE, sealed)).toBe(buffer);
  });

  test('opens nowhere but in its place', async () => {
    const elsewhere: readonly ChunkPlace[] = [
      { ...PLACE, aead: aead === 1 ? 2 : 1 },
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
      const { [part]: original } = await seal(noise(140_000));
      for (const at of [0, 7, original.length - 1]) {
        const sealed = await seal(noise(140_000));
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

describe('a thread that seals', () => {
  test('that dies takes what it had in hand with it, and the next job gets another one', async () => {
    const dying = new CipherThread(new URL('data:text/javascript,process.exit(3)'));
    const work = { aead: 1, fileKey: noise(32), info: noise(30), aad: noise(32) } as const;
    const bytes = shared(noise(200_000));
    expect(await rejection(dying.run({ work, bytes }))).toBe('BUG');
    expect(await rejection(dying.run({ work, bytes }))).toBe('BUG');
    await dying.stop();
  });

  test('that ends takes nothing with it that its successor has in hand', async () => {
    const script = `
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ id }) => setTimeout(() => parentPort.postMessage({ id, wrong: undefined }), 300));`;
    const thread = new CipherThread(new URL(`data:text/javascript,${encodeURIComponent(script)}`));
    const job = { work: { aead: 1, fileKey: noise(32), info: noise(30), aad: noise(32) }, bytes: shared(noise(200_000)) } as const;
    expect(await thread.run(job)).toEqual({ id: 1, wrong: undefined });
    // As after a while without a job; and a job comes before the first thread is gone.
    const ending = thread.stop();
    const next = thread.run(job);
    await ending;
    expect(await next).toEqual({ id: 2, wrong: undefined });
    await thread.stop();
  });
});

describe('the cipher of a machine', () => {
  test('is measured once, remembered, and measured again on another processor', async () => {
    const kept = new Map<string, string>();
    const writes: string[] = [];
    const settings = {
      get: (key: string) => Promise.resolve(kept.get(key)),
      set: (key: string, value: string) => {
        writes.push(value);
        kept.set(key, value);
        return Promise.resolve();
      },
    };
    const chosen = await fasterAead(settings);
    expect([1, 2]).toContain(chosen);
    expect(await fasterAead(settings)).toBe(chosen);
    expect(writes).toHaveLength(1);
    const other = chosen === 1 ? 2 : 1;
    kept.set('file-cipher', (writes[0] ?? '').replace(/^./, String(other)));
    expect(await fasterAead(settings)).toBe(other);
    kept.set('file-cipher', `${other} another processor, OpenSSL 1`);
    await fasterAead(settings);
    expect(writes).toHaveLength(2);
  });
});
