import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createActor, createMachine } from 'xstate';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';

describe('the virtual clock', () => {
  test('runs every timer at its own deadline, in the order of deadlines', () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name}@${clock.monotonic()}`);
    clock.setTimeout(note('late'), 300);
    clock.setTimeout(note('early'), 100);
    clock.setTimeout(note('same, set later'), 300);
    clock.advance(1_000);
    expect(seen).toEqual(['early@100', 'late@300', 'same, set later@300']);
    expect(clock.monotonic()).toBe(1_000);
  });

  test('gives timers set by a callback their turn within the same advance', () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const again = (): void => {
      seen.push(clock.monotonic());
      if (seen.length < 5) clock.setTimeout(again, 100);
    };
    clock.setTimeout(again, 100);
    clock.advance(350);
    expect(seen).toEqual([100, 200, 300]);
    expect(clock.next()).toBe(50);
  });

  test('never runs what was cleared, and does not count it', () => {
    const clock = new VirtualClock();
    const timer = clock.setTimeout(() => expect(true).toBe(false), 10);
    expect(clock.pending).toBe(1);
    clock.clearTimeout(timer);
    expect(clock.pending).toBe(0);
    expect(clock.next()).toBeUndefined();
    clock.advance(100);
    clock.clearTimeout(timer);
    clock.clearTimeout(undefined);
    expect(clock.pending).toBe(0);
  });

  test('runs what a sorted list would run, whatever is set and cleared in whatever order', () => {
    const story = fc.record({
      dues: fc.array(fc.nat(300), { minLength: 1, maxLength: 200, size: 'max' }),
      cleared: fc.array(fc.nat(), { maxLength: 60, size: 'max' }),
    });
    fc.assert(
      fc.property(story, ({ dues, cleared }) => {
        const [clock, other] = [new VirtualClock(), new VirtualClock()];
        const seen: number[] = [];
        const handles = dues.map((dueMs, n) => clock.setTimeout(() => seen.push(n), dueMs));
        const left = new Map(dues.entries());
        for (const one of cleared) {
          clock.clearTimeout(handles[one % dues.length]);
          clock.clearTimeout(other.setTimeout(() => undefined, 1));
          left.delete(one % dues.length);
        }
        expect([clock.pending, other.pending]).toEqual([left.size, cleared.length]);
        clock.advance(300);
        expect(seen).toEqual([...left].sort(([a, dueA], [b, dueB]) => dueA - dueB || a - b).map(([n]) => n));
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  test('moves the wall clock with the monotonic one and keeps a wrong delay from going backwards', () => {
    const clock = new VirtualClock(1_000);
    let at = -1;
    clock.setTimeout(() => (at = clock.now()), -50);
    clock.advance(0);
    expect(at).toBe(1_000);
    clock.advance(5);
    expect([clock.now(), clock.monotonic()]).toEqual([1_005, 5]);
  });

  test('refuses to jump over a deadline and to run timers for ever within one instant', () => {
    const clock = new VirtualClock();
    clock.setTimeout(() => undefined, 10);
    expect(() => clock.skip(11)).toThrow(expect.objectContaining({ code: 'BUG' }));
    const spin = (): void => void clock.setTimeout(spin, 0);
    clock.setTimeout(spin, 0);
    expect(() => clock.advance(1)).toThrow(/keep setting timers/);
  });

  test('serves as the clock of a machine: three chained seconds end in the fourth state', () => {
    const clock = new VirtualClock();
    const machine = createMachine({
      initial: 'a',
      states: { a: { after: { 1_000: 'b' } }, b: { after: { 1_000: 'c' } }, c: { after: { 1_000: 'd' } }, d: { type: 'final' } },
    });
    const actor = createActor(machine, { clock }).start();
    clock.advance(3_000);
    expect(actor.getSnapshot().value).toBe('d');
    expect(clock.pending).toBe(0);
  });
});
