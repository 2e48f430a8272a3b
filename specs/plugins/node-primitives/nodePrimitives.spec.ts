import { describe, expect, test } from '@jest/globals';
import { fromHex, toHex, utf8 } from '../../../core/base/bytes.js';
import { nodePrimitives } from '../../../plugins/node-primitives/nodePrimitives.js';

const key = fromHex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f');
const nonce = fromHex('070000004041424344454647');

describe('the primitives of node', () => {
  test('agree with RFC 7748 §6.1', () => {
    const alice = fromHex('77076d0a7318a57d3c16c17251b26645df2f1cd3df4e0f1d2f2e3a1b0b3f6a5e');
    const bob = fromHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb');
    expect(toHex(nodePrimitives.dhPublicKey(bob))).toBe('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f');
    expect(nodePrimitives.dh(alice, nodePrimitives.dhPublicKey(bob))).toEqual(nodePrimitives.dh(bob, nodePrimitives.dhPublicKey(alice)));
  });

  test.each([
    ['0', '00'.repeat(32)],
    ['1', `01${'00'.repeat(31)}`],
    ['a point of order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['p − 1', `ec${'ff'.repeat(30)}7f`],
  ])('refuse the low-order public key %s', (_what, publicKey) => {
    expect(() => nodePrimitives.dh(key, fromHex(publicKey))).toThrow(expect.objectContaining({ code: 'HANDSHAKE_FAILED' }));
  });

  test.each([
    ['passwd', 'salt', 1, '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc'],
    ['Password', 'NaCl', 80_000, '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56'],
  ])('agree with RFC 7914 §11 on PBKDF2 of %s', async (passphrase, salt, iterations, expected) => {
    expect(toHex(await nodePrimitives.pbkdf2(utf8(passphrase), utf8(salt), iterations))).toBe(expected);
  });

  test('agree with RFC 8439 §2.8.2', () => {
    const text = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
    const sealed = nodePrimitives.encrypt('ChaChaPoly', key, nonce, fromHex('50515253c0c1c2c3c4c5c6c7'), utf8(text));
    expect(toHex(sealed.subarray(-16))).toBe('1ae10b594f09e26a7e902ecbd0600691');
    expect(toHex(sealed.subarray(0, 16))).toBe('d31a8d34648e60db7b86afbc53ef7ec2');
  });

  test('agree with test case 1 of RFC 5869 in the expanding step', () => {
    const secret = fromHex('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5');
    expect(toHex(nodePrimitives.hkdfExpand(secret, fromHex('f0f1f2f3f4f5f6f7f8f9'), 42))).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });

  test('hash the concatenation', () => {
    expect(toHex(nodePrimitives.hash(utf8('a'), utf8('bc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(nodePrimitives.hash512(utf8('a'), utf8('bc'))).toEqual(nodePrimitives.hash512(utf8('abc')));
    expect(nodePrimitives.hmac(key, utf8('a'), utf8('bc'))).toEqual(nodePrimitives.hmac(key, utf8('abc')));
  });

  test.each(['AESGCM', 'ChaChaPoly'] as const)('open with %s only what is whole, with a tag of 16 bytes', (aead) => {
    const ad = utf8('ad');
    const sealed = nodePrimitives.encrypt(aead, key, nonce, ad, utf8('text'));
    expect(nodePrimitives.decrypt(aead, key, nonce, ad, sealed)).toEqual(utf8('text'));
    for (let length = 0; length < sealed.length; length++) {
      expect(() => nodePrimitives.decrypt(aead, key, nonce, ad, sealed.subarray(0, length))).toThrow(expect.objectContaining({ code: 'DECRYPT_FAILED' }));
    }
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.map((byte, i) => (i === at ? byte ^ 1 : byte));
      expect(() => nodePrimitives.decrypt(aead, key, nonce, ad, changed)).toThrow(expect.objectContaining({ code: 'DECRYPT_FAILED' }));
    }
    expect(() => nodePrimitives.decrypt(aead, key, nonce, utf8('other'), sealed)).toThrow(expect.objectContaining({ code: 'DECRYPT_FAILED' }));
  });

  test('give plain byte arrays, whose slices are copies', () => {
    const given = [
      nodePrimitives.hash(),
      nodePrimitives.dhPublicKey(key),
      nodePrimitives.dh(key, nodePrimitives.dhPublicKey(nonceKey())),
      nodePrimitives.hmac(key),
    ];
    for (const bytes of given) expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
  });
});

function nonceKey(): Uint8Array {
  return new Uint8Array(32).fill(5);
}
