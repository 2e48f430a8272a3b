import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VirtualClock } from '../../../../core/testing.js';
import { RedrawLimiter, type Urgency } from '../../../../plugins/blessed-dashboard/screen/RedrawLimiter.js';

function drawing(): { readonly clock: VirtualClock; readonly limiter: RedrawLimiter; readonly drawn: number[] } {
  const clock = new VirtualClock();
  const drawn: number[] = [];
  const began = clock.monotonic();
  return { clock, limiter: new RedrawLimiter(clock, () => void drawn.push(clock.monotonic() - began)), drawn };
}

describe('the screen', () => {
  test('is drawn at once after a rest', () => {
    const { limiter, drawn } = drawing();
    limiter.request('calmly');
    expect(drawn).toEqual([0]);
  });

  test('shows a key at once, also while things happen by themselves all the time', () => {
    const { clock, limiter, drawn } = drawing();
    for (let at = 0; at < 3_000; at += 10) {
      limiter.request('calmly');
      clock.advance(10);
    }
    const before = drawn.length;
    expect(before).toBeLessThanOrEqual(16);
    limiter.request('soon');
    expect(drawn.length).toBe(before + 1);
  });

  test('is drawn ten times in a second at most, and after the last change, whatever comes', () => {
    const change = fc.record({ waits: fc.nat(300), urgency: fc.constantFrom<Urgency>('soon', 'calmly') });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 100 }), (changes) => {
        const { clock, limiter, drawn } = drawing();
        let last = 0;
        for (const { waits, urgency } of changes) {
          clock.advance(waits);
          last += waits;
          limiter.request(urgency);
        }
        clock.advance(1_000);
        for (const from of drawn) expect(drawn.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(10);
        expect(drawn.at(-1)).toBeGreaterThanOrEqual(last);
      }),
    );
  });

  test('is not drawn any more after it was given back', () => {
    const { clock, limiter, drawn } = drawing();
    limiter.request('soon');
    limiter.request('soon');
    limiter.request('soon');
    limiter.stop();
    limiter.request('soon');
    clock.advance(1_000);
    expect(drawn.length).toBeLessThanOrEqual(2);
  });
});
