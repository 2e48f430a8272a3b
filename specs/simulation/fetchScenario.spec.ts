import { describe, expect, test } from '@jest/globals';
import { CONTENT_CHUNK_BYTES } from '../../core/base/limits.js';
import { beginWorld } from '../support/beginWorld.js';

const same = (a: Uint8Array | undefined, b: Uint8Array): boolean => a !== undefined && Buffer.compare(a, b) === 0;

describe('fetching in a simulated world', () => {
  test('comes through the crash of a holder and of the receiver, whole and once', async () => {
    const world = await beginWorld(7);
    const [board, pi, desk] = await world.friends('board', 'pi', 'desk');
    pi.disk.commitMs = { min: 1, max: 30 };
    const long = world.rng.bytes(2 * CONTENT_CHUNK_BYTES + 99);
    const files = new Map([['lessons/long', long], ...[...Array(20).keys()].map((n): [string, Uint8Array] => [`lessons/${n}`, world.rng.bytes(300)])]);
    for (const device of [board, desk]) for (const [name, bytes] of files) device.has(name, bytes);
    const { id } = await board.ask({ type: 'share.add', path: 'lessons' });
    await desk.ask({ type: 'share.add', path: 'lessons' });
    await world.settle();
    const fetched = await pi.ask({ type: 'share.fetch', name: 'board', id });
    await world.runFor(40);
    world.crash('board');
    await world.runFor(40);
    world.crash('pi');
    await world.restart('pi');
    await world.restart('board');
    await world.runFor(120_000);
    expect((await pi.ask({ type: 'transfer.list' })).map(({ id: one, state }) => [one, state])).toEqual([[fetched.id, 'done']]);
    for (const [name, bytes] of files) expect(same(pi.received.get(name)?.bytes, bytes)).toBe(true);
    expect(pi.received.size).toBe(files.size);
    expect(pi.of('transfer.holderDropped')).toEqual([]);
    await world.end();
  });

  test('is refused by a disk that is full, and waits for a friend who is away', async () => {
    const world = await beginWorld(8);
    const [board, pi] = await world.friends('board', 'pi');
    board.has('film', world.rng.bytes(5_000));
    const { id } = await board.ask({ type: 'share.add', path: 'film' });
    await world.settle();
    pi.disk.full = true;
    await expect(pi.ask({ type: 'share.fetch', name: 'board', id })).rejects.toMatchObject({ code: 'DISK_FULL' });
    pi.disk.full = false;
    const { id: transfer } = await pi.ask({ type: 'share.fetch', name: 'board', id });
    world.crash('board');
    await world.runFor(20_000);
    await world.restart('board');
    await world.settle();
    expect((await pi.ask({ type: 'transfer.list' })).find((one) => one.id === transfer)?.state).toBe('done');
    await world.end();
  });
});
