import { createCipheriv } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { toHex, utf8 } from '../../../core/base/bytes.js';
import { CipherState } from '../../../core/crypto/noise/cipherState.js';
import type { Primitives } from '../../../core/ports/primitives.js';
import { nodePrimitives } from '../../../plugins/node-primitives/nodePrimitives.js';

const key = new Uint8Array(32).fill(0x42);
const NOTHING = new Uint8Array(0);

/** The primitives of node, with the nonces they were given written down. */
function recording(): { readonly primitives: Primitives; readonly nonces: string[] } {
  const nonces: string[] = [];
  return {
    nonces,
    primitives: {
      ...nodePrimitives,
      encrypt: (aead, k, nonce, ad, plaintext) => {
        nonces.push(toHex(nonce));
        return nodePrimitives.encrypt(aead, k, nonce, ad, plaintext);
      },
    },
  };
}

describe('[P-3.12] the nonce', () => {
  test.each([
    ['AESGCM', 'big-endian', '000000000000000000000102'],
    ['ChaChaPoly', 'little-endian', '000000000201000000000000'],
  ] as const)('of %s is %s: %s for message 258', (aead, _order, nonce) => {
    const { primitives, nonces } = recording();
    const cipher = new CipherState(primitives, aead, key);
    for (let i = 0; i <= 258; i++) cipher.encryptWithAd(NOTHING, NOTHING);
    expect(nonces[0]).toBe('00'.repeat(12));
    expect(nonces[258]).toBe(nonce);
    expect(new Set(nonces).size).toBe(259);
  });

  test('stays where it was when a message does not decrypt', () => {
    const [sender, receiver] = [new CipherState(nodePrimitives, 'AESGCM', key), new CipherState(nodePrimitives, 'AESGCM', key)];
    const sealed = sender.encryptWithAd(NOTHING, utf8('text'));
    expect(() => receiver.decryptWithAd(utf8('other'), sealed)).toThrow(expect.objectContaining({ code: 'DECRYPT_FAILED' }));
    expect(receiver.n).toBe(0);
    expect(receiver.decryptWithAd(NOTHING, sealed)).toEqual(utf8('text'));
    expect(() => receiver.decryptWithAd(NOTHING, sealed)).toThrow(expect.objectContaining({ code: 'DECRYPT_FAILED' }));
  });
});

describe('[P-3.13] the next key', () => {
  test.each(['AESGCM', 'ChaChaPoly'] as const)('of %s is the encryption of zeros under the last nonce, and the count goes on', (aead) => {
    const cipher = new CipherState(nodePrimitives, aead, key);
    cipher.encryptWithAd(NOTHING, NOTHING);
    cipher.rekey();
    expect(cipher.n).toBe(1);
    const options = { authTagLength: 16 } as const;
    const last = Buffer.from(`00000000${'ff'.repeat(8)}`, 'hex');
    const stream = aead === 'AESGCM' ? createCipheriv('aes-256-gcm', key, last, options) : createCipheriv('chacha20-poly1305', key, last, options);
    const next = stream.update(Buffer.alloc(32));
    const expected = new CipherState(nodePrimitives, aead, next);
    expected.encryptWithAd(NOTHING, NOTHING);
    expect(cipher.encryptWithAd(NOTHING, utf8('text'))).toEqual(expected.encryptWithAd(NOTHING, utf8('text')));
  });
});

test('without a key the bytes pass as they are', () => {
  const cipher = new CipherState(nodePrimitives, 'AESGCM');
  expect(cipher.hasKey).toBe(false);
  expect(cipher.encryptWithAd(NOTHING, utf8('text'))).toEqual(utf8('text'));
  expect(cipher.decryptWithAd(NOTHING, utf8('text'))).toEqual(utf8('text'));
  expect(cipher.n).toBe(0);
  expect(() => cipher.rekey()).toThrow(expect.objectContaining({ code: 'BUG' }));
});
