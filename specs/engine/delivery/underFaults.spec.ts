import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DeliveryPair, type Side } from '../../support/DeliveryPair.js';

type Step = readonly [keyof typeof STEPS, Side];

const STEPS = {
  send: (pair: DeliveryPair, side: Side) => pair.send(side),
  read: (pair: DeliveryPair, side: Side) => pair.read(side),
  deliver: (pair: DeliveryPair, side: Side) => pair.deliver(side),
  connect: (pair: DeliveryPair) => pair.connect(),
  cut: (pair: DeliveryPair) => pair.cut(),
  shut: (pair: DeliveryPair, side: Side) => pair.shut(side),
  commitOne: (pair: DeliveryPair, side: Side) => pair.commitOne(side),
  openStore: (pair: DeliveryPair, side: Side) => pair.openStore(side),
  failOne: (pair: DeliveryPair, side: Side) => pair.failOne(side),
  crash: (pair: DeliveryPair, side: Side) => pair.crash(side),
  wait: (pair: DeliveryPair) => pair.wait(),
} as const;

const steps = (names: readonly (keyof typeof STEPS)[]): fc.Arbitrary<readonly Step[]> =>
  fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom<Side>('a', 'b')), { minLength: 10, maxLength: 120, size: 'max' });

const CALM = ['send', 'send', 'deliver', 'deliver', 'deliver', 'deliver', 'read', 'connect'] as const;
const CUTS = [...CALM, 'cut', 'shut', 'commitOne', 'commitOne', 'openStore'] as const;
const FAULTS = [...CUTS, 'failOne', 'crash', 'wait'] as const;

async function run(script: readonly Step[]): Promise<DeliveryPair> {
  const pair = new DeliveryPair();
  await pair.boot();
  for (const [name, side] of script) await STEPS[name](pair, side);
  await pair.heal();
  return pair;
}

const RANK = ['queued', 'sent', 'delivered', 'read'];

/** Once per message and never backwards: what the facts of a side say of what it wrote. */
function expectForward(pair: DeliveryPair, side: Side): void {
  const last = new Map<string, number>();
  for (const fact of pair.facts(side)) {
    const rank = RANK.indexOf(fact.type.replace('message.', ''));
    if (!('id' in fact) || rank < 0 || ('by' in fact && fact.by === 'me')) continue;
    expect(rank).toBeGreaterThan(last.get(fact.id) ?? -1);
    last.set(fact.id, rank);
  }
}

async function expectKept(pair: DeliveryPair, writer: Side, reader: Side): Promise<void> {
  const sent = await pair.stored(writer, 'out');
  const arrived = await pair.stored(reader, 'in');
  // What was accepted is stored, and what is stored arrived: once each, in order.
  expect(sent.map(({ text }) => text)).toEqual(expect.arrayContaining(pair.accepted[writer].map(({ text }) => text)));
  expect(arrived.map(({ id, text }) => [id, text])).toEqual(sent.map(({ id, text }) => [id, text]));
  expect(sent.every(({ state }) => state === 'delivered' || state === 'read')).toBe(true);
  expect([pair.counts(writer).waiting, pair.wanted(writer)]).toEqual([0, false]);
  expect(pair.counts(reader).unread).toBe(arrived.filter(({ state }) => state === 'received').length);
  // Read here is read there.
  expect(sent.filter(({ state }) => state === 'read').map(({ id }) => id)).toEqual(arrived.filter(({ state }) => state === 'read').map(({ id }) => id));
  expectForward(pair, writer);
}

describe('[P-3.11] two devices', () => {
  test('whose link is cut at any moment tell each message exactly once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(steps(CUTS), async (script) => {
        const pair = await run(script);
        await expectKept(pair, 'a', 'b');
        await expectKept(pair, 'b', 'a');
        for (const [writer, reader] of [
          ['a', 'b'],
          ['b', 'a'],
        ] as const) {
          expect(pair.told(reader)).toEqual((await pair.stored(writer, 'out')).map(({ text }) => text));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('whose disks fill up and whose processes die keep each message exactly once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(steps(FAULTS), async (script) => {
        const pair = await run(script);
        await expectKept(pair, 'a', 'b');
        await expectKept(pair, 'b', 'a');
        for (const [writer, reader] of [
          ['a', 'b'],
          ['b', 'a'],
        ] as const) {
          // A process that dies between the commit and the telling has told nobody; the message is unread in its store.
          const sent = (await pair.stored(writer, 'out')).map(({ text }) => text);
          const told = pair.told(reader);
          expect(told).toEqual(sent.filter((text) => told.includes(text)));
        }
      }),
      { numRuns: 150 },
    );
  });

  test('hundreds of messages both ways pass a link that is cut again and again', async () => {
    const pair = new DeliveryPair();
    await pair.boot();
    for (let i = 0; i < 200; i++) {
      await pair.send('a');
      await pair.send('b');
    }
    for (let i = 1; i < 12; i++) {
      await pair.connect();
      for (let n = 0; n < 13 * i; n++) await pair.deliver(n % 3 === 0 ? 'a' : 'b');
    }
    await pair.heal();
    expect(pair.told('b')).toEqual(pair.accepted.a.map(({ text }) => text));
    expect(pair.told('a')).toEqual(pair.accepted.b.map(({ text }) => text));
    expect(pair.told('a')).toHaveLength(200);
  });
});
