import { describe, expect, test } from '@jest/globals';
import { createHmac, pbkdf2Sync } from 'node:crypto';
import { toHex } from '../../core/base/bytes.js';
import { PASSPHRASE_ITERATIONS } from '../../core/base/limits.js';
import { newPassphraseKey, openPassphraseKey } from '../../core/crypto/passphraseKey.js';
import { systemRandom } from '../../apps/shared/system.js';
import { nodePrimitives } from '../../plugins/node-primitives/nodePrimitives.js';

describe('[P-6.2] a key from a passphrase', () => {
  test('is found again with the passphrase and what the offer says, and not with another', async () => {
    const { fileKey, key } = await newPassphraseKey(nodePrimitives, systemRandom, 'correct horse');
    expect(fileKey).toHaveLength(32);
    expect(key).toMatchObject({ kind: 'passphrase', iterations: PASSPHRASE_ITERATIONS });
    expect([key.salt.length, key.check.length]).toEqual([16, 16]);
    expect(toHex(await openPassphraseKey(nodePrimitives, key, 'correct horse'))).toBe(toHex(fileKey));
    await expect(openPassphraseKey(nodePrimitives, key, 'correct horse ')).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG' });
    expect(toHex(fileKey)).not.toContain(toHex(key.check));
  });

  test('is what the clause says, and so is its check', async () => {
    const { fileKey, key } = await newPassphraseKey(nodePrimitives, systemRandom, 'correct horse');
    expect(toHex(fileKey)).toBe(pbkdf2Sync('correct horse', key.salt, PASSPHRASE_ITERATIONS, 32, 'sha256').toString('hex'));
    const check = createHmac('sha256', fileKey).update('sansfil/1 passphrase check\0').update(Uint8Array.of(1)).digest();
    expect(toHex(key.check)).toBe(check.toString('hex', 0, 16));
  });

  test('is another one every time', async () => {
    const [a, b] = [await newPassphraseKey(nodePrimitives, systemRandom, 'same'), await newPassphraseKey(nodePrimitives, systemRandom, 'same')];
    expect(toHex(a.fileKey)).not.toBe(toHex(b.fileKey));
    expect(toHex(a.key.salt)).not.toBe(toHex(b.key.salt));
  });

  test('is the same however the letters were composed', async () => {
    const { fileKey, key } = await newPassphraseKey(nodePrimitives, systemRandom, 'caf\u00e9');
    expect(await openPassphraseKey(nodePrimitives, key, 'cafe\u0301')).toEqual(fileKey);
  });
});
