import { describe, expect, test } from '@jest/globals';
import { RIVAL_MS_MAX, SESSION_SILENT_MS_MAX } from '../../core/base/limits.js';
import { isLower } from '../../core/engine/session/peerOrder.js';
import type { OpenSession } from '../../core/engine/contracts.js';
import { SessionWorld, type Party, type PartyOptions } from '../support/sessionWorld.js';

const SEEDS = 600;

/** Both dial at about the same time over a network that takes its time differently for every frame. */
async function interleaving(seed: number): Promise<{ world: SessionWorld; both: readonly [Party, Party] }> {
  const world = new SessionWorld(seed);
  const rng = world.rng.fork('network');
  const slowest = rng.between(1, 800);
  world.net.latencyMs = () => rng.between(0, slowest);
  const both = [await world.party(`left ${seed}`), await world.party(`right ${seed}`)] as const;
  const [left, right] = both;
  world.clock.setTimeout(() => left.want(right), rng.between(0, slowest));
  world.clock.setTimeout(() => right.want(left), rng.between(0, 3 * slowest));
  await world.run(40_000);
  return { world, both };
}

function currentOf([a, b]: readonly [Party, Party]): readonly [OpenSession | undefined, OpenSession | undefined] {
  return [a.registry.open(b.id), b.registry.open(a.id)];
}

/** What is sent on the session of one side arrives on the session of the other. */
async function areOne(world: SessionWorld, [left, right]: readonly [Party, Party]): Promise<boolean> {
  const [mine, theirs] = currentOf([left, right]);
  const received: OpenSession[] = [];
  right.consumer.onRecord = (session) => received.push(session);
  mine?.send({ type: 'ack', id: new Uint8Array(16) });
  await world.run(5_000);
  return theirs !== undefined && received.length === 1 && received[0] === theirs;
}

describe('[P-3.15] two devices that dial each other at once', () => {
  test(`keep exactly one session, the same on both sides, in ${SEEDS} interleavings`, async () => {
    const wrong: unknown[] = [];
    let contests = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { world, both } = await interleaving(seed);
      const alive = world.net.wires.filter(({ caller, called }) => !caller.ended || !called.ended).length;
      const one = await areOne(world, both);
      // More than two connections would mean that both ended and one was dialled again.
      if (!one || alive !== 1 || world.net.wires.length > 2) wrong.push({ seed, one, alive, dialled: world.net.wires.length });
      contests += Number(world.net.wires.length > 1);
      const faults = both.flatMap((party) => party.of('fault'));
      if (faults.length > 0) wrong.push({ seed, faults });
    }
    expect(wrong).toEqual([]);
    // The runs mean something: in many of them there was more than one connection.
    expect(contests).toBeGreaterThan(SEEDS / 4);
  }, 120_000);

  test('keep the one whose initiator has the lower PeerID when both handshakes end', async () => {
    const world = new SessionWorld();
    const both = [await world.party('one'), await world.party('two')] as const;
    const [lower, higher] = isLower(both[0].id, both[1].id) ? both : [both[1], both[0]];
    world.net.latencyMs = () => 20;
    lower.want(higher);
    higher.want(lower);
    await world.run(1_000);
    const [mine, theirs] = [lower.registry.open(higher.id), higher.registry.open(lower.id)];
    const roles = [
      lower.of('session.opened').find(({ session }) => session === mine?.id),
      higher.of('session.opened').find(({ session }) => session === theirs?.id),
    ];
    expect(roles.map((fact) => fact?.role)).toEqual(['initiator', 'responder']);
    expect(world.net.wires.length).toBe(2);
  });
});

