import { describe, expect, test } from '@jest/globals';
import { concat } from '../../core/base/bytes.js';
import { SansfilError } from '../../core/base/errors.js';
import { ADDRESSES_MAX } from '../../core/base/limits.js';
import { inboxTag, openPresence, sealPresence } from '../../core/crypto/presenceRecord.js';
import { isTag } from '../../core/directory/topics.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';

const { signer, verifier } = toyIdentity('ada');
const fields = { state: 'busy' as const, seq: 65_537, sinceMs: 1_700_000_000_000, addresses: ['tcp://192.0.2.1:7001', 'tcp://[2001:db8::1]:7001'] };
const codeOf = (record: Uint8Array, peer = signer.peerId): Promise<string> =>
  openPresence(verifier, record, peer).then(
    () => 'accepted',
    (error: unknown) => SansfilError.from(error).code,
  );

describe('[P-7.4] a presence record', () => {
  test('says to who knows the PeerID what its device said', async () => {
    expect(await openPresence(verifier, await sealPresence(signer, fields), signer.peerId)).toEqual({ ...fields, spki: signer.spki });
  });

  test('is refused with any one of its bytes changed, cut short at any place, or with a byte more', async () => {
    const record = await sealPresence(signer, fields);
    for (let at = 0; at < record.length; at++) {
      const flipped = record.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect(await codeOf(flipped)).not.toBe('accepted');
      expect(await codeOf(record.slice(0, at))).toBe('DIRECTORY_MALFORMED');
    }
    expect(await codeOf(concat(record, Uint8Array.of(0)))).toBe('DIRECTORY_MALFORMED');
  });

  test('of another device is refused, however well it is signed', async () => {
    expect(await codeOf(await sealPresence(toyIdentity('eve').signer, fields))).toBe('IDENTITY_MISMATCH');
  });

  test('signed for another purpose is refused', async () => {
    const other = { ...signer, sign: (_label: string, parts: readonly Uint8Array[]) => signer.sign('sansfil/1, directory login', parts) };
    expect(await codeOf(await sealPresence(other, fields))).toBe('SIGNATURE_INVALID');
  });

  test('holds only addresses that are some, and not too many', async () => {
    const many = [...Array.from({ length: 40 }, (_, i) => `tcp://h${i}:1`), 'tcp://é:1', 'no scheme', `tcp://${'x'.repeat(300)}:1`];
    const { addresses } = await openPresence(verifier, await sealPresence(signer, { ...fields, addresses: many.reverse() }), signer.peerId);
    expect(addresses).toHaveLength(ADDRESSES_MAX);
    expect(addresses.every((address) => /^tcp:\/\/h\d+:1$/.test(address))).toBe(true);
  });

  test('goes to a topic that shows neither name nor PeerID', () => {
    const tag = inboxTag(toyPrimitives(), signer.peerId);
    expect(isTag(tag)).toBe(true);
    expect(signer.peerId.toLowerCase()).not.toContain(tag.slice(0, 8));
    expect(tag).not.toBe(inboxTag(toyPrimitives(), toyIdentity('eve').signer.peerId));
  });
});
