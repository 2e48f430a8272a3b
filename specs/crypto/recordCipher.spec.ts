import { describe, expect, test } from '@jest/globals';
import { utf8 } from '../../core/base/bytes.js';
import { REKEY_RECORDS, SESSION_RECORDS_HARD_MAX } from '../../core/base/limits.js';
import { CipherState } from '../../core/crypto/noise/cipherState.js';
import { RecordCipher } from '../../core/crypto/recordCipher.js';
import type { AeadName, Primitives } from '../../core/ports/primitives.js';
import { nodePrimitives } from '../../plugins/node-primitives/nodePrimitives.js';

const key = new Uint8Array(32).fill(0x42);
const NOTHING = new Uint8Array(0);
const refused = expect.objectContaining({ code: 'DECRYPT_FAILED' });
const pair = (primitives: Primitives, aead: AeadName) =>
  [new RecordCipher(new CipherState(primitives, aead, key)), new RecordCipher(new CipherState(primitives, aead, key))] as const;

describe('[P-3.12] records of one direction', () => {
  test('open in the order in which they were sealed', () => {
    const [sender, receiver] = pair(nodePrimitives, 'AESGCM');
    for (const text of ['one', 'two', 'three']) expect(receiver.open(sender.seal(utf8(text)))).toEqual(utf8(text));
    expect([sender.count, receiver.count]).toEqual([3, 3]);
  });

  test.each([
    ['replayed', [0, 0]],
    ['skipped', [1]],
    ['swapped', [1, 0]],
  ])('that are %s are fatal: nothing opens afterwards, not even the right one', (_what, order) => {
    const [sender, receiver] = pair(nodePrimitives, 'ChaChaPoly');
    const records = [sender.seal(utf8('one')), sender.seal(utf8('two'))];
    const openAll = (): void => order.forEach((at) => receiver.open(records[at] ?? NOTHING));
    expect(openAll).toThrow(refused);
    const next = records[receiver.count] ?? NOTHING;
    expect(() => receiver.open(next)).toThrow(refused);
  });
});

describe.each(['AESGCM', 'ChaChaPoly'] as const)('[P-3.13] the counted rekey of %s', (aead) => {
  test('comes on both sides before the same record, and the old key opens nothing after it', () => {
    const [sender, receiver] = pair(nodePrimitives, aead);
    const oldKey = new CipherState(nodePrimitives, aead, key);
    for (let i = 0; i < REKEY_RECORDS; i++) {
      const sealed = sender.seal(NOTHING);
      receiver.open(sealed);
      oldKey.decryptWithAd(NOTHING, sealed);
    }
    const first = sender.seal(utf8('under the next key'));
    expect(() => oldKey.decryptWithAd(NOTHING, first)).toThrow(refused);
    expect(receiver.open(first)).toEqual(utf8('under the next key'));
    expect(receiver.open(sender.seal(utf8('and so on')))).toEqual(utf8('and so on'));
    expect(sender.count).toBe(REKEY_RECORDS + 2);
  });
});

describe('[P-3.14] a direction that carried all its records', () => {
  test('carries no more', () => {
    const state = { n: SESSION_RECORDS_HARD_MAX - 1, encryptWithAd: advance, decryptWithAd: advance, rekey: () => undefined };
    function advance(_ad: Uint8Array, bytes: Uint8Array): Uint8Array {
      state.n++;
      return bytes;
    }
    const cipher = new RecordCipher(state);
    expect(cipher.seal(utf8('the last'))).toEqual(utf8('the last'));
    expect(cipher.count).toBe(SESSION_RECORDS_HARD_MAX);
    const expired = expect.objectContaining({ code: 'SESSION_EXPIRED' });
    expect(() => cipher.seal(NOTHING)).toThrow(expired);
    expect(() => cipher.open(NOTHING)).toThrow(expired);
  });
});
