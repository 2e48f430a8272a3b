import { describe, expect, test } from '@jest/globals';
import { LINK_CLOSE_MS_MAX } from '../../core/base/limits.js';
import { FAIR_WEATHER } from '../../core/simulation/faults.js';
import { PACKET_TRIES_MAX, RETRANSMIT_MS } from '../../core/simulation/Lane.js';
import { NetworkBench, numbered, numbersOf } from '../support/networkBench.js';
import type { RecordingHandler } from '../support/recordingHandler.js';

const EXACT = { ...FAIR_WEATHER, latencyMs: { min: 10, max: 10 } };
const PATIENCE_MS = RETRANSMIT_MS * (2 ** PACKET_TRIES_MAX - 1);
const failed = expect.objectContaining({ code: 'LINK_FAILED' });
const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

/** When each frame comes, and when the end does. */
const stamped = (bench: NetworkBench, handler: RecordingHandler): { readonly frames: number[]; ended: number | undefined } => {
  const times: { frames: number[]; ended: number | undefined } = { frames: [], ended: undefined };
  handler.onFrame = () => times.frames.push(bench.clock.monotonic());
  void handler.whenClosed.then(() => (times.ended = bench.clock.monotonic()));
  return times;
};

describe('a connection on the simulated network', () => {
  test('takes as long as its bytes take on a slow line, in each direction by itself', async () => {
    const bench = new NetworkBench(1, { ...EXACT, bytesPerMs: 2 });
    const { near, far, atNear, atFar } = await bench.link();
    const start = bench.clock.monotonic();
    const [there, back] = [stamped(bench, atFar), stamped(bench, atNear)];
    for (const bytes of [100, 300, 3]) near.send(new Uint8Array(bytes));
    far.send(new Uint8Array(40));
    await bench.settle();
    expect(there.frames.map((at) => at - start)).toEqual([60, 210, 212]);
    expect(back.frames.map((at) => at - start)).toEqual([30]);
    near.send(new Uint8Array(20));
    const later = bench.clock.monotonic();
    await bench.settle();
    expect(there.frames.at(-1)).toBe(later + 20);
  });

  test('is tried again when packets are lost: nothing is missing, something is late', async () => {
    const bench = new NetworkBench(1, EXACT);
    const { near, atFar } = await bench.link();
    bench.network.weather = { ...EXACT, loss: 0.1 };
    const start = bench.clock.monotonic();
    const times = stamped(bench, atFar);
    for (let n = 0; n < 1_000; n++) near.send(numbered(n));
    await bench.settle();
    expect(numbersOf(atFar)).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
    expect((times.frames.at(-1) ?? 0) - start).toBeGreaterThan(RETRANSMIT_MS);
    // 1000 packets, 0.1/0.9 losses each: 111 expected, a standard deviation of 11.
    expect(bench.network.tally.lost).toBeGreaterThan(60);
    expect(bench.network.tally.lost).toBeLessThan(170);
  });

  test('makes later frames wait for one that was overtaken, and shows a doubled one once', async () => {
    const bench = new NetworkBench(1, { ...EXACT, reorder: 0.3, duplicate: 0.5 });
    const { near, atFar } = await bench.link();
    const times = stamped(bench, atFar);
    for (let n = 0; n < 200; n++) {
      near.send(numbered(n));
      bench.clock.advance(1);
    }
    await bench.settle();
    expect(numbersOf(atFar)).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect(new Set(times.frames).size).toBeLessThan(200);
    expect([bench.network.tally.overtaken > 30, bench.network.tally.doubled > 70]).toEqual([true, true]);
  });

  test('dies when a packet is lost too often, after that time exactly; the other end learns of it when it can', async () => {
    const bench = new NetworkBench(1, EXACT);
    const { near, far, atNear, atFar } = await bench.link();
    bench.network.weather = { ...EXACT, loss: 1 };
    const start = bench.clock.monotonic();
    const [here, there] = [stamped(bench, atNear), stamped(bench, atFar)];
    near.send(numbered(1));
    await bench.settle();
    expect([(here.ended ?? 0) - start, atNear.ends, there.ended]).toEqual([PATIENCE_MS, [failed], undefined]);
    expect([bench.events, bench.network.tally.timedOut]).toEqual([['timed out pi>board'], 1]);
    // It did not come through that the other end is gone; whatever is sent finds out.
    bench.network.weather = EXACT;
    far.send(numbered(2));
    await bench.settle();
    expect([atFar.ends, bench.clock.pending]).toEqual([[failed], 0]);
  });

  test('whose other end is gone without a word is reset when it is used', async () => {
    const bench = new NetworkBench(1, EXACT);
    const { near, atNear } = await bench.link();
    bench.network.cut('pi', 'board');
    bench.network.crash('board');
    await bench.settle();
    bench.network.heal('pi', 'board');
    await bench.settle();
    expect(atNear.ends).toEqual([]);
    near.send(numbered(1));
    await bench.settle();
    expect(atNear.ends).toEqual([failed]);
    expect(bench.clock.pending).toBe(0);
  });

  test('meets fair weather at once, also with what is under way', async () => {
    const bench = new NetworkBench(1, { ...EXACT, latencyMs: { min: 60_000, max: 60_000 }, bytesPerMs: 1 });
    const { near, atFar } = await bench.link();
    for (let n = 0; n < 5; n++) near.send(numbered(n, 60_000));
    bench.clock.advance(1_000);
    bench.network.weather = FAIR_WEATHER;
    bench.clock.advance(FAIR_WEATHER.latencyMs.max);
    expect(numbersOf(atFar)).toEqual([0, 1, 2, 3, 4]);
  });

  test('whose other end has closed is read to its end, also by an owner that still sends', async () => {
    const bench = new NetworkBench(1, EXACT);
    const { near, far, atNear, atFar } = await bench.link();
    far.pause();
    for (let n = 0; n < 3; n++) near.send(numbered(n));
    await Promise.all([bench.run(near.close()), bench.settle()]);
    far.send(numbered(9));
    await bench.settle();
    far.resume();
    await bench.settle();
    expect([numbersOf(atFar), atFar.ends, atNear.ends]).toEqual([[0, 1, 2], [undefined], [undefined]]);
  });

  test('that is closed in bad weather leaves nothing to wait for', async () => {
    const bench = new NetworkBench(1, EXACT);
    const { near, far, atFar } = await bench.link();
    bench.network.weather = { ...EXACT, loss: 0.9 };
    for (let n = 0; n < 50; n++) near.send(numbered(n));
    const closed = [near.close(), far.close()];
    bench.clock.advance(LINK_CLOSE_MS_MAX);
    await Promise.all(closed);
    expect(atFar.ends).toEqual([undefined]);
    expect([bench.clock.pending, bench.network.linksOf('pi')]).toEqual([0, []]);
  });
});

