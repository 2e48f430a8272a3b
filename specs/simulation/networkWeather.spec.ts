import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FAIR_WEATHER, type Weather } from '../../core/simulation/faults.js';
import { NetworkBench, numbered, numbersOf } from '../support/networkBench.js';
import type { RecordingHandler } from '../support/recordingHandler.js';

const probability = (most: number) => fc.integer({ min: 0, max: 100 }).map((percent) => (percent / 100) * most);

const weather: fc.Arbitrary<Weather> = fc.record({
  latencyMs: fc.integer({ min: 0, max: 300 }).map((max) => ({ min: Math.min(1, max), max })),
  loss: probability(0.4),
  duplicate: probability(0.5),
  reorder: probability(0.5),
  bytesPerMs: fc.constantFrom(Infinity, 50, 5, 1),
  forgery: fc.constant(0),
});

type Step =
  | { readonly do: 'send'; readonly from: 'near' | 'far'; readonly count: number; readonly bytes: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'cut'; readonly ways: 'both' | 'one' | 'other' }
  | { readonly do: 'heal' }
  | { readonly do: 'weather'; readonly weather: Weather };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      from: fc.constantFrom('near' as const, 'far' as const),
      count: fc.integer({ min: 1, max: 20 }),
      bytes: fc.integer({ min: 2, max: 2_000 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 2_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const), ways: fc.constantFrom('both' as const, 'one' as const, 'other' as const) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'heal' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('weather' as const), weather }) },
);

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** Plays the story on one link, then lets the sky clear; the record of each end in the end. */
async function play(seed: number, first: Weather, story: readonly Step[]) {
  const bench = new NetworkBench(seed);
  const { near, far, atNear, atFar } = await bench.link();
  bench.network.weather = first;
  const sent = { near: 0, far: 0 };
  const arrivals: string[] = [];
  atFar.onFrame = () => arrivals.push(`far ${bench.clock.monotonic()}`);
  atNear.onFrame = () => arrivals.push(`near ${bench.clock.monotonic()}`);
  const act = (one: Step): void => {
    if (one.do === 'wait') bench.clock.advance(one.ms);
    else if (one.do === 'heal') bench.network.healAll();
    else if (one.do === 'weather') bench.network.weather = one.weather;
    else if (one.do === 'send') for (let n = 0; n < one.count; n++) (one.from === 'near' ? near : far).send(numbered(sent[one.from]++, one.bytes));
    else if (one.ways === 'other') bench.network.cut('board', 'pi', 'one');
    else bench.network.cut('pi', 'board', one.ways);
  };
  for (const one of story) act(one);
  bench.network.weather = FAIR_WEATHER;
  bench.network.healAll();
  bench.clock.advance(FAIR_WEATHER.latencyMs.max);
  return { bench, near, far, atNear, atFar, sent, arrivals };
}

describe('the weather of the simulated network', () => {
  test('whatever it is, frames come in order and at most once, and all of them when it has cleared, unless the connection died', async () => {
    let died = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), weather, fc.array(step, { maxLength: 30, size: 'max' }), async (seed, first, story) => {
        const { bench, near, far, atNear, atFar, sent } = await play(seed, first, story);
        const seen = (handler: RecordingHandler): number[] => numbersOf(handler);
        expect(seen(atFar)).toEqual(upTo(atFar.frames.length));
        expect(seen(atNear)).toEqual(upTo(atNear.frames.length));
        if (atNear.ends.length + atFar.ends.length > 0) died++;
        else expect([atFar.frames.length, atNear.frames.length]).toEqual([sent.near, sent.far]);
        await bench.run(Promise.all([near.close(), far.close()]));
        await bench.settle();
        expect([bench.clock.pending, bench.network.linksOf('pi'), atNear.ends.length, atFar.ends.length]).toEqual([0, [], 1, 1]);
      }),
      { numRuns: 150, seed: 42 },
    );
    expect(died).toBeLessThan(100);
  });

  test('the same seed and story give the same arrivals, another seed gives others', async () => {
    const stormy: Weather = { latencyMs: { min: 1, max: 100 }, loss: 0.3, duplicate: 0.3, reorder: 0.3, bytesPerMs: 20, forgery: 0.1 };
    const story: Step[] = Array.from({ length: 20 }, (_, n) =>
      n % 3 === 2 ? { do: 'wait', ms: 100 } : { do: 'send', from: n % 2 ? 'near' : 'far', count: 5, bytes: 40 },
    );
    const run = async (seed: number): Promise<string> => (await play(seed, stormy, story)).arrivals.join();
    expect(await run(7)).toBe(await run(7));
    expect(await run(7)).not.toBe(await run(8));
  });

  test('a connection between others changes nothing for this one', async () => {
    const arrivals = async (crowded: boolean): Promise<string> => {
      const bench = new NetworkBench(3);
      if (crowded) {
        bench.network.listen('cam:1', () => undefined);
        const other = await bench.run(bench.network.dial('pi', 'cam:1', new AbortController().signal));
        for (let n = 0; n < 10; n++) other.send(numbered(n));
        await bench.settle();
      }
      const { near, atFar } = await bench.link();
      const start = bench.clock.monotonic();
      const times: number[] = [];
      atFar.onFrame = () => times.push(bench.clock.monotonic() - start);
      for (let n = 0; n < 30; n++, bench.clock.advance(3)) near.send(numbered(n));
      await bench.settle();
      return times.join();
    };
    expect(await arrivals(true)).toBe(await arrivals(false));
  });
});

