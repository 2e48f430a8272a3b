import { constants, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../core/base/errors.js';
import { peerIdToBytes } from '../../core/base/ids.js';
import { proveIdentity, signedContent, verifyIdentity, type VerifyOptions } from '../../core/crypto/identityProof.js';
import type { Signer } from '../../core/ports/signer.js';
import { Writer } from '../../core/protocol/fields.js';
import { toyIdentity } from '../../core/simulation/syncCrypto.js';
import { RsaSigner } from '../../plugins/rsa-signing/RsaSigner.js';
import { RsaVerifier } from '../../plugins/rsa-signing/RsaVerifier.js';
import { fixtureKey } from '../fixtures/keys/rsaKeys.js';

const h = new Uint8Array(32).fill(0xaa);
const staticPublic = new Uint8Array(32).fill(0xbb);
const { signer, verifier } = toyIdentity('pi');
const proof = { signer, role: 'initiator', h, staticPublic, suites: [1, 2], clockMs: 1_700_000_000_000 } as const;
type Code = Extract<ErrorCode, 'IDENTITY_INVALID' | 'VERSION_UNSUPPORTED' | 'SIGNATURE_INVALID' | 'IDENTITY_MISMATCH'>;
const failing = (code: Code) => expect.objectContaining({ code });
const check = (payload: Uint8Array, other: Partial<VerifyOptions> = {}) => verifyIdentity({ verifier, payload, role: 'initiator', h, staticPublic, ...other });

interface Fields {
  readonly version: number;
  readonly role: number;
  readonly spki: Uint8Array;
  readonly signature: Uint8Array;
  readonly suites: readonly number[];
  readonly extensions: Uint8Array;
  readonly length: number;
}

/** A payload with any of its fields replaced, properly signed unless the signature is replaced. */
async function payloadWith(fields: Partial<Fields>): Promise<Uint8Array> {
  const signature = fields.signature ?? (await signer.sign('sansfil/1, initiator identity', [h, staticPublic, peerIdToBytes(signer.peerId)]));
  const writer = new Writer(1280)
    .u8(fields.version ?? 1)
    .u8(fields.role ?? 0x49)
    .bytesU16(fields.spki ?? signer.spki)
    .bytesU16(signature)
    .bytesU8(Uint8Array.from(fields.suites ?? [1, 2]))
    .u64(5)
    .bytesU16(fields.extensions ?? new Uint8Array(0));
  return writer.zeros((fields.length ?? 1280) - writer.length).done();
}

describe('[P-3.8] the identity payload', () => {
  test.each(['rsa2048', 'rsa3072', 'rsa4096'] as const)('has 1280 bytes with %s, and proves that identity', async (name) => {
    const device = new RsaSigner(fixtureKey(name));
    const payload = await proveIdentity({ ...proof, signer: device, role: 'responder' });
    expect(payload.length).toBe(1280);
    await expect(check(payload, { verifier: new RsaVerifier(), role: 'responder' })).resolves.toEqual({
      peer: device.peerId,
      spki: device.spki,
      suites: [1, 2],
      clockMs: 1_700_000_000_000,
    });
  });

  test('is refused with an RSA signature without salt', async () => {
    const device = new RsaSigner(fixtureKey('rsa2048'));
    const withSalt = (saltLength: number): Signer => ({
      ...{ peerId: device.peerId, spki: device.spki },
      sign: (label, parts) =>
        Promise.resolve(sign('sha256', signedContent(label, parts), { key: fixtureKey('rsa2048'), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })),
    });
    const verifying = { verifier: new RsaVerifier() };
    await expect(check(await proveIdentity({ ...proof, signer: withSalt(32) }), verifying)).resolves.toMatchObject({ peer: device.peerId });
    await expect(check(await proveIdentity({ ...proof, signer: withSalt(0) }), verifying)).rejects.toThrow(failing('SIGNATURE_INVALID'));
  });

  test('may carry extensions that need not be understood', async () => {
    await expect(check(await payloadWith({ extensions: Uint8Array.of(0x7f, 0xff, 0, 1, 9, 0, 1, 0, 0) }))).resolves.toMatchObject({ clockMs: 5 });
  });
});

describe('[P-3.9] an identity is refused', () => {
  test.each<readonly [string, Partial<Fields>, Code]>([
    ['in another version', { version: 2 }, 'VERSION_UNSUPPORTED'],
    ['for the other role', { role: 0x52 }, 'IDENTITY_INVALID'],
    ['with no key', { spki: new Uint8Array(0) }, 'IDENTITY_INVALID'],
    ['with the key of somebody else', { spki: toyIdentity('board').signer.spki }, 'SIGNATURE_INVALID'],
    ['with a signature of another length', { signature: new Uint8Array(255) }, 'IDENTITY_INVALID'],
    ['with a wrong signature', { signature: new Uint8Array(256) }, 'SIGNATURE_INVALID'],
    ['without suites', { suites: [] }, 'IDENTITY_INVALID'],
    ['with a suite named twice', { suites: [1, 1] }, 'IDENTITY_INVALID'],
    ['with an extension that must be understood', { extensions: Uint8Array.of(0x80, 1, 0, 0) }, 'VERSION_UNSUPPORTED'],
    ['with half an extension', { extensions: Uint8Array.of(0, 1, 0, 5, 1) }, 'IDENTITY_INVALID'],
    ['when it is one byte longer', { length: 1281 }, 'IDENTITY_INVALID'],
    ['when it is one byte shorter', { length: 1279 }, 'IDENTITY_INVALID'],
  ])('%s', async (_what, fields, code) => {
    await expect(check(await payloadWith(fields))).rejects.toThrow(failing(code));
  });

  test('with anything but zeros after its fields', async () => {
    const payload = await proveIdentity(proof);
    for (const at of [1279, 1279 - 300]) {
      await expect(check(payload.map((byte, i) => (i === at ? 1 : byte)))).rejects.toThrow(failing('IDENTITY_INVALID'));
    }
  });

  test('when it was signed for another transcript, static key or role', async () => {
    const payload = await proveIdentity(proof);
    await expect(check(payload)).resolves.toMatchObject({ peer: signer.peerId });
    await expect(check(payload, { h: new Uint8Array(32) })).rejects.toThrow(failing('SIGNATURE_INVALID'));
    await expect(check(payload, { staticPublic: new Uint8Array(32) })).rejects.toThrow(failing('SIGNATURE_INVALID'));
    await expect(check(payload, { role: 'responder' })).rejects.toThrow(failing('IDENTITY_INVALID'));
    const otherLabel = await payloadWith({ signature: await signer.sign('sansfil/1, responder identity', [h, staticPublic, peerIdToBytes(signer.peerId)]) });
    await expect(check(otherLabel)).rejects.toThrow(failing('SIGNATURE_INVALID'));
    const withoutPeerId = await payloadWith({ signature: await signer.sign('sansfil/1, initiator identity', [h, staticPublic]) });
    await expect(check(withoutPeerId)).rejects.toThrow(failing('SIGNATURE_INVALID'));
  });

  test('before its signature is looked at when another device was called', async () => {
    const expected = toyIdentity('board').signer.peerId;
    await expect(check(await payloadWith({}), { expected: signer.peerId })).resolves.toMatchObject({ peer: signer.peerId });
    await expect(check(await payloadWith({ signature: new Uint8Array(256) }), { expected })).rejects.toThrow(failing('IDENTITY_MISMATCH'));
  });
});
