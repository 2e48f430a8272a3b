import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { exitCodeOf } from '../../apps/cli/exitCodes.js';
import { ERRORS, isErrorCode, SansfilError, type ErrorCode } from '../../core/base/errors.js';
import { ROOT } from '../support/root.js';

interface Entry {
  readonly facts: string;
  readonly sentence: string;
  readonly toDo: string;
}

const document = readFileSync(join(ROOT, 'core/base/ERRORS.md'), 'utf8');

/** Heading → its three paragraphs. */
function entriesOf(text: string): ReadonlyMap<string, Entry> {
  const entries = text.split(/^### /m).slice(1);
  return new Map(
    entries.map((entry) => {
      const [code = '', facts = '', sentence = '', toDo = ''] = entry.split(/^## /m)[0]?.trim().split(/\n\n/) ?? [];
      return [code, { facts, sentence, toDo }];
    }),
  );
}

const entries = entriesOf(document);
const codes = Object.keys(ERRORS) as ErrorCode[];

describe('the catalogue of errors', () => {
  test('has one entry for each code and no other, in the order of the code', () => {
    expect([...entries.keys()]).toEqual(codes);
    expect(document.match(/^### /gm)).toHaveLength(codes.length);
  });

  test.each(codes)('says of %s what the code says, and what to do', (code) => {
    const { blame, retryable, sentence } = ERRORS[code];
    const entry = entries.get(code);
    expect(entry?.facts).toBe(`Blame: ${blame} · retry: ${retryable ? 'yes' : 'no'} · exit: ${exitCodeOf(code)}`);
    expect(entry?.sentence).toBe(sentence);
    expect(entry?.toDo).toMatch(/^To do: .{10,}\.$/);
  });

  test('is written in sentences', () => {
    expect(codes.filter((code) => !/^[A-Z].{15,}\.$/.test(ERRORS[code].sentence))).toEqual([]);
  });

  test('gives no code of success', () => {
    expect(codes.filter((code) => exitCodeOf(code) === (0 as number))).toEqual([]);
  });
});

describe('an error', () => {
  test('is known by its code in a copy of core as well', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('sansfil/SansfilError')]: true, code: 'BUG' });
    expect(SansfilError.is(foreign)).toBe(true);
    expect(SansfilError.is(new Error('x'))).toBe(false);
  });

  test('keeps what it was made from as its cause', () => {
    const cause = new Error('EACCES');
    const error = SansfilError.from(cause, 'DATA_UNWRITABLE');
    expect(error).toMatchObject({ code: 'DATA_UNWRITABLE', blame: 'local', retryable: false, message: 'EACCES', cause });
    expect(SansfilError.from(error, 'BUG')).toBe(error);
  });

  test('says its sentence when there is nothing more to say', () => {
    expect(new SansfilError('NOT_RUNNING').message).toBe(ERRORS.NOT_RUNNING.sentence);
    expect(isErrorCode('toString')).toBe(false);
  });
});
