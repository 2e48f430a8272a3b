import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ChunkPlan } from '../../../core/engine/fetch/ChunkPlan.js';
import { bitmapBytes, setBit } from '../../../core/protocol/bitmap.js';

const MIB = 2 ** 20;

function bits(count: number, chunks: Iterable<number>): Uint8Array {
  const bitmap = new Uint8Array(bitmapBytes(count));
  for (const chunk of chunks) setBit(bitmap, chunk);
  return bitmap;
}

const all = (count: number): number[] => [...Array(count).keys()];

/** A plan for `count` chunks that may all be asked for, none of which is here. */
function planOf(count: number, length = MIB): ChunkPlan<string> {
  const plan = new ChunkPlan<string>(
    count,
    () => length,
    () => false,
  );
  plan.open(0, count);
  return plan;
}

function join(plan: ChunkPlan<string>, holder: string, count: number, chunks: Iterable<number> = all(count)): void {
  plan.join(holder);
  plan.has(holder, 0, count, bits(count, chunks));
}

interface Speed {
  readonly bytesPerMs: number;
  readonly chunks?: readonly number[];
  /** Leaves after so many ms. */
  readonly leavesMs?: number;
}

/** Plays it through with holders that answer one chunk after the other; who brought how many first, and when the last came. */
function play(
  count: number,
  speeds: Readonly<Record<string, Speed>>,
  limitMs = 1_000_000,
): { readonly ms: number; readonly first: Record<string, number>; readonly again: number } {
  const plan = planOf(count);
  const first: Record<string, number> = {};
  const queues = new Map<string, number[]>();
  const busyUntil = new Map<string, number>();
  let again = 0;
  for (const [holder, { chunks }] of Object.entries(speeds)) {
    join(plan, holder, count, chunks);
    queues.set(holder, []);
    first[holder] = 0;
  }
  let ms = 0;
  for (; plan.left > 0 && ms < limitMs; ms++) {
    for (const [holder, { bytesPerMs, leavesMs }] of Object.entries(speeds)) {
      const queue = queues.get(holder);
      if (!queue) continue;
      if (leavesMs !== undefined && ms >= leavesMs) {
        plan.leave(holder);
        queues.delete(holder);
        continue;
      }
      if (queue.length > 0 && ms >= (busyUntil.get(holder) ?? 0)) {
        const chunk = queue.shift() ?? 0;
        if (plan.arrived(holder, chunk, ms) === 'first') first[holder] = (first[holder] ?? 0) + 1;
        else again++;
        if (queue.length > 0) busyUntil.set(holder, ms + MIB / bytesPerMs);
      }
      const asked = plan.ask(holder, ms);
      if (queue.length === 0 && asked.length > 0) busyUntil.set(holder, ms + MIB / bytesPerMs);
      queue.push(...asked);
    }
  }
  return { ms, first, again };
}

describe('who is asked for what', () => {
  test('one holder is asked in order, and for no more at once than its window', () => {
    const plan = planOf(10);
    join(plan, 'a', 10);
    expect(plan.ask('a', 0)).toEqual([0, 1]);
    expect(plan.ask('a', 0)).toEqual([]);
    expect(plan.arrived('a', 0, 10)).toBe('first');
    expect(plan.ask('a', 10)).toEqual([2, 3]);
  });

  test('a chunk larger than the window is asked for alone', () => {
    const plan = planOf(3, 64 * MIB);
    join(plan, 'a', 3);
    expect(plan.ask('a', 0)).toEqual([0]);
  });

  test('two holders share the work, and what one holder alone has is asked of it first', () => {
    const plan = planOf(6);
    join(plan, 'a', 6);
    join(plan, 'b', 6, [0, 1, 2, 3]);
    expect(plan.ask('a', 0)).toEqual([4, 5]);
    expect(plan.ask('b', 0)).toEqual([0, 1]);
  });

  test('nobody is asked for what it does not have, is here, or may not be asked for yet', () => {
    const plan = new ChunkPlan<string>(
      8,
      () => 1_000,
      (chunk) => chunk === 1,
    );
    plan.open(0, 4);
    join(plan, 'a', 8, [1, 2, 3, 6]);
    expect(plan.ask('a', 0)).toEqual([2, 3]);
    expect(plan.offers('a')).toBe(true);
    plan.open(4, 8);
    expect(plan.ask('a', 0)).toEqual([6]);
    for (const chunk of [2, 3, 6]) plan.arrived('a', chunk, 5);
    expect(plan.offers('a')).toBe(false);
    expect(plan.left).toBe(4);
  });

  test('a holder that leaves gives back what it was asked for', () => {
    const plan = planOf(4);
    join(plan, 'a', 4);
    join(plan, 'b', 4);
    expect(plan.ask('a', 0)).toEqual([0, 1]);
    plan.leave('a');
    expect(plan.ask('b', 0)).toEqual([0, 1]);
    expect(plan.arrived('a', 0, 1)).toBe('first');
  });

  test('one that says later what else it has is asked for that too', () => {
    const plan = planOf(4);
    join(plan, 'a', 4, [0]);
    expect(plan.ask('a', 0)).toEqual([0]);
    plan.has('a', 0, 4, bits(4, [0, 3]));
    expect(plan.ask('a', 1)).toEqual([3]);
  });

  test('nor for what one was asked for, does not bring, and is here from another', () => {
    const plan = planOf(2);
    join(plan, 'silent', 2);
    plan.ask('silent', 0);
    join(plan, 'b', 2);
    expect(plan.ask('b', 60_000)).toEqual([0, 1]);
    expect(plan.arrived('b', 0, 60_010)).toBe('first');
    expect(plan.ask('b', 120_000)).toEqual([]);
    expect(plan.isOut('silent', 0)).toBe(true);
  });

  test('a chunk that arrived damaged is asked for again', () => {
    const plan = planOf(1);
    join(plan, 'a', 1);
    plan.ask('a', 0);
    expect(plan.arrived('a', 0, 1)).toBe('first');
    plan.lost(0);
    expect(plan.left).toBe(1);
    expect(plan.ask('a', 2)).toEqual([0]);
  });
});

