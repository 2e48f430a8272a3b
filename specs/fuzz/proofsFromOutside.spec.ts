import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { concat, utf8 } from '../../core/base/bytes.js';
import { SansfilError, type ErrorCode } from '../../core/base/errors.js';
import { parseAccountName } from '../../core/base/ids.js';
import { proveIdentity, verifyIdentity } from '../../core/crypto/identityProof.js';
import { openPresence, sealPresence } from '../../core/crypto/presenceRecord.js';
import { MemoryTokens } from '../../core/directory/tokens.js';
import { Writer } from '../../core/protocol/fields.js';
import { Rng } from '../../core/simulation/Rng.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { JoseTokens } from '../../plugins/mqtt-broker/JoseTokens.js';
import { RsaSigner } from '../../plugins/rsa-signing/RsaSigner.js';
import { RsaVerifier } from '../../plugins/rsa-signing/RsaVerifier.js';
import { noiseState } from '../support/noisePair.js';
import { fixtureKey } from '../fixtures/keys/rsaKeys.js';
import { mutate, mutation, random, same } from './mutations.js';
import { runs } from './seed.js';

/* What proves something: none of it is proved by damaged bytes, and looking at them fails by name only. */

const RUNS = 10_000;
const { signer, verifier } = toyIdentity('prover');
const H = new Uint8Array(32).fill(1);
const S = new Uint8Array(32).fill(2);

/** Whether it was refused by name. */
async function isRefused(work: () => unknown, codes: readonly ErrorCode[]): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (SansfilError.is(error) && codes.includes(error.code)) return true;
    throw error;
  }
}

const damaged = (valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> => mutation.map((how) => mutate(how, valid));

describe('[P-3.8] an identity payload', () => {
  const CODES = ['IDENTITY_INVALID', 'IDENTITY_MISMATCH', 'SIGNATURE_INVALID', 'VERSION_UNSUPPORTED'] as const;
  const verify = (payload: Uint8Array): Promise<unknown> => verifyIdentity({ verifier, payload, role: 'initiator', h: H, staticPublic: S });
  const proof = (): Promise<Uint8Array> => proveIdentity({ signer, role: 'initiator', h: H, staticPublic: S, suites: [1, 2], clockMs: 5 });

  test('of random bytes proves nobody', async () => {
    const shaped = random([1280]).map((bytes) => concat(Uint8Array.of(1, 0x49), bytes, new Uint8Array(1280)).subarray(0, 1280));
    await fc.assert(
      fc.asyncProperty(fc.oneof(random([1280]), shaped), (payload) => isRefused(() => verify(payload), CODES)),
      runs(RUNS),
    );
  });

  test('that was damaged proves nobody, unless only its advice was changed', async () => {
    const valid = await proof();
    const body = new Writer().u8(1).u8(0x49).bytesU16(signer.spki).bytesU16(new Uint8Array(256)).length;
    /** Own suites, clock and extensions are held together by the handshake around them, not by the signature. */
    const sameProof = (payload: Uint8Array): boolean => same(payload.subarray(0, body), valid.subarray(0, body));
    const fixed = damaged([valid]).map((bytes) => concat(bytes, new Uint8Array(1280)).subarray(0, 1280));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fixed, damaged([valid])), async (payload) => (await isRefused(() => verify(payload), CODES)) || sameProof(payload)),
      runs(RUNS),
    );
  });
});

describe('[P-3.7] a Noise message', () => {
  const primitives = toyPrimitives();
  const message = (): Uint8Array => {
    const [initiator, responder] = [noiseState(primitives, 1, 'initiator'), noiseState(primitives, 1, 'responder')];
    initiator.writeTokens();
    responder.readMessage(initiator.writePayload(new Uint8Array(0)));
    responder.writeTokens();
    return responder.writePayload(new Uint8Array(40));
  };

  test('of random or damaged bytes is refused, and ends the handshake for good', async () => {
    const valid = message();
    await fc.assert(
      fc.asyncProperty(fc.oneof(random([valid.length, 31, 32]), damaged([valid])), async (bytes) => {
        const initiator = noiseState(primitives, 1, 'initiator');
        initiator.writeTokens();
        initiator.writePayload(new Uint8Array(0));
        if (!(await isRefused(() => initiator.readMessage(bytes), ['HANDSHAKE_FAILED']))) return false;
        return isRefused(() => initiator.readMessage(valid), ['BUG']);
      }),
      runs(RUNS),
    );
  });
});

describe('[P-7.4] a presence record', () => {
  test('of random or damaged bytes proves nothing', async () => {
    const fields = { seq: 65_536, sinceMs: 1, addresses: ['tcp://192.0.2.7:49152'] } as const;
    const valid = await Promise.all([sealPresence(signer, { ...fields, state: 'online' }), sealPresence(signer, { ...fields, state: 'away' })]);
    const CODES = ['DIRECTORY_MALFORMED', 'IDENTITY_INVALID', 'IDENTITY_MISMATCH', 'SIGNATURE_INVALID'] as const;
    await fc.assert(
      fc.asyncProperty(fc.oneof(random(), damaged(valid)), (bytes) => isRefused(() => openPresence(verifier, bytes, signer.peerId), CODES)),
      runs(RUNS),
    );
  });
});

describe('[P-1.3] a public key', () => {
  test('of random or damaged bytes is refused, or is a key under its own name (2 000 of each: parsing is slow)', async () => {
    const rsa = new RsaVerifier();
    const valid = [fixtureKey('rsa2048'), fixtureKey('rsa3072')].map((key) => new RsaSigner(key).spki);
    await fc.assert(
      fc.asyncProperty(fc.oneof(random([294, 422, 550]), damaged(valid)), async (spki) => {
        if (await isRefused(() => rsa.identify(spki), ['IDENTITY_INVALID'])) return !(await rsa.verify(spki, 'label', [], new Uint8Array(256)));
        return rsa.identify(spki).peerId !== rsa.identify(valid[0] ?? spki).peerId;
      }),
      runs(4_000),
    );
  });
});

describe('[P-7.6] a token', () => {
  test('of any text or a damaged one is refused (1 000 of each kind: a signature is looked at)', async () => {
    const clock = new VirtualClock();
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const claims = { peer: signer.peerId, name: parseAccountName('ana'), tag: 'a'.repeat(26) };
    for (const issuer of [new JoseTokens({ privateKey, publicKey, defaultName: 'directory' }, 'directory', clock), new MemoryTokens(clock, new Rng(1))]) {
      const valid = await issuer.issue(claims);
      expect(await issuer.verify(valid)).toEqual(claims);
      const texts = fc.oneof(
        fc.string({ unit: 'binary' }),
        damaged([utf8(valid)]).map((bytes) => new TextDecoder().decode(bytes)),
      );
      await fc.assert(
        fc.asyncProperty(texts, (token) => isRefused(() => issuer.verify(token), ['TOKEN_INVALID', 'TOKEN_EXPIRED'])),
        runs(1_000),
      );
    }
  });
});
