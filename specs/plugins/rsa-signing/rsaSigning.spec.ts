import { constants, createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { utf8 } from '../../../core/base/bytes.js';
import { peerIdToBytes } from '../../../core/base/ids.js';
import { signedContent } from '../../../core/crypto/identityProof.js';
import { RsaSigner } from '../../../plugins/rsa-signing/RsaSigner.js';
import { RsaVerifier } from '../../../plugins/rsa-signing/RsaVerifier.js';
import { fixtureKey, type FixtureKey } from '../../fixtures/keys/rsaKeys.js';

const verifier = new RsaVerifier();
const signer = new RsaSigner(fixtureKey('rsa2048'));
const label = 'sansfil/1, a spec';
const parts = [utf8('some'), utf8('content')];
const invalid = expect.objectContaining({ code: 'IDENTITY_INVALID' });
const spkiOf = (name: FixtureKey): Uint8Array => createPublicKey(fixtureKey(name)).export({ format: 'der', type: 'spki' });
const signWith = (saltLength: number): Uint8Array =>
  sign('sha256', signedContent(label, parts), { key: fixtureKey('rsa2048'), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });

describe('[P-1.6] a signature', () => {
  test.each(['rsa2048', 'rsa3072', 'rsa4096'] as const)('of a %s key is verified by its public half', async (name) => {
    const device = new RsaSigner(fixtureKey(name));
    const signature = await device.sign(label, parts);
    expect(verifier.identify(device.spki)).toEqual({ peerId: device.peerId, modulusBytes: signature.length });
    await expect(verifier.verify(device.spki, label, parts, signature)).resolves.toBe(true);
  });

  test('covers 64 spaces, the label, a zero and the parts', () => {
    expect(Buffer.from(signedContent('ab', [utf8('c'), utf8('d')])).toString('latin1')).toBe(`${' '.repeat(64)}ab\0cd`);
  });

  test('is refused for another label, content, key, or one changed byte', async () => {
    const signature = await signer.sign(label, parts);
    await expect(verifier.verify(signer.spki, 'sansfil/1, another', parts, signature)).resolves.toBe(false);
    await expect(verifier.verify(signer.spki, label, [utf8('else')], signature)).resolves.toBe(false);
    await expect(verifier.verify(spkiOf('rsa3072'), label, parts, signature)).resolves.toBe(false);
    await expect(
      verifier.verify(
        signer.spki,
        label,
        parts,
        signature.map((byte, i) => (i === 9 ? byte ^ 1 : byte)),
      ),
    ).resolves.toBe(false);
    await expect(verifier.verify(signer.spki, label, parts, signature.subarray(1))).resolves.toBe(false);
    await expect(verifier.verify(utf8('no key'), label, parts, signature)).resolves.toBe(false);
  });

  test('with a salt of any other length than 32 is refused', async () => {
    await expect(verifier.verify(signer.spki, label, parts, signWith(32))).resolves.toBe(true);
    for (const saltLength of [0, 20, 31, 33, 64]) {
      await expect(verifier.verify(signer.spki, label, parts, signWith(saltLength))).resolves.toBe(false);
    }
  });
});

describe('[P-1.3] an identity key', () => {
  test('has 294, 422 or 550 bytes as SPKI, and its SHA-256 is the PeerID', () => {
    expect((['rsa2048', 'rsa3072', 'rsa4096'] as const).map((name) => spkiOf(name).length)).toEqual([294, 422, 550]);
    expect(peerIdToBytes(signer.peerId)).toEqual(Uint8Array.from(createHash('sha256').update(signer.spki).digest()));
  });

  test.each(['rsa1024', 'rsa2052', 'rsa2048e3'] as const)('is not %s', (name) => {
    expect(() => verifier.identify(spkiOf(name))).toThrow(invalid);
  });

  test('is RSA for any use, not RSA-PSS only, and no curve', () => {
    const curve = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
    const pssOnly = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey.export({ format: 'der', type: 'spki' });
    expect(() => verifier.identify(curve)).toThrow(invalid);
    expect(() => verifier.identify(pssOnly)).toThrow(invalid);
  });

  test('comes in one encoding only', () => {
    const withoutNull = Buffer.from(signer.spki);
    const oid = withoutNull.indexOf(Buffer.from('0500', 'hex'));
    const shorter = Buffer.concat([withoutNull.subarray(0, oid), withoutNull.subarray(oid + 2)]);
    shorter.writeUInt16BE(shorter.length - 4, 2);
    shorter[5] = (shorter[5] ?? 0) - 2;
    expect(createPublicKey({ key: shorter, format: 'der', type: 'spki' }).asymmetricKeyType).toBe('rsa');
    for (const other of [shorter, Buffer.concat([signer.spki, Buffer.of(0)]), Buffer.from(signer.spki).subarray(0, 290), Buffer.alloc(0)]) {
      expect(() => verifier.identify(other)).toThrow(invalid);
    }
  });
});
