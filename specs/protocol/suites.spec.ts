import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { concat, utf8 } from '../../core/base/bytes.js';
import { checkSuiteList, DEFAULT_SUITES, prologue, selectSuite, SUITES } from '../../core/protocol/suites.js';

const [AES, CHACHA, FOREIGN] = [0x01, 0x02, 0x11];

describe('[P-3.6] the suite of a session', () => {
  test.each<readonly [readonly number[], readonly number[], number | undefined]>([
    [[AES, CHACHA], [AES, CHACHA], AES],
    [[AES, CHACHA], [CHACHA, AES], CHACHA],
    [[CHACHA, AES], [AES, CHACHA], CHACHA],
    [[CHACHA, AES], [CHACHA, AES], CHACHA],
    [[AES], [AES, CHACHA], AES],
    [[AES], [CHACHA, AES], AES],
    [[CHACHA, AES], [AES], AES],
    [[CHACHA], [AES, CHACHA], CHACHA],
    [[AES], [CHACHA], undefined],
    [[FOREIGN, AES, CHACHA], [AES, CHACHA], AES],
    [[FOREIGN], [FOREIGN], undefined],
    [[], [AES], undefined],
  ])('of the offer %j and the list %j is %j', (offer, list, suite) => {
    expect(selectSuite(offer, list)).toBe(suite);
  });

  test('does not depend on who calls', () => {
    const lists = fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(fc.property(lists, lists, (a, b) => expect(selectSuite(a, b)).toBe(selectSuite(b, a))));
  });

  test('can be any of the default list', () => {
    expect([...SUITES.keys()]).toEqual(DEFAULT_SUITES);
  });
});

describe('[P-3.2] a list of suites', () => {
  test.each([[[]], [[1, 2, 1]], [[1, 2, 3, 4, 5, 6, 7, 8, 9]]])('is not %j', (ids) => {
    expect(() => checkSuiteList(Uint8Array.from(ids), 'IDENTITY_INVALID')).toThrow(expect.objectContaining({ code: 'IDENTITY_INVALID' }));
  });
});

describe('[P-3.5] the prologue', () => {
  test('is the label and the clear frames with their lengths', () => {
    const h1 = Uint8Array.of(1, 2, 3);
    expect(prologue(h1)).toEqual(concat(utf8('sansfil-noise-v1'), Uint8Array.of(0, 3, 1, 2, 3)));
    expect(prologue(h1, { retry: Uint8Array.of(4), h1: Uint8Array.of(5, 6) })).toEqual(
      concat(utf8('sansfil-noise-v1'), Uint8Array.of(0, 3, 1, 2, 3, 0, 1, 4, 0, 2, 5, 6)),
    );
  });
});
