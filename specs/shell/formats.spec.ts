import { describe, expect, test } from '@jest/globals';
import { LANGUAGES } from '../../core/shell/Language.js';

const { en, fr } = LANGUAGES;
const at = (...parts: [year: number, month: number, day: number, hour?: number, minute?: number]): number => {
  const [year, month, day, hour = 0, minute = 0] = parts;
  return new Date(year, month - 1, day, hour, minute).getTime();
};
/** A Tuesday. */
const NOW = at(2027, 3, 9, 18);
const NEVER = Number.MAX_VALUE;

describe('a size', () => {
  test.each([
    [0, '0 B', '0 o'],
    [1_023, '1023 B', '1023 o'],
    [1_024, '1.0 KiB', '1,0 Kio'],
    [8 * 2 ** 20, '8.0 MiB', '8,0 Mio'],
    [150 * 2 ** 20, '150 MiB', '150 Mio'],
    [2 ** 40, '1.0 TiB', '1,0 Tio'],
    [2 ** 50, '1024 TiB', '1024 Tio'],
  ])('of %d bytes is %s, %s', (bytes, english, french) => {
    expect([en.bytes(bytes), fr.bytes(bytes)]).toEqual([english, french]);
    expect([en.speed(bytes), fr.speed(bytes)]).toEqual([`${english}/s`, `${french}/s`]);
  });
});

describe('a duration', () => {
  test.each([
    [12.4, '12 ms', '12 ms'],
    [1_250, '1.3 s', '1,3 s'],
    [61_000, '1 min 01 s', '1 min 01 s'],
    [3_600_000, '1 h 00 min', '1 h 00 min'],
    [7_380_000, '2 h 03 min', '2 h 03 min'],
  ])('of %d ms is %s, %s', (ms, english, french) => {
    expect([en.duration(ms), fr.duration(ms)]).toEqual([english, french]);
  });

  test.each([
    [0, '0 s'],
    [1, '1 s'],
    [4_200, '5 s'],
    [59_999, '60 s'],
    [61_000, '1 min 01 s'],
  ])('that is left, %d ms, is %s: nobody counts it in tenths', (ms, text) => {
    expect([en.remaining(ms), fr.remaining(ms)]).toEqual([text, text]);
  });
});

describe('a time', () => {
  test.each([
    [at(2027, 3, 9, 8, 5), '08:05', '08:05'],
    [at(2027, 3, 8, 23, 59), 'yesterday 23:59', 'hier 23:59'],
    [at(2027, 3, 1, 7), '1 Mar 07:00', '1er mars 07:00'],
    [at(2027, 3, 10), '10 Mar 00:00', '10 mars 00:00'],
    [at(2026, 12, 31, 9), '2026-12-31 09:00', '31/12/2026 09:00'],
    [NEVER, '?', '?'],
  ])('within a line (%d) is %s, %s', (ms, english, french) => {
    expect([en.date(ms, NOW), fr.date(ms, NOW)]).toEqual([english, french]);
  });

  test.each([
    [at(2027, 3, 9), 'Today', 'Aujourd’hui'],
    [at(2027, 3, 8, 23, 59), 'Yesterday', 'Hier'],
    [at(2027, 3, 1), 'Monday 1 March', 'Lundi 1er mars'],
    [at(2026, 8, 16), 'Sunday 16 August 2026', 'Dimanche 16 août 2026'],
    [NEVER, '?', '?'],
  ])('as a day (%d) is %s, %s', (ms, english, french) => {
    expect([en.day(ms, NOW), fr.day(ms, NOW)]).toEqual([english, french]);
  });

  test('of the clocks being changed is of the day it is of', () => {
    // 23 or 25 hours, in the zones that do so.
    for (const day of [28, 29]) expect(en.day(at(2027, 3, day), at(2027, 3, day + 1))).toBe('Yesterday');
    for (const day of [31, 30]) expect(en.day(at(2027, 10, day - 1), at(2027, 10, day))).toBe('Yesterday');
  });

  test.each([
    [-60_000, 'just now', 'à l’instant'],
    [59_999, 'just now', 'à l’instant'],
    [5 * 60_000, '5 min ago', 'il y a 5 min'],
    [3 * 3_600_000, '3 h ago', 'il y a 3 h'],
    [24 * 3_600_000, '1 day ago', 'il y a 1 jour'],
    [50 * 3_600_000, '2 days ago', 'il y a 2 jours'],
  ])('%d ms before now is %s, %s', (passed, english, french) => {
    expect([en.ago(NOW - passed, NOW), fr.ago(NOW - passed, NOW)]).toEqual([english, french]);
  });

  test('long ago is the day', () => {
    expect([en.ago(at(2027, 2, 1), NOW), fr.ago(at(2027, 2, 1), NOW)]).toEqual(['1 Feb', '1er févr.']);
    expect([en.ago(NEVER, NOW), en.clock(NEVER), en.clock(NOW)]).toEqual(['?', '?', '18:00']);
  });
});