describe('[P-3.15] a device that restarted without saying goodbye', () => {
  /** The first session dies without anybody being told; then the side called `again` comes back as a new process. */
  async function restart(which: 'lower' | 'higher', dialledFirst: 'lower' | 'higher', options: PartyOptions = {}) {
    const world = new SessionWorld();
    const both = [await world.party('one', options), await world.party('two', options)] as const;
    const [lower, higher] = isLower(both[0].id, both[1].id) ? both : [both[1], both[0]];
    const sides = { lower, higher };
    const caller = sides[dialledFirst];
    caller.want(caller === lower ? higher : lower);
    await world.run(100);
    world.net.last.silent = true;
    const gone = sides[which];
    const stays = gone === lower ? higher : lower;
    gone.registry.unwant(stays.id, 'spec');
    const again = await world.party(gone.name, options);
    expect(again.id).toBe(gone.id);
    again.addresses.set(stays.id, [stays.address]);
    return { world, again, stays };
  }

  test.each([
    ['lower', 'lower'],
    ['lower', 'higher'],
    ['higher', 'higher'],
    ['higher', 'lower'],
  ] as const)('is connected again long before the dead session is noticed: %s PeerID, first dialled by the %s', async (which, dialledFirst) => {
    const { world, again, stays } = await restart(which, dialledFirst);
    again.want(stays);
    // Only where the rule is for the dead session that one is asked; else nothing is waited for.
    const waitMs = which === 'higher' && dialledFirst === 'lower' ? RIVAL_MS_MAX + 100 : 100;
    expect(waitMs).toBeLessThan(SESSION_SILENT_MS_MAX / 10);
    await world.run(waitMs);
    expect(await areOne(world, [again, stays])).toBe(true);
    expect(stays.of('session.opened')).toHaveLength(2);
    expect(stays.of('session.closed')).toHaveLength(1);
  });

  test.each([true, false])('loses nothing it says while the other still asks the dead session (the link heeds pause: %s)', async (heedsPause) => {
    const { world, again, stays } = await restart('higher', 'lower');
    world.net.onWire = (wire) => {
      if (!heedsPause) wire.called.pause = () => undefined;
    };
    again.consumer.onOpened = (session) => {
      for (let n = 0; n < 10; n++) session.send({ type: 'ack', id: new Uint8Array(16).fill(n) });
    };
    again.want(stays);
    await world.run(RIVAL_MS_MAX + 1_000);
    expect(stays.consumer.records.map((record) => (record.type === 'ack' ? record.id[0] : -1))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('is not kept out by bytes that somebody else put on the dead link', async () => {
    const { world, again, stays } = await restart('higher', 'lower');
    const [dead] = world.net.wires;
    again.want(stays);
    await world.run(50);
    // Bulk bytes are not sealed by the session: they prove nothing about who sent them.
    dead?.caller.deliver(Uint8Array.of(1, 0, 7, 1, 2, 3));
    await world.run(RIVAL_MS_MAX);
    expect(stays.consumer.bulks).toHaveLength(1);
    expect(await areOne(world, [again, stays])).toBe(true);
  });

  test('is not read when it is taken in at last, if a consumer does not want to read yet', async () => {
    const { world, again, stays } = await restart('higher', 'lower');
    again.consumer.onOpened = (session) => {
      for (let n = 0; n < 10; n++) session.send({ type: 'ack', id: new Uint8Array(16).fill(n) });
    };
    stays.consumer.onOpened = (session) => session.pause();
    again.want(stays);
    await world.run(RIVAL_MS_MAX + 1_000);
    expect(stays.consumer.opens).toHaveLength(2);
    expect(stays.consumer.records).toEqual([]);
    stays.consumer.opens.at(-1)?.resume();
    await world.run(100);
    expect(stays.consumer.records).toHaveLength(10);
  });

  test('waits for nothing when the dead link is known to be broken', async () => {
    const { world, again, stays } = await restart('higher', 'lower');
    const [dead] = world.net.wires;
    again.want(stays);
    await world.run(50);
    dead?.cut();
    await world.run(10);
    expect(await areOne(world, [again, stays])).toBe(true);
  });

  test.each([
    ['when the dead session is ended', true],
    ['when the dead session did not answer', false],
  ])('is not let in %s, if it is no friend any more by then', async (_, ended) => {
    let areFriends = true;
    const { world, again, stays } = await restart('higher', 'lower', { admits: () => areFriends });
    again.want(stays);
    await world.run(50);
    expect(stays.registry.sessions()).toHaveLength(1);
    areFriends = false;
    if (ended) stays.registry.disconnect(again.id, 'unwelcome', 'PEER_NOT_ALLOWED');
    await world.run(RIVAL_MS_MAX + 1_000);
    expect(stays.of('session.opened')).toHaveLength(1);
    expect(stays.registry.open(again.id) === undefined).toBe(ended);
    expect(world.net.last.called.ended).toBe(true);
  });
});