describe('a dial on the simulated network', () => {
  test('goes on through lost packets, and is as long as their repetition takes', async () => {
    const durations = new Set<number>();
    for (const seed of SEEDS) {
      const bench = new NetworkBench(seed, { ...EXACT, loss: 0.4 });
      await bench.link();
      durations.add(bench.clock.monotonic());
    }
    expect(durations).toContain(20);
    expect(durations).toContain(20 + RETRANSMIT_MS);
  });

  test('fails when nothing comes through, whichever way', async () => {
    const lost = new NetworkBench(1, { ...EXACT, loss: 1 });
    lost.network.listen('board:1', () => undefined);
    await expect(lost.run(lost.dial())).rejects.toMatchObject({ code: 'LINK_FAILED' });
    expect([lost.clock.monotonic(), lost.clock.pending]).toEqual([PATIENCE_MS, 0]);

    const unanswered = new NetworkBench(1, EXACT);
    let taken = 0;
    unanswered.network.listen('board:1', () => {
      taken++;
      unanswered.network.weather = { ...EXACT, loss: 1 };
    });
    await expect(unanswered.run(unanswered.dial())).rejects.toMatchObject({ code: 'LINK_FAILED' });
    expect([taken, unanswered.clock.monotonic(), unanswered.clock.pending]).toEqual([1, PATIENCE_MS + 10, 0]);
  });

  test('that is refused or given up leaves no connection that could break', async () => {
    const bench = new NetworkBench(1, EXACT);
    await expect(bench.run(bench.dial())).rejects.toMatchObject({ code: 'LINK_FAILED' });
    const controller = new AbortController();
    const given = bench.dial(controller.signal);
    bench.clock.advance(5);
    controller.abort();
    await expect(given).rejects.toMatchObject({ code: 'LINK_FAILED' });
    bench.network.severBetween('pi', 'board');
    expect([bench.events, bench.clock.pending]).toEqual([[], 0]);
  });

  test('fails when the called side dies before its answer came', async () => {
    const bench = new NetworkBench(1, EXACT);
    bench.network.listen('board:1', () => undefined);
    const dialled = bench.dial();
    bench.clock.advance(15);
    bench.network.crash('board');
    await expect(bench.run(dialled)).rejects.toMatchObject({ code: 'LINK_FAILED' });
    expect([bench.clock.pending, bench.network.linksOf('pi')]).toEqual([0, []]);
  });

  test.each([5, 15])('that is severed after %i ms fails', async (ms) => {
    const bench = new NetworkBench(1, EXACT);
    bench.network.listen('board:1', () => undefined);
    const dialled = bench.dial();
    bench.clock.advance(ms);
    bench.network.severBetween('board', 'pi');
    await expect(bench.run(dialled)).rejects.toMatchObject({ code: 'LINK_FAILED' });
    await bench.settle();
    expect(bench.network.linksOf('pi')).toEqual([]);
  });

  test('of a host that dies is never heard of', async () => {
    const bench = new NetworkBench(1, EXACT);
    let taken = 0;
    bench.network.listen('board:1', () => taken++);
    let settled = false;
    bench.dial().then(
      () => (settled = true),
      () => (settled = true),
    );
    bench.clock.advance(5);
    bench.network.crash('pi');
    await bench.settle();
    expect([taken, settled, bench.clock.pending]).toEqual([0, false, 0]);
  });
});

