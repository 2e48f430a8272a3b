import { describe, expect, test } from '@jest/globals';
import { SansfilError } from '../../../core/base/errors.js';
import type { Link } from '../../../core/ports/transport.js';
import { FAIR_WEATHER, type Weather } from '../../../core/simulation/faults.js';
import { MemoryTransport } from '../../../transports/memory/MemoryTransport.js';
import { describeTransport, type TransportHarness } from '../../contracts/transport.contract.js';
import { NetworkBench } from '../../support/networkBench.js';
import { RecordingHandler } from '../../support/recordingHandler.js';

const memoryHarness = (weather: Weather): Promise<TransportHarness> => {
  const { network, settle, run } = new NetworkBench(1, weather);
  const transport = new MemoryTransport(network, 'pi');
  return Promise.resolve({
    ...{ transport, settle, run },
    address: ':0',
    badAddress: 'not an address',
    deadAddress: 'pi:9999',
    breakable: async () => {
      new MemoryTransport(network, 'board').listen('board:7', () => undefined).catch(() => undefined);
      const link = await run(transport.dial('board:7', { signal: new AbortController().signal }));
      return { link, sever: () => network.sever(link.id) };
    },
    tearDown: () => Promise.resolve(),
  });
};

describeTransport('memory', () => memoryHarness(FAIR_WEATHER));
describeTransport('memory in bad weather', () => memoryHarness({ ...FAIR_WEATHER, latencyMs: { min: 1, max: 200 }, loss: 0.1, duplicate: 0.3, reorder: 0.3 }));

describe('the simulated network', () => {
  const never = new AbortController().signal;

  const pair = async (seed = 1) => {
    const world = new NetworkBench(seed);
    const accepted: Link[] = [];
    const far = new RecordingHandler();
    const listening = await new MemoryTransport(world.network, 'board').listen('board:1', (link) => {
      accepted.push(link);
      link.attach(far);
    });
    const dial = (signal = never): Promise<Link> => new MemoryTransport(world.network, 'pi').dial(listening.address, { signal });
    const near = await world.run(dial());
    const atNear = new RecordingHandler();
    near.attach(atNear);
    const { network, clock, settle, run } = world;
    return { network, clock, settle, run, near, atNear, far, accepted, dial };
  };
  const numbers = (handler: RecordingHandler): (number | undefined)[] => handler.frames.map(([first]) => first);

  test('a cut stalls frames without a word and heal lets them through, in order', async () => {
    const { network, near, far, atNear, settle } = await pair();
    network.cut('pi', 'board');
    for (let n = 0; n < 10; n++) near.send(Uint8Array.of(n));
    await settle();
    expect([far.frames, far.ends, atNear.ends]).toEqual([[], [], []]);
    network.heal('pi', 'board');
    near.send(Uint8Array.of(10));
    await settle();
    expect(numbers(far)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('a cut while frames are under way loses none of them', async () => {
    const { network, clock, near, far, settle } = await pair();
    for (let n = 0; n < 50; n++) near.send(Uint8Array.of(n));
    clock.step();
    network.cut('pi', 'board');
    await settle();
    const before = far.frames.length;
    expect(before).toBeLessThan(50);
    network.heal('pi', 'board');
    await settle();
    expect(numbers(far)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  test('a cut one way lets the other way through', async () => {
    const { network, near, far, atNear, accepted, settle } = await pair();
    network.cut('board', 'pi', 'one');
    near.send(Uint8Array.of(1));
    accepted[0]?.send(Uint8Array.of(2));
    await settle();
    expect([numbers(far), numbers(atNear)]).toEqual([[1], []]);
  });

  test('a dial over a cut hangs until it heals or is given up', async () => {
    const { network, dial, settle, run } = await pair();
    network.cut('pi', 'board');
    const controller = new AbortController();
    const [healed, given] = [dial(), dial(controller.signal)];
    await settle();
    controller.abort(new SansfilError('STOPPED'));
    await expect(given).rejects.toMatchObject({ code: 'STOPPED' });
    network.heal('pi', 'board');
    expect(await run(healed)).toMatchObject({ remote: 'board' });
  });

  test('a dial given up after the other side took it ends there too', async () => {
    const { clock, accepted, far, dial, settle } = await pair();
    const controller = new AbortController();
    const dialled = dial(controller.signal);
    dialled.catch(() => undefined);
    while (accepted.length < 2) clock.step();
    controller.abort();
    await settle();
    await expect(dialled).rejects.toMatchObject({ code: 'LINK_FAILED' });
    expect(far.ends).toEqual([expect.objectContaining({ code: 'LINK_FAILED' })]);
  });

  test('a crash tells the others, never the dead, and takes its listeners along', async () => {
    const { network, near, atNear, far, dial, settle, run } = await pair();
    near.send(Uint8Array.of(1));
    network.crash('board');
    await settle();
    expect([far.frames, far.ends]).toEqual([[], []]);
    expect(atNear.ends).toEqual([expect.objectContaining({ code: expect.stringMatching(/^LINK_FAILED|FRAME_TRUNCATED$/) })]);
    await expect(run(dial())).rejects.toMatchObject({ code: 'LINK_FAILED' });
  });

  test('a link that dies with a frame under way is seen cut in the middle by some, reset by others', async () => {
    const codes = new Set<unknown>();
    for (let seed = 0; seed < 20; seed++) {
      const { network, near, far, settle } = await pair(seed);
      near.send(new Uint8Array(60_000));
      network.sever(near.id);
      await settle();
      expect(far.frames).toEqual([]);
      codes.add(far.ends.map((why) => SansfilError.is(why) && why.code).join());
    }
    expect(codes).toEqual(new Set(['LINK_FAILED', 'FRAME_TRUNCATED']));
  });

  test('the same seed gives the same run to the millisecond, another seed another one', async () => {
    const run = async (seed: number): Promise<string> => {
      const { clock, near, far, settle } = await pair(seed);
      const seen: string[] = [];
      far.onFrame = (frame) => seen.push(`${clock.monotonic()}:${frame[0]}`);
      for (let n = 0; n < 30; n++) near.send(Uint8Array.of(n));
      await settle();
      return seen.join(' ');
    };
    expect(await run(7)).toBe(await run(7));
    expect(await run(7)).not.toBe(await run(8));
  });
});
