import { describe, expect, test } from '@jest/globals';
import type { TransferId } from '../../core/base/ids.js';
import { HANDSHAKE_MS_MAX, LINK_CLOSE_MS_MAX } from '../../core/base/limits.js';
import { FAIR_WEATHER } from '../../core/simulation/faults.js';
import { Rng } from '../../core/simulation/Rng.js';
import { Stranger } from '../../core/simulation/Stranger.js';
import { beginWorld } from '../support/beginWorld.js';

const YEAR_MS = 365 * 24 * 60 * 60_000;
const MINUTE_MS = 60_000;

const friends = async (seed = 1) => {
  const world = await beginWorld(seed);
  const [pi, board] = await world.friends('pi', 'board');
  await world.runFor(1_000);
  return { world, pi, board };
};

describe('written stories', () => {
  test('two who write at the same moment end with one session, and lose nothing', async () => {
    const { world, pi, board } = await friends();
    pi.attempt({ type: 'message.send', to: 'board', text: 'from pi' });
    board.attempt({ type: 'message.send', to: 'pi', text: 'from board' });
    await world.runFor(MINUTE_MS);
    expect([board.heard, pi.heard]).toEqual([['from pi'], ['from board']]);
    expect(world.checkers.atRest()).toEqual([]);
    await world.end();
  });

  test('a clock that jumps ten years, back and forth, stands still and begins at 1970 hinders nobody', async () => {
    const { world, pi, board } = await friends();
    const turns = [
      () => pi.disk.wall.jump(10 * YEAR_MS),
      () => board.disk.wall.jump(-10 * YEAR_MS),
      () => pi.disk.wall.freeze(),
      () => board.disk.wall.set(0),
      () => pi.disk.wall.thaw(),
    ];
    for (const [at, turn] of turns.entries()) {
      turn();
      await pi.message('board', `after turn ${at}`);
      world.crash('board');
      await world.restart('board');
      await world.runFor(5 * MINUTE_MS);
    }
    expect(board.heard).toEqual(turns.map((_, at) => `after turn ${at}`));
    expect(world.checkers.atRest()).toEqual([]);
    await world.end();
  });

  test('a disk that is full refuses what it cannot keep, acknowledges none of it, and goes on when there is room', async () => {
    const { world, pi, board } = await friends();
    board.disk.full = true;
    await pi.message('board', 'no room for this yet');
    await world.runFor(MINUTE_MS);
    expect([board.heard, pi.of('message.delivered')]).toEqual([[], []]);
    await expect(board.message('pi', 'refused')).rejects.toMatchObject({ code: 'DISK_FULL' });
    board.disk.full = false;
    await world.runFor(2 * MINUTE_MS);
    expect([board.heard, pi.of('message.delivered').length]).toEqual([['no room for this yet'], 1]);
    await world.end();
  });

  test('what waited for somebody who was removed does not go to the friend of later, though the disk refused to forget it', async () => {
    const { world, pi, board } = await friends();
    world.cut('pi', 'board');
    await pi.message('board', 'of old');
    world.onFact = (device, fact) => {
      if (device === pi && fact.type === 'friend.changed' && fact.state === 'removed') pi.disk.full = true;
    };
    await pi.ask({ type: 'friend.remove', name: 'board' });
    await world.runFor(100);
    expect(pi.of('fault').map(({ code }) => code)).toContain('DISK_FULL');
    world.heal('pi', 'board');
    pi.disk.full = false;
    await world.befriend('pi', 'board');
    await world.runFor(MINUTE_MS);
    await pi.message('board', 'of new');
    await world.runFor(2 * MINUTE_MS);
    expect(board.heard).toEqual(['of new']);
    expect(world.checkers.atRest()).toEqual([]);
    await world.end();
  });

  test('a device whose disk was full for longer than a token lives logs in anew when there is room', async () => {
    const { world, pi } = await friends();
    world.crash('pi');
    pi.disk.full = true;
    await world.restart('pi');
    await world.runFor(80 * MINUTE_MS);
    pi.disk.full = false;
    await world.runFor(2 * MINUTE_MS);
    expect(world.checkers.atRest()).toEqual([]);
    await world.end();
  });

  test('a device that is stopped while it starts leaves nothing behind', async () => {
    const { world, pi } = await friends();
    world.crash('pi');
    pi.disk.commitMs = { min: 5, max: 5 };
    for (const ms of [0, 3, 6, 11, 17]) {
      world.boot('pi');
      await world.runFor(ms);
      await world.run(pi.stop());
    }
    await world.restart('pi');
    await world.runFor(MINUTE_MS);
    expect(world.checkers.atRest()).toEqual([]);
    await world.end();
  });

  test('packets lost, doubled and overtaken change when words arrive, not which', async () => {
    const { world, pi, board } = await friends(4);
    world.network.weather = { ...FAIR_WEATHER, latencyMs: { min: 1, max: 200 }, loss: 0.3, duplicate: 0.5, reorder: 0.3 };
    const texts = Array.from({ length: 30 }, (_, n) => `word ${n}`);
    for (const text of texts) await pi.message('board', text);
    await world.runFor(5 * MINUTE_MS);
    expect(board.heard).toEqual(texts);
    expect(world.network.tally.lost).toBeGreaterThan(0);
    await world.end();
  });

  test('somebody on the wire who changes, drops, doubles and swaps frames ends sessions, and nothing else', async () => {
    const { world, pi, board } = await friends(5);
    world.network.weather = { ...FAIR_WEATHER, forgery: 0.05 };
    const texts = Array.from({ length: 40 }, (_, n) => `word ${n}`);
    for (const text of texts) {
      await pi.message('board', text);
      await world.runFor(2_000);
    }
    world.network.weather = FAIR_WEATHER;
    await world.runFor(5 * MINUTE_MS);
    expect(board.heard).toEqual(texts);
    expect([...pi.of('session.closed'), ...board.of('session.closed')].filter(({ mood }) => mood === 'scary').length).toBeGreaterThan(0);
    await world.end();
  });

  test('who asks again, because the disk refused what came of it the first time, is a friend if the other said yes meanwhile', async () => {
    const world = await beginWorld(1);
    const [pi, board] = [await world.add('pi'), await world.add('board')];
    await world.runFor(MINUTE_MS);
    board.disk.full = true;
    await expect(board.ask({ type: 'friend.request', name: 'pi' })).rejects.toMatchObject({ code: 'DISK_FULL' });
    await world.runFor(2_000);
    await pi.ask({ type: 'friend.accept', name: 'board' });
    board.disk.full = false;
    expect(await board.ask({ type: 'friend.request', name: 'pi' })).toMatchObject({ name: 'pi', state: 'friend' });
    await expect(board.ask({ type: 'friend.request', name: 'pi' })).rejects.toMatchObject({ code: 'ALREADY_FRIENDS' });
    await world.runFor(MINUTE_MS);
    expect(world.checkers.atRest()).toEqual([]);
    await world.end();
  });

  test('strangers who call and do not go on are let go, and keep no friend out', async () => {
    const world = await beginWorld(1);
    const [pi, board] = await world.friends('pi', 'board');
    const stranger = new Stranger(world.network, new Rng(1));
    for (let calls = 0; calls < 6; calls++) stranger.call(pi.address);
    await world.runFor(1_000);
    expect(world.network.linksOf('stranger')).toHaveLength(6);
    await board.message('pi', 'salut');
    await world.runFor(HANDSHAKE_MS_MAX + LINK_CLOSE_MS_MAX);
    expect([world.network.linksOf('stranger'), pi.heard]).toEqual([[], ['salut']]);
    // Some said nothing, some HELLO.
    expect(new Set(pi.of('session.refused').map(({ code }) => code))).toEqual(new Set(['HANDSHAKE_TIMEOUT']));
    await world.end();
  });

  test('an offer that was taken back before it could be noted, and made again by a sender that lost that, is answered', async () => {
    const { world, pi, board } = await friends();
    await pi.message('board', 'a session');
    await world.runFor(1_000);
    board.disk.full = true;
    await pi.file('board', 'a.bin', new Uint8Array(100));
    await world.runFor(1_000);
    pi.disk.full = true;
    pi.attempt({ type: 'transfer.cancel', id: pi.of('transfer.offered')[0]?.id as TransferId });
    await world.runFor(1_000);
    world.crash('pi');
    pi.disk.full = false;
    await world.restart('pi');
    await world.runFor(MINUTE_MS);
    expect([board.of('transfer.offered'), await pi.ask({ type: 'transfer.list' })]).toMatchObject([[], [{ state: 'offered' }]]);
    board.disk.full = false;
    await world.runFor(2 * MINUTE_MS);
    const ends = [await pi.ask({ type: 'transfer.list' }), await board.ask({ type: 'transfer.list' })];
    expect(ends).toMatchObject([[{ state: 'cancelled' }], [{ state: 'cancelled' }]]);
    await world.end();
  });
});
