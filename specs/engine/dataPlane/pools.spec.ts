import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SansfilError } from '../../../core/base/errors.js';
import { PROGRESS_MS_MIN } from '../../../core/base/limits.js';
import { BufferPool } from '../../../core/engine/dataPlane/BufferPool.js';
import { CreditWindow } from '../../../core/engine/dataPlane/CreditWindow.js';
import { ProgressMeter } from '../../../core/engine/transfers/ProgressMeter.js';
import { VirtualClock } from '../../../core/simulation/VirtualClock.js';

const KIB = 1024;

describe('a pool of buffers', () => {
  test('gives a large buffer again, and one exactly as long as asked for', () => {
    const pool = new BufferPool(1024 * KIB);
    const first = pool.take(100 * KIB);
    expect(first.length).toBe(100 * KIB);
    pool.give(first);
    const second = pool.take(120 * KIB);
    expect(second.buffer).toBe(first.buffer);
    expect(second.length).toBe(120 * KIB);
  });

  test('counts what is in use and what ever was, and keeps no more idle than it may', () => {
    const pool = new BufferPool(256 * KIB);
    const taken = [pool.take(256 * KIB), pool.take(256 * KIB), pool.take(10)];
    expect(pool.usedBytes).toBe(512 * KIB + 10);
    for (const bytes of taken) pool.give(bytes);
    expect([pool.usedBytes, pool.peakBytes]).toEqual([0, 512 * KIB + 10]);
    expect(pool.take(256 * KIB).buffer).toBe(taken[0]?.buffer);
    expect(pool.take(256 * KIB).buffer).not.toBe(taken[1]?.buffer);
  });

  test('notices a buffer that is given back twice', () => {
    const pool = new BufferPool(0);
    const bytes = pool.take(1);
    pool.give(bytes);
    expect(() => pool.give(bytes)).toThrow(SansfilError);
  });
});

describe('a window of credit', () => {
  test('grants up to its capacity, then in the order of asking as confirmations come', async () => {
    const window = new CreditWindow(10);
    const granted: string[] = [];
    const ask = (name: string, bytes: number): void => void window.take(bytes).then((yes) => granted.push(`${name} ${yes}`));
    ask('a', 6);
    ask('b', 6);
    ask('c', 1);
    await Promise.resolve();
    expect(granted).toEqual(['a true']);
    window.release(6);
    await Promise.resolve();
    expect(granted).toEqual(['a true', 'b true', 'c true']);
    expect(window.taken).toBe(7);
  });

  test('lets one through that is larger than all of it, alone', async () => {
    const window = new CreditWindow(10);
    expect(await window.take(25)).toBe(true);
    const next = window.take(1);
    window.release(25);
    expect(await next).toBe(true);
  });

  test('refuses everybody once it is closed', async () => {
    const window = new CreditWindow(1);
    await window.take(1);
    const waiting = window.take(1);
    window.close();
    expect(await waiting).toBe(false);
    expect(await window.take(0)).toBe(false);
  });

  test('never lends more than it has, whatever is asked and given back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }), async (sizes) => {
        const window = new CreditWindow(100);
        let lent = 0;
        const all = sizes.map(async (bytes) => {
          await window.take(bytes);
          lent += bytes;
          expect(lent).toBeLessThanOrEqual(100);
          await Promise.resolve();
          lent -= bytes;
          window.release(bytes);
        });
        await Promise.all(all);
        expect(window.taken).toBe(0);
      }),
      { seed: 5 },
    );
  });
});

describe('a progress meter', () => {
  test('reports at most ten times a second, with the speed since the last report', () => {
    const clock = new VirtualClock();
    const reports: [number, number][] = [];
    const meter = new ProgressMeter(clock, (bytes, rate) => reports.push([bytes, rate]));
    meter.start(1000);
    for (let ms = 10; ms <= 1000; ms += 10) {
      clock.advance(10);
      meter.update(1000 + ms * 50);
    }
    expect(reports).toHaveLength(1000 / PROGRESS_MS_MIN);
    expect(reports[0]).toEqual([6000, 50_000]);
    expect(meter.bytesPerSecond).toBe(50_000);
    meter.stop();
    meter.update(1);
    expect([reports.length, meter.bytesPerSecond]).toEqual([10, 0]);
  });

  test('does not take what an earlier session carried for speed', () => {
    const clock = new VirtualClock();
    const reports: number[] = [];
    const meter = new ProgressMeter(clock, (_, rate) => reports.push(rate));
    meter.start(5_000_000);
    clock.advance(1000);
    meter.update(5_001_000);
    expect(reports).toEqual([1000]);
  });
});
