import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toHex, utf8 } from '../../core/base/bytes.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';

const toy = toyPrimitives();
const key = new Uint8Array(32).fill(7);
const nonce = new Uint8Array(12).fill(3);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const flip = (source: Uint8Array, bit: number): Uint8Array => {
  const flipped = Uint8Array.from(source);
  const at = (bit >>> 3) % flipped.length;
  flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7));
  return flipped;
};
const refused = expect.objectContaining({ code: 'DECRYPT_FAILED' });

describe('the toy cipher of the simulator', () => {
  test('opens what it sealed', () => {
    fc.assert(
      fc.property(bytes(32), bytes(12), fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 300 }), (k, n, ad, plain) => {
        expect(toy.decrypt('AESGCM', k, n, ad, toy.encrypt('AESGCM', k, n, ad, plain))).toEqual(plain);
      }),
    );
  });

  test('notices one flipped bit of ciphertext, tag, key, nonce or additional data', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(10_000), (plain, ad, bit) => {
        const sealed = toy.encrypt('ChaChaPoly', key, nonce, ad, plain);
        expect(() => toy.decrypt('ChaChaPoly', key, nonce, ad, flip(sealed, bit))).toThrow(refused);
        expect(() => toy.decrypt('ChaChaPoly', flip(key, bit), nonce, ad, sealed)).toThrow(refused);
        expect(() => toy.decrypt('ChaChaPoly', key, flip(nonce, bit), ad, sealed)).toThrow(refused);
        expect(() => toy.decrypt('ChaChaPoly', key, nonce, flip(ad, bit), sealed)).toThrow(refused);
      }),
    );
  });

  test('notices the other suite, a byte moved between two fields, and a message shorter than a tag', () => {
    const sealed = toy.encrypt('AESGCM', key, nonce, utf8('ab'), utf8('c'));
    expect(() => toy.decrypt('ChaChaPoly', key, nonce, utf8('ab'), sealed)).toThrow(refused);
    expect(() => toy.decrypt('AESGCM', key, nonce, utf8('a'), sealed)).toThrow(refused);
    expect(() => toy.decrypt('AESGCM', key, nonce, utf8('ab'), sealed.subarray(0, 15))).toThrow(refused);
  });
});

describe('the toy key agreement', () => {
  test('gives both sides one secret, and other sides another', () => {
    fc.assert(
      fc.property(bytes(32), bytes(32), bytes(32), (a, b, c) => {
        fc.pre(new Set([a, b, c].map(toHex)).size === 3);
        const secret = toHex(toy.dh(a, toy.dhPublicKey(b)));
        expect(toHex(toy.dh(b, toy.dhPublicKey(a)))).toBe(secret);
        expect(toHex(toy.dh(c, toy.dhPublicKey(a)))).not.toBe(secret);
      }),
    );
  });
});

describe('the toy hash', () => {
  test('sees one concatenation however it is cut, and never repeats itself on similar inputs', () => {
    expect(toy.hash(utf8('ab'), utf8('c'))).toEqual(toy.hash(utf8('abc')));
    const seen = new Set<string>();
    for (let i = 0; i < 20_000; i++) seen.add(toHex(toy.hash(Uint8Array.of(i >>> 8, i & 255, 0, 0)).subarray(0, 16)));
    expect(seen.size).toBe(20_000);
  });
});

describe('a toy identity', () => {
  const { signer, verifier } = toyIdentity('pi');

  test('is the same for the same seed and another for another', () => {
    expect(toyIdentity('pi').signer.peerId).toBe(signer.peerId);
    expect(toyIdentity('board').signer.peerId).not.toBe(signer.peerId);
    expect(verifier.identify(signer.spki).peerId).toBe(signer.peerId);
  });

  test('signs one label and content only', async () => {
    const signature = await signer.sign('label', [utf8('content')]);
    await expect(verifier.verify(signer.spki, 'label', [utf8('content')], signature)).resolves.toBe(true);
    await expect(verifier.verify(signer.spki, 'other', [utf8('content')], signature)).resolves.toBe(false);
    await expect(verifier.verify(signer.spki, 'label', [utf8('contents')], signature)).resolves.toBe(false);
    await expect(verifier.verify(toyIdentity(1).signer.spki, 'label', [utf8('content')], signature)).resolves.toBe(false);
    expect(() => verifier.identify(signer.spki.subarray(1))).toThrow(expect.objectContaining({ code: 'IDENTITY_INVALID' }));
  });
});