describe('a fast holder never waits for a slow one', () => {
  test('all holders contribute, each as fast as it is', () => {
    const { ms, first } = play(64, { a: { bytesPerMs: 20_000 }, b: { bytesPerMs: 20_000 }, c: { bytesPerMs: 10_000 } });
    expect(ms).toBeLessThan(1.25 * ((64 * MIB) / 50_000) + 200);
    expect(Math.min(...Object.values(first))).toBeGreaterThan(6);
  });

  test('with one that is a thousand times slower it takes hardly longer than without', () => {
    const { ms, first, again } = play(64, { fast: { bytesPerMs: 50_000 }, slow: { bytesPerMs: 50 } });
    expect(ms).toBeLessThan(1.2 * ((64 * MIB) / 50_000) + 100);
    expect(first['slow']).toBeLessThan(3);
    expect(again).toBe(0);
  });

  test('one that takes what is asked and never answers holds nothing up', () => {
    const { ms } = play(32, { fast: { bytesPerMs: 50_000 }, dead: { bytesPerMs: 0.000_1 } });
    expect(ms).toBeLessThan(1.2 * ((32 * MIB) / 50_000) + 200);
  });

  test('what only the slow one has comes at its pace, and nothing is asked of it twice', () => {
    const { ms, first } = play(20, { fast: { bytesPerMs: 50_000, chunks: all(19) }, slow: { bytesPerMs: 1_000 } });
    expect(ms).toBeLessThan(3 * (MIB / 1_000));
    expect(first['slow']).toBeGreaterThanOrEqual(1);
  });

  test('one that leaves in the middle is made up for by the others', () => {
    const { first } = play(40, { a: { bytesPerMs: 20_000, leavesMs: 300 }, b: { bytesPerMs: 20_000 } });
    expect((first['a'] ?? 0) + (first['b'] ?? 0)).toBe(40);
  });
});

describe('whatever the holders do', () => {
  const COUNT = 40;
  const holder = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({ do: fc.constant('ask' as const), holder }),
    fc.record({ do: fc.constant('ask' as const), holder }),
    fc.record({ do: fc.constant('bring' as const), holder, which: fc.nat(9) }),
    fc.record({ do: fc.constant('bring' as const), holder, which: fc.nat(9) }),
    fc.record({ do: fc.constant('leave' as const), holder }),
    fc.record({ do: fc.constant('have' as const), holder, chunks: fc.array(fc.nat(COUNT - 1)) }),
    fc.record({ do: fc.constant('open' as const), holder, from: fc.nat(COUNT - 1) }),
    fc.record({ do: fc.constant('wait' as const), holder, ms: fc.nat(3_000) }),
  );

  test('only what it has and what is missing is asked of one, each chunk counts once, and in the end all of it comes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const plan = new ChunkPlan<string>(
          COUNT,
          (chunk) => 1_000 + 100_000 * (chunk % 7),
          (chunk) => chunk % 11 === 0,
        );
        const here = new Set(all(COUNT).filter((chunk) => chunk % 11 === 0));
        const has = new Map<string, ReadonlySet<number>>();
        const out = new Map<string, Set<number>>([
          ['a', new Set()],
          ['b', new Set()],
          ['c', new Set()],
        ]);
        let now = 0;
        const ask = (who: string): void => {
          for (const chunk of plan.ask(who, now)) {
            expect(has.get(who)?.has(chunk)).toBe(true);
            expect(here.has(chunk)).toBe(false);
            expect(out.get(who)?.has(chunk)).toBe(false);
            out.get(who)?.add(chunk);
          }
        };
        const bring = (who: string, chunk: number): void => {
          out.get(who)?.delete(chunk);
          expect(plan.arrived(who, chunk, now)).toBe(here.has(chunk) ? 'again' : 'first');
          here.add(chunk);
          expect(plan.left).toBe(COUNT - here.size);
        };
        for (const one of steps) {
          const { holder: who } = one;
          now += 7;
          if (one.do === 'ask') ask(who);
          if (one.do === 'bring') {
            const waiting = [...(out.get(who) ?? [])];
            const chunk = waiting[one.which % Math.max(1, waiting.length)];
            if (chunk !== undefined) bring(who, chunk);
          }
          if (one.do === 'leave') {
            plan.leave(who);
            has.delete(who);
            out.get(who)?.clear();
          }
          if (one.do === 'have') {
            join(plan, who, COUNT, one.chunks);
            has.set(who, new Set(one.chunks));
          }
          if (one.do === 'open') plan.open(one.from, Math.min(COUNT, one.from + 9));
          if (one.do === 'wait') now += one.ms;
          for (const [each, chunks] of has) expect(plan.offers(each)).toBe([...chunks].some((chunk) => !here.has(chunk)));
        }
        plan.open(0, COUNT);
        join(plan, 'a', COUNT);
        has.set('a', new Set(all(COUNT)));
        plan.leave('b');
        plan.leave('c');
        for (let round = 0; plan.left > 0 && round < 10 * COUNT; round++) {
          ask('a');
          for (const chunk of [...(out.get('a') ?? [])]) bring('a', chunk);
        }
        expect(plan.left).toBe(0);
        expect(plan.free).toBe(0);
        expect(plan.waits).toBe(false);
      }),
    );
  });
});
