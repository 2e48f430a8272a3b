import { describe, expect, jest, test } from '@jest/globals';
import { SESSION_AGE_HARD_MS_MAX, SESSION_AGE_MS_MAX, SESSION_BYTES_MAX, SESSION_RECORDS_MAX } from '../../core/base/limits.js';
import { KeyBudget } from '../../core/engine/session/KeyBudget.js';
import { isLower } from '../../core/engine/session/peerOrder.js';
import { SessionWorld, type Party } from '../support/sessionWorld.js';

async function openPair(dialledBy: 'lower' | 'higher'): Promise<{ world: SessionWorld; lower: Party; higher: Party }> {
  const world = new SessionWorld();
  const both = [await world.party('one'), await world.party('two')] as const;
  const [lower, higher] = isLower(both[0].id, both[1].id) ? both : [both[1], both[0]];
  if (dialledBy === 'lower') lower.want(higher);
  else higher.want(lower);
  await world.run(100);
  expect(lower.registry.open(higher.id)).toBeDefined();
  return { world, lower, higher };
}

const code = (party: Party): unknown => party.of('session.closed').map((fact) => fact.code);

describe('[P-3.13] a session that is an hour old', () => {
  test.each(['lower', 'higher'] as const)(
    'dialled by the %s PeerID is replaced by one the lower dials, and the old one ends with CLOSE 1',
    async (dialledBy) => {
      const { world, lower, higher } = await openPair(dialledBy);
      const old = lower.registry.open(higher.id);
      await world.run(SESSION_AGE_MS_MAX + 5_000);
      const [mine, theirs] = [lower.registry.open(higher.id), higher.registry.open(lower.id)];
      expect(mine).not.toBe(old);
      expect(lower.of('session.opened').at(-1)).toMatchObject({ session: mine?.id, role: 'initiator' });
      expect(higher.of('session.opened').at(-1)).toMatchObject({ session: theirs?.id, role: 'responder' });
      expect([code(lower), code(higher)]).toEqual([['SESSION_EXPIRED'], ['SESSION_EXPIRED']]);
      expect(lower.of('session.closed')[0]?.mood).toBe('happy');
      await world.stop();
      expect(world.clock.pending).toBe(0);
    },
  );

  test('is replaced each hour, and there is always exactly one', async () => {
    const { world, lower, higher } = await openPair('higher');
    for (let hour = 1; hour <= 5; hour++) {
      await world.run(SESSION_AGE_MS_MAX + 10_000);
      expect([lower.registry.sessions().length, higher.registry.sessions().length]).toEqual([1, 1]);
      expect(lower.of('session.opened')).toHaveLength(hour + 1);
    }
  });

  test('carries records over to the new one without losing any that is sent again as not acknowledged', async () => {
    const { world, lower, higher } = await openPair('lower');
    const seen = new Set<number>();
    higher.consumer.onRecord = (_session, record) => {
      if (record.type === 'ack') seen.add((record.id[0] ?? 0) * 256 + (record.id[1] ?? 0));
    };
    const id = (n: number): Uint8Array => Uint8Array.of(n >>> 8, n & 255, ...Array<number>(14).fill(0));
    const unsure: number[] = [];
    lower.consumer.onOpened = (session) => unsure.forEach((n) => session.send({ type: 'ack', id: id(n) }));
    await world.run(SESSION_AGE_MS_MAX - 1_000);
    for (let n = 0; n < 2_000; n++) {
      unsure.push(n);
      lower.registry.open(higher.id)?.send({ type: 'ack', id: id(n) });
      if (n % 10 === 0) await world.run(10);
    }
    await world.run(1_000);
    expect(seen.size).toBe(2_000);
    expect(lower.of('session.opened')).toHaveLength(2);
  });

  test('[P-3.14] that cannot be replaced goes on for ten minutes, and then ends', async () => {
    const { world, lower, higher } = await openPair('higher');
    lower.addresses.clear();
    await world.run(SESSION_AGE_HARD_MS_MAX - 1_000);
    expect(lower.registry.open(higher.id)).toBeDefined();
    expect(lower.of('peer.waiting')).toEqual([]);
    await world.run(2_000);
    expect(code(lower)).toEqual(['SESSION_EXPIRED']);
    // the one who wants it has dialled again
    expect(higher.of('session.opened')).toHaveLength(2);
    await world.stop();
    expect(world.clock.pending).toBe(0);
  });
});

describe('[P-3.13] the keys of one direction', () => {
  test('are spent once, by records or by bytes, whichever comes first', () => {
    const onSpent = jest.fn();
    const byBytes = new KeyBudget(onSpent);
    byBytes.use(SESSION_BYTES_MAX - 1);
    expect(onSpent).not.toHaveBeenCalled();
    byBytes.use(1);
    byBytes.use(1);
    expect(onSpent).toHaveBeenCalledTimes(1);
    const byRecords = new KeyBudget(onSpent);
    for (let n = 1; n < SESSION_RECORDS_MAX; n++) byRecords.use(1);
    expect(onSpent).toHaveBeenCalledTimes(1);
    byRecords.use(1);
    expect(onSpent).toHaveBeenCalledTimes(2);
  });
});