describe('somebody who rewrites the stream', () => {
  const forge = async (seed: number, count = 200) => {
    const bench = new NetworkBench(seed);
    const { near, atNear, atFar } = await bench.link();
    bench.network.weather = { ...FAIR_WEATHER, forgery: 0.02 };
    const original = upTo(count).map((n) => numbered(n, 40));
    for (const frame of original) near.send(frame);
    await bench.settle();
    return { bench, near, atNear, atFar, original };
  };

  test('does each kind of thing to some frames, tells and counts it, and the stream shows it', async () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const { bench, atFar, original } = await forge(seed);
      for (const event of bench.events) kinds.add(event);
      expect(bench.network.tally.forged).toBe(bench.events.length);
      const same = atFar.frames.length === original.length && atFar.frames.every((frame, n) => frame.every((byte, at) => byte === original[n]?.[at]));
      expect(same).toBe(bench.events.length === 0);
    }
    expect([...kinds].sort()).toEqual(['frame changed pi>board', 'frame doubled pi>board', 'frame dropped pi>board', 'frames swapped pi>board']);
  });

  test('changes one bit and no more, drops, doubles and swaps whole frames', async () => {
    const one = async (kind: string, check: (frames: readonly Uint8Array[], original: readonly Uint8Array[]) => void): Promise<void> => {
      let met = 0;
      for (let seed = 0; seed < 60; seed++) {
        const { bench, atFar, original } = await forge(seed, 50);
        if (bench.events.length !== 1 || bench.events[0] !== `${kind} pi>board`) continue;
        met++;
        check(atFar.frames, original);
      }
      expect(met).toBeGreaterThan(0);
    };
    const bits = (frames: readonly Uint8Array[], original: readonly Uint8Array[]): number =>
      frames
        .flatMap((frame, n) => [...frame].map((byte, at) => (byte ^ (original[n]?.[at] ?? 0)).toString(2).replaceAll('0', '').length))
        .reduce((a, b) => a + b, 0);
    const numbersIn = (frames: readonly Uint8Array[]): number[] => frames.map(([high = 0, low = 0]) => (high << 8) | low);
    await one('frame changed', (frames, original) => expect(bits(frames, original)).toBe(1));
    await one('frame dropped', (frames) => expect([frames.length, new Set(numbersIn(frames)).size]).toEqual([49, 49]));
    await one('frame doubled', (frames) => expect([frames.length, new Set(numbersIn(frames)).size]).toEqual([51, 50]));
    await one('frames swapped', (frames) => {
      const moved = numbersIn(frames).flatMap((n, at) => (n === at ? [] : [n - at]));
      expect(moved).toEqual([1, -1]);
    });
  });

  test('leaves the count of what is unsent right, and lets go what is held back when the sky clears or the stream ends', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { bench, near, atNear, atFar, original } = await forge(seed);
      const before = atFar.frames.length;
      bench.network.weather = FAIR_WEATHER;
      await bench.settle();
      expect(bench.network.linksOf('pi').map((one) => one.near.unread)).toEqual([0]);
      const balance = bench.events.reduce((sum, event) => sum + (event.startsWith('frame doubled') ? 1 : event.startsWith('frame dropped') ? -1 : 0), 0);
      expect(atFar.frames.length).toBe(original.length + balance);
      expect(atFar.frames.length - before).toBeLessThanOrEqual(1);
      await bench.run(near.close());
      await bench.settle();
      expect([atNear.ends, atFar.ends, bench.clock.pending]).toEqual([[undefined], [undefined], 0]);
    }
  });

  test('does not meet the frames of an end that nobody has taken yet', async () => {
    const bench = new NetworkBench(1, { ...FAIR_WEATHER, forgery: 1 });
    const heard: number[] = [];
    bench.network.listen('board:1', (link) => link.attach({ frame: (bytes) => heard.push(bytes[1] ?? 0), drained: () => undefined, closed: () => undefined }));
    const near = await bench.run(bench.dial());
    for (let n = 0; n < 10; n++) near.send(numbered(n));
    await bench.settle();
    expect([heard, bench.events]).toEqual([upTo(10), []]);
  });
});
