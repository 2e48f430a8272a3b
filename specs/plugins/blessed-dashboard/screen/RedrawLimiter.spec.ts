import { expect, test } from '@jest/globals';
import { VirtualClock } from '../../../../core/simulation/VirtualClock.js';
import { RedrawLimiter } from '../../../../plugins/blessed-dashboard/screen/RedrawLimiter.js';

const begin = (): { readonly clock: VirtualClock; readonly limiter: RedrawLimiter; readonly drawnAt: number[] } => {
  const clock = new VirtualClock();
  const drawnAt: number[] = [];
  const from = clock.monotonic();
  return { clock, drawnAt, limiter: new RedrawLimiter(clock, () => drawnAt.push(clock.monotonic() - from)) };
};

test('the first change after a rest is drawn at once, those that follow together', () => {
  const { clock, limiter, drawnAt } = begin();
  limiter.request();
  expect(drawnAt).toEqual([0]);
  clock.advance(30);
  limiter.request();
  limiter.request();
  clock.advance(500);
  limiter.request();
  expect(drawnAt).toEqual([0, 100, 530]);
});

test('it is drawn at most ten times a second, and not without a change', () => {
  const { clock, limiter, drawnAt } = begin();
  for (let ms = 0; ms < 999; ms += 1) {
    limiter.request();
    clock.advance(1);
  }
  expect(drawnAt).toHaveLength(10);
  clock.advance(10_000);
  expect(drawnAt).toHaveLength(11);
});

test('nothing is drawn after the end', () => {
  const { clock, limiter, drawnAt } = begin();
  limiter.request();
  limiter.request();
  limiter.stop();
  clock.advance(1_000);
  limiter.request();
  expect(drawnAt).toEqual([0]);
});