describe('cuts and deaths on the simulated network', () => {
  test('healing everything heals each cut, and each is told once', async () => {
    const bench = new NetworkBench(1, EXACT);
    const { near, far, atNear, atFar } = await bench.link();
    bench.network.cut('pi', 'board');
    bench.network.cut('board', 'pi', 'one');
    bench.network.cut('cam', 'pi', 'one');
    near.send(numbered(1));
    far.send(numbered(2));
    await bench.settle();
    near.send(numbered(3));
    expect(bench.clock.pending).toBe(0);
    bench.network.healAll();
    bench.network.healAll();
    await bench.settle();
    expect([numbersOf(atFar), numbersOf(atNear)]).toEqual([[1, 3], [2]]);
    expect(bench.events).toEqual(['cut pi-board', 'cut cam>pi', 'healed pi-board', 'healed cam>pi']);
  });

  test('healing one wire changes nothing on another', async () => {
    const bench = new NetworkBench(1, EXACT);
    const { near, atFar } = await bench.link();
    bench.network.cut('cam', 'pi');
    const start = bench.clock.monotonic();
    const times = stamped(bench, atFar);
    near.send(numbered(1));
    bench.clock.advance(6);
    bench.network.heal('cam', 'pi');
    await bench.settle();
    expect(times.frames).toEqual([start + 10]);
  });

  test('a severed connection is told to each end at its own moment, and to one of them late', async () => {
    const gaps: number[] = [];
    const codes = new Set<unknown>();
    for (const seed of SEEDS) {
      const bench = new NetworkBench(seed, EXACT);
      const { near, atNear, atFar } = await bench.link();
      const [here, there] = [stamped(bench, atNear), stamped(bench, atFar)];
      near.send(new Uint8Array(60_000));
      bench.network.severBetween('pi', 'board');
      bench.network.severBetween('pi', 'board');
      near.send(numbered(9));
      await bench.settle();
      expect([atFar.frames, atFar.ends.length, atNear.ends, bench.events, bench.clock.pending]).toEqual([[], 1, [failed], ['severed pi-board'], 0]);
      gaps.push((here.ended ?? NaN) - (there.ended ?? NaN));
      codes.add((atFar.ends[0] as { code?: unknown } | undefined)?.code);
    }
    expect([Math.min(...gaps) < -500, Math.max(...gaps) > 500]).toEqual([true, true]);
    expect(codes).toEqual(new Set(['LINK_FAILED', 'FRAME_TRUNCATED']));
  });

  test('a severed connection whose hosts die before they are told leaves nothing to wait for', async () => {
    const bench = new NetworkBench(1, EXACT);
    const { atNear, atFar } = await bench.link();
    bench.network.severBetween('pi', 'board');
    bench.network.crash('pi');
    bench.network.crash('board');
    expect([atNear.ends, atFar.ends, bench.clock.pending]).toEqual([[], [], 0]);
  });

  test('a crash is told to the other side after a while only', async () => {
    const bench = new NetworkBench(1, EXACT);
    const { atNear } = await bench.link();
    const start = bench.clock.monotonic();
    const times = stamped(bench, atNear);
    bench.network.crash('board');
    await bench.settle();
    expect([(times.ended ?? 0) - start, atNear.ends]).toEqual([10, [failed]]);
  });
});
