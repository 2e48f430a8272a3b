import { beforeEach, describe, expect, test } from '@jest/globals';
import { SMALL_READ_FILES } from '../../../core/base/limits.js';
import { BufferPool } from '../../../core/engine/dataPlane/BufferPool.js';
import { SmallReads, type SmallSource } from '../../../core/engine/dataPlane/SmallReads.js';
import { MemoryFileSource } from '../../../core/simulation/memoryFiles.js';
import { rejection } from '../../support/samples.js';
import { noise } from '../../support/transferParty.js';

const COUNT = 3 * SMALL_READ_FILES + 5;
const bytesOf = (item: number): Uint8Array => noise(1 + (item % 40) * 997, item);

describe('small files that are read many at a time', () => {
  let source: MemoryFileSource;
  let pool: BufferPool;
  let calls: number;
  const files: SmallSource[] = Array.from({ length: COUNT }, (_, n) => ({ item: 2 * n, path: `/x/${n}`, bytes: bytesOf(n).length }));
  /** It is there, byte for byte; compared natively, for there are many. */
  const expectRead = async (reads: SmallReads, n: number): Promise<void> => {
    const expected = bytesOf(n);
    const into = new Uint8Array(expected.length);
    expect((await reads.read(2 * n, into)).bytes).toBe(into.length);
    expect([n, Buffer.compare(into, expected)]).toEqual([n, 0]);
  };

  beforeEach(() => {
    source = new MemoryFileSource();
    pool = new BufferPool(2 ** 22);
    calls = 0;
    for (let n = 0; n < COUNT; n++) source.put(`/x/${n}`, bytesOf(n), n);
  });

  const begin = (): SmallReads => {
    const counting: Pick<MemoryFileSource, 'readMany'> = {
      readMany: (wanted, into) => {
        calls++;
        return source.readMany(wanted, into);
      },
    };
    return new SmallReads({ source: counting, pool }, files);
  };

  test('come out as they are, in few calls, and leave no memory taken', async () => {
    const reads = begin();
    for (let n = 0; n < COUNT; n++) await expectRead(reads, n);
    expect(calls).toBeLessThan(COUNT / 8);
    await reads.close();
    expect(pool.usedBytes).toBe(0);
  });

  test('are told apart when one of them is gone or has another length', async () => {
    source.files.delete('/x/3');
    source.put('/x/5', new Uint8Array(7), 55);
    const reads = begin();
    expect(await rejection(reads.read(6, new Uint8Array(bytesOf(3).length)))).toBe('FILE_UNREADABLE');
    expect(await reads.read(10, new Uint8Array(bytesOf(5).length))).toEqual({ bytes: 7, modifiedMs: 55 });
    await expectRead(reads, 6);
    await reads.close();
    expect(pool.usedBytes).toBe(0);
  });

  test('that nobody asks for any more give their memory back', async () => {
    const reads = begin();
    await expectRead(reads, 0);
    await reads.close();
    expect(pool.usedBytes).toBe(0);
    expect(await rejection(reads.read(2 * (COUNT - 1), new Uint8Array(1)))).toBe('BUG');
  });
});
