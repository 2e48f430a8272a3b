import { describe, expect, test } from '@jest/globals';
import { rejection } from '../support/samples.js';
import { beginWorld } from '../support/beginWorld.js';

describe('the catalogue in a simulated world', () => {
  test('goes on after a power cut, is seen by a friend, and not by one who is none any more', async () => {
    const world = await beginWorld(5);
    const [pi, board] = await world.friends('pi', 'board');
    pi.disk.commitMs = { min: 1, max: 30 };
    for (let n = 0; n < 40; n++) pi.has(`lessons/${n}`, world.rng.bytes(200));
    const { id } = await pi.ask({ type: 'share.add', path: 'lessons' });
    world.crash('pi');
    await world.restart('pi');
    await world.settle();
    expect(await pi.ask({ type: 'share.list' })).toMatchObject([{ id, name: 'lessons', state: 'ready', items: 40, refused: 0 }]);

    expect(await board.ask({ type: 'share.browse', name: 'pi' })).toMatchObject({ of: 'shares', shares: [{ id, name: 'lessons', ready: true, items: 40 }] });
    const seen = await board.ask({ type: 'share.browse', name: 'pi', id });
    const names = seen.of === 'share' ? seen.files.map(({ name }) => name).sort() : [];
    expect(names).toEqual([...pi.source.files.keys()].sort());

    await pi.ask({ type: 'share.remove', id });
    expect(await board.ask({ type: 'share.browse', name: 'pi' })).toMatchObject({ of: 'shares', shares: [] });
    await pi.ask({ type: 'friend.remove', name: 'board' });
    const after = await rejection(board.ask({ type: 'share.browse', name: 'pi' }));
    expect(['PEER_OFFLINE', 'FRIEND_UNKNOWN']).toContain(after);
    await world.end();
  });

  test('waits for a disk that is full, and is read when there is room', async () => {
    const world = await beginWorld(6);
    const [pi] = await world.friends('pi', 'board');
    for (let n = 0; n < 10; n++) pi.has(`lessons/${n}`, world.rng.bytes(100));
    const { id } = await pi.ask({ type: 'share.add', path: 'lessons' });
    pi.disk.full = true;
    await world.runFor(20_000);
    pi.disk.full = false;
    await world.runFor(20_000);
    expect(await pi.ask({ type: 'share.list' })).toMatchObject([{ id, state: 'ready', items: 10 }]);
    await world.end();
  });
});
